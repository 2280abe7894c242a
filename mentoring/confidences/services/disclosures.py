"""Showing one note to one person of staff, with a basis, said to the student (R81; trust.md §2)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.confidences.models import Disclosure, Note
from mentoring.confidences.permissions import (
    can_decide_about_telling,
    can_open,
    is_as_asked,
    may_be_shown_to,
    people_for_safety,
)
from mentoring.confidences.rules import ASKED_FOR, SHORTEST_REASON, lapses_at, may_delay_to, tell_at
from mentoring.confidences.selectors.disclosures import due_to_be_told, over
from mentoring.confidences.selectors.notes import own_note
from mentoring.confidences.states import DISCLOSURE, Basis, DisclosureState
from mentoring.lib.lifecycle import move
from mentoring.messaging.services import owe

ASK, TOLD, SHOWN, DECIDE = "confidences.ask", "confidences.told", "confidences.shown", "confidences.decide"


@transaction.atomic
def disclose(
    *, note: Note, reader: User, basis: str, reason: str, asked_to_wait: bool, by: User, now: datetime
) -> Disclosure:
    """Show one note to one named person. *Agreed* waits for the student's own yes; *danger* opens at once and she is
    told at once, unless the author fears for somebody's safety: then safeguarding has a day to say so.

    The same again changes nothing. Raises ``NotAllowed`` for another's note or a reader out of scope, ``WrongState``
    without a reason.
    """
    note = Note.objects.select_for_update().get(pk=note.pk)
    mine = own_note(by, note.pk)
    today = timezone.localdate(now)
    if mine is None or reader not in may_be_shown_to(mine.match, sensitive=note.is_sensitive, today=today):
        raise NotAllowed
    if basis == Basis.DANGER and len(reason.strip()) < SHORTEST_REASON:
        raise WrongState(_("Say in a sentence who is in danger, and how."))
    standing = note.disclosures.filter(reader=reader, state__in=[DisclosureState.ASKED, DisclosureState.OPEN]).first()
    if standing:
        return standing
    is_danger = basis == Basis.DANGER
    made = Disclosure.objects.create(
        match=mine.match, note=note, basis=basis, reason=reason.strip(), reader=reader, asked_at=now,
        state=DisclosureState.OPEN if is_danger else DisclosureState.ASKED,
        opened_at=now if is_danger else None,
        lapses_at=lapses_at(now, sensitive=note.is_sensitive) if is_danger else now + ASKED_FOR,
        tell_at=tell_at(now, asked_to_wait=asked_to_wait) if is_danger else None,
    )  # fmt: skip
    _record(made, f"note disclosed: {basis}" if is_danger else "disclosure of a note asked for", by, now)
    if not is_danger:
        _owe(made, ASK, made.match.mentee.user, now)
        return made
    _owe(made, SHOWN, reader, now)
    if asked_to_wait:
        for person in people_for_safety(made.match, today):
            _owe(made, DECIDE, person, now)
    else:
        tell(disclosure=made, by=None, now=now)
    return made


@transaction.atomic
def answer(*, disclosure: Disclosure, agreed: bool, seen: str, by: User, now: datetime) -> Disclosure:
    """The student says yes or no; a yes can be taken back later with a no.

    ``seen`` is the ``version`` of the note that she read: a yes to other words is none. Raises ``NotAllowed``,
    ``WrongState``.
    """
    if by.pk != disclosure.match.mentee.user_id or disclosure.basis != Basis.AGREED:
        raise NotAllowed
    scheme_id = disclosure.match.cohort.scheme_id
    if agreed:
        if disclosure.note is None or now >= disclosure.lapses_at:
            raise WrongState(_("It is too late for this: ask your mentor to ask again."))
        note = disclosure.note = Note.objects.select_for_update().get(pk=disclosure.note.pk)
        if seen != note.version or not is_as_asked(disclosure):
            raise WrongState(_("The note is not as you read it. Your mentor has to ask again."))
        until = lapses_at(now, sensitive=note.is_sensitive)
        move(
            disclosure, DisclosureState.OPEN, lifecycle=DISCLOSURE, by=by, now=now, scheme_id=scheme_id,
            opened_at=now, lapses_at=until,
        )  # fmt: skip
        _owe(disclosure, SHOWN, disclosure.reader, now)
        return disclosure
    asked = disclosure.state == DisclosureState.ASKED
    to = DisclosureState.REFUSED if asked else DisclosureState.ENDED
    move(disclosure, to, lifecycle=DISCLOSURE, by=by, now=now, scheme_id=scheme_id)
    return disclosure


@transaction.atomic
def tell(*, disclosure: Disclosure, by: User | None, now: datetime) -> None:
    """Tell the student that a note about them was shown because of danger. Again changes nothing."""
    if Disclosure.objects.filter(pk=disclosure.pk, told_at=None).update(told_at=now):
        disclosure.told_at = now
        _owe(disclosure, TOLD, disclosure.match.mentee.user, now)
        _record(disclosure, "student told of a disclosure", by, now)


@transaction.atomic
def tell_now(*, disclosure: Disclosure, by: User, now: datetime) -> None:
    """Safeguarding lets the student be told at once. Raises ``NotAllowed``."""
    _hold_decides(disclosure, by, now)
    tell(disclosure=disclosure, by=by, now=now)


@transaction.atomic
def delay_telling(*, disclosure: Disclosure, until: datetime, why: str, by: User, now: datetime) -> None:
    """Safeguarding delays telling, with a reason and an end. Raises ``NotAllowed``, ``WrongState``."""
    _hold_decides(disclosure, by, now)
    if len(why.strip()) < SHORTEST_REASON:
        raise WrongState(_("Say in a sentence what telling them now would risk."))
    if not may_delay_to(until, now):
        raise WrongState(_("Choose a day within the next fortnight. You can decide again before then."))
    held = Disclosure.objects.select_for_update().filter(pk=disclosure.pk, told_at=None).first()
    if held is None:
        raise WrongState(_("The student has been told already."))
    held.tell_at, held.delayed_by, held.delayed_why = until, by, why.strip()
    held.save(update_fields=["tell_at", "delayed_by", "delayed_why"])
    _record(held, "telling of a disclosure delayed", by, now, ["tell_at", "delayed_why"])


def _hold_decides(disclosure: Disclosure, by: User, now: datetime) -> None:
    if not can_decide_about_telling(by, disclosure, timezone.localdate(now)):
        raise NotAllowed


def note_opened(*, disclosure: Disclosure, by: User, now: datetime) -> None:
    """Every look at a note that was shown is on the trail. Raises ``NotAllowed``."""
    if not can_open(by, disclosure, now, timezone.localdate(now)):
        raise NotAllowed
    _record(disclosure, "disclosed note read", by, now)


@transaction.atomic
def close_lapsed(*, now: datetime) -> int:
    """Close what has lapsed, and tell who is due to be told; how many. Again it finds nothing."""
    lapsed, due = list(over(now)), list(due_to_be_told(now))
    for one in lapsed:
        move(
            one, DisclosureState.ENDED, lifecycle=DISCLOSURE, by=None, now=now, scheme_id=one.match.cohort.scheme_id
        )  # fmt: skip
    for one in due:
        tell(disclosure=one, by=None, now=now)
    return len(lapsed) + len(due)


def _owe(disclosure: Disclosure, letter: str, to: User, now: datetime) -> None:
    owe(
        letter=letter, recipient=to, occasion=f"disclosure-{disclosure.pk}", now=now,
        cohort=disclosure.match.cohort, about=disclosure,
    )  # fmt: skip


def _record(disclosure: Disclosure, verb: str, by: User | None, now: datetime, fields: list[str] | None = None) -> None:
    scheme_id = disclosure.match.cohort.scheme_id
    record(verb=verb, obj=disclosure, by=by, now=now, fields=fields or ["state"], scheme_id=scheme_id)
