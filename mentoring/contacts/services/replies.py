"""A mentee's one tap: recorded once, told to the mentor at once, taken back or changed as easily (R58, R61)."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record
from mentoring.contacts.models import CourtesyReply
from mentoring.contacts.rules import is_change_of_mind
from mentoring.contacts.selectors import standing_reply
from mentoring.contacts.services.taps import log_by_tap, withdraw_by_tap
from mentoring.contacts.states import Channel, ContactKind, Reply
from mentoring.matching.models import Match
from mentoring.matching.services import activate
from mentoring.matching.states import KNOWN
from mentoring.messaging.services import call_off, owe
from mentoring.participation.states import ParticipantState

TAPS = uuid.UUID("6f1d7c5e-0f0a-4d2f-9a46-3b8de1c1f2a7")
WAITING = (Reply.QUESTION, Reply.MEET)


@transaction.atomic
def reply(*, match: Match, choice: str, by: User | None, now: datetime, by_link: bool = False) -> CourtesyReply:
    """Record a mentee's one tap. The same tap again changes nothing; another one takes its place.

    It counts as a contact, logged for the mentor. ``by`` is ``None`` for the holder of a signed link.
    Raises ``WrongState`` when the two are no longer matched.
    """
    match = Match.objects.select_for_update(of=("self",)).with_people().get(pk=match.pk)
    if match.state not in KNOWN or ParticipantState.LEFT in {match.mentee.state, match.mentor.state}:
        raise WrongState(_("You are no longer matched with %(name)s.") % {"name": match.mentor.user.first_name})
    before = standing_reply(match)
    if before and before.choice == choice and before.answered_at is None:
        return before
    if before and before.answered_at is None:
        _make_way(before, by, now)
    made = CourtesyReply.objects.create(match=match, choice=Reply(choice), replied_at=now, by_link=by_link)
    _record(made, "reply sent", by, now, ["choice"])
    _log_for_mentor(made, now)
    activate(match=match, by=by, now=now)
    owe(
        letter="contacts.replied",
        recipient=match.mentor.user,
        occasion=f"reply-{made.pk}",
        now=now,
        cohort=match.cohort,
        about=made,
    )
    return made


def _make_way(before: CourtesyReply, by: User | None, now: datetime) -> None:
    """A change of mind undoes the reply before; a later reply leaves it standing as history."""
    if is_change_of_mind(before.replied_at, now):
        _undo(before, by, now)
    else:
        before.answered_at = now
        before.save(update_fields=["answered_at"])
        _record(before, "reply superseded", by, now, ["answered_at"])


def _log_for_mentor(made: CourtesyReply, now: datetime) -> None:
    log_by_tap(
        match=made.match, kind=ContactKind.REPLY, channel=Channel.COURTESY,
        on=timezone.localdate(now), key=_tap_key(made), by=None, now=now,
    )  # fmt: skip


def _tap_key(made: CourtesyReply) -> uuid.UUID:
    return uuid.uuid5(TAPS, str(made.pk))


@transaction.atomic
def undo_reply(*, reply: CourtesyReply, by: User | None, now: datetime) -> CourtesyReply:
    """Take a reply back, with the contact it made; what was not yet sent to the mentor is called off.

    Doing so again changes nothing. A match that it made active stays active.
    """
    if reply.undone_at is None:
        _undo(reply, by, now)
    return reply


def _undo(made: CourtesyReply, by: User | None, now: datetime) -> None:
    made.undone_at = now
    made.save(update_fields=["undone_at"])
    withdraw_by_tap(match=made.match, key=_tap_key(made), by=by, now=now)
    call_off(about=made, now=now)
    _record(made, "reply undone", by, now, ["undone_at"])


@transaction.atomic
def take_up_questions(match: Match, *, by: User | None, now: datetime) -> int:
    """Note that the mentor took up a question or a wish to meet; how many there were."""
    waiting = match.replies.filter(undone_at=None, answered_at=None, choice__in=WAITING)
    for one in list(waiting):
        mark_answered(reply=one, by=by, now=now)
    return len(waiting)


@transaction.atomic
def mark_answered(*, reply: CourtesyReply, by: User | None, now: datetime) -> CourtesyReply:
    """Note that a reply was taken up; again changes nothing."""
    if reply.answered_at is None:
        reply.answered_at = now
        reply.save(update_fields=["answered_at"])
        _record(reply, "reply taken up", by, now, ["answered_at"])
    return reply


@transaction.atomic
def ask_for_new_links(*, match: Match, now: datetime) -> None:
    """Write to a mentee again with fresh links, at most once a day; only to their own address."""
    message = owe(
        letter="contacts.links",
        recipient=match.mentee.user,
        occasion=f"match-{match.pk}-{timezone.localdate(now)}",
        now=now,
        cohort=match.cohort,
        about=match,
    )
    if message and message.created_at == now:
        record(verb="new links asked for", obj=match, by=None, now=now, scheme_id=match.cohort.scheme_id)


def _record(made: CourtesyReply, verb: str, by: User | None, now: datetime, fields: list[str]) -> None:
    record(verb=verb, obj=made, by=by, now=now, fields=fields, scheme_id=made.match.cohort.scheme_id)
