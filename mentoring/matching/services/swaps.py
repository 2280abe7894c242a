"""A mentee's blameless change of mentor: asked for, taken back, made (R73 to R75)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.lib.lifecycle import move
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.permissions import can_handle, can_place
from mentoring.matching.selectors import handlers_for
from mentoring.matching.services.leaving import end_match
from mentoring.matching.services.placing import hold_place, make_match
from mentoring.matching.services.publishing import owe_introductions
from mentoring.matching.states import KNOWN, SWAP, EndReason, SwapReason, SwapState
from mentoring.messaging.services import call_off, owe
from mentoring.participation.models import Participant


@transaction.atomic
def ask_for_swap(
    *,
    match: Match,
    reasons: Iterable[str],
    handler: User | None,
    by: User | None,
    now: datetime,
    excluded: Iterable[User] = (),
    is_beside: bool = False,
) -> SwapRequest:
    """Ask for another mentor; asking again changes nothing and gives the request that waits.

    ``reasons`` are codes of ``SwapReason``, for the handler's eyes only; ``handler`` is one of
    ``handlers_for``, or none; ``excluded`` are those of them who may not deal with it. ``by`` is none for the
    holder of a signed link. Raises ``WrongState`` when the match is over, or the handler may not be one.
    """
    match = Match.objects.select_for_update(of=("self",)).with_people().get(pk=match.pk)
    if match.state not in KNOWN:
        raise WrongState(_("This match has ended already."))
    if waiting := match.swap_requests.filter(state=SwapState.ASKED, is_beside=is_beside).first():
        return waiting
    today = timezone.localdate(now)
    could = {choice.user.pk for choice in handlers_for(match, today)}
    without = [user for user in excluded if user.pk in could]
    if handler is not None and (handler.pk not in could or handler in without):
        raise WrongState(_("Choose somebody else to deal with it."))
    if could and could <= {user.pk for user in without}:
        raise WrongState(_("Leave at least one person who can deal with it."))
    swap = SwapRequest.objects.create(
        match=match,
        reasons=[reason for reason in SwapReason.values if reason in set(reasons)],
        handler=handler,
        is_beside=is_beside,
        asked_at=now,
        promised_by=today + timedelta(days=match.cohort.policy.swap_promise_days),
    )
    swap.excluded.set(without)
    fields = ["reasons", "handler", "excluded"]
    record(verb="swap asked", obj=swap, by=by, now=now, fields=fields, scheme_id=match.cohort.scheme_id)
    _owe(swap, "matching.swap-asked", match.mentee.user, now)
    if handler is not None and handler != by:
        _owe(swap, "matching.swap-wanted", handler, now)
    return swap


@transaction.atomic
def open_swap(*, match: Match, by: User, now: datetime) -> SwapRequest:
    """A coordinator opens a swap for a mentee who asked in person, and handles it if they may."""
    today = timezone.localdate(now)
    if not can_place(by, match.mentee, today) or by.pk in {match.mentor.user_id, match.mentee.user_id}:
        raise NotAllowed
    waiting = match.swap_requests.filter(state=SwapState.ASKED, is_beside=False).first()
    # What they may not see is as if it were not there; the student's own wish stands beside it.
    is_beside = waiting is not None and not can_handle(by, waiting, today)
    is_handler = by.pk in {choice.user.pk for choice in handlers_for(match, today)}
    handler = by if is_handler else None
    return ask_for_swap(match=match, reasons=[], handler=handler, by=by, now=now, is_beside=is_beside)


@transaction.atomic
def withdraw_swap(*, swap: SwapRequest, by: User | None, now: datetime) -> SwapRequest:
    """Take a request back; doing so again changes nothing. Raises ``WrongState`` when it was answered."""
    if swap.state != SwapState.WITHDRAWN:
        _move(swap, SwapState.WITHDRAWN, by=by, now=now, closed_at=now)
        call_off(about=swap, now=now)
    return swap


@transaction.atomic
def swap_mentor(*, swap: SwapRequest, mentor: Participant, by: User, now: datetime) -> Match:
    """Answer a swap: the old match ends as history, the new pair is introduced, the old mentor is told kindly.

    Raises ``NotAllowed``, or ``WrongState`` when it was answered or taken back, the match is over, or the
    new mentor has no room.
    """
    if not can_handle(by, swap, timezone.localdate(now)):
        raise NotAllowed
    old = Match.objects.select_for_update(of=("self",)).with_people().get(pk=swap.match_id)
    if old.state not in KNOWN:
        raise WrongState(_("This match has ended already."))
    _move(swap, SwapState.DONE, by=by, now=now, closed_at=now)
    hold_place([old.mentee], mentor)
    end_match(old, reason=EndReason.SWAPPED, by=by, now=now)
    new = make_match(mentee=old.mentee, mentor=mentor, by=by, now=now, followed=old)
    SwapRequest.objects.filter(pk=swap.pk).update(new_match=new)
    swap.new_match = new
    owe_introductions([new], now)
    _owe(swap, "matching.swap-done", old.mentor.user, now)
    return new


def note_reasons_read(*, swap: SwapRequest, by: User, now: datetime) -> None:
    """Every look at why somebody asked is on the trail."""
    record(verb="swap read", obj=swap, by=by, now=now, fields=["reasons"], scheme_id=swap.match.cohort.scheme_id)


def _move(swap: SwapRequest, to: str, *, by: User | None, now: datetime, **changes: object) -> None:
    scheme_id = swap.match.cohort.scheme_id
    move(swap, to, lifecycle=SWAP, by=by, now=now, scheme_id=scheme_id, **changes)


def _owe(swap: SwapRequest, letter: str, recipient: User, now: datetime) -> None:
    owe(
        letter=letter,
        recipient=recipient,
        occasion=f"swap-{swap.pk}",
        now=now,
        # Without a cohort it is in nobody's log of messages: who is excluded learns of the wish from nowhere.
        cohort=None if swap.excluded.exists() else swap.match.cohort,
        about=swap,
    )
