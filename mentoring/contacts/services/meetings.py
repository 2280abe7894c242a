"""Inviting a mentee to meet, answering, calling off, and saying whether it happened."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.contacts.models import Invitation
from mentoring.contacts.rules import MEETING, is_time_to_meet
from mentoring.contacts.services.replies import take_up_questions
from mentoring.contacts.services.taps import log_by_tap, withdraw_by_tap
from mentoring.contacts.states import INVITATION, STANDING, Channel, ContactKind, InvitationState
from mentoring.lib.lifecycle import move
from mentoring.matching.models import Match
from mentoring.matching.services import activate
from mentoring.matching.states import KNOWN
from mentoring.messaging.models import Message
from mentoring.messaging.services import call_off, owe
from mentoring.participation.states import ParticipantState
from schemes.rules import names_halls

MEETINGS = uuid.UUID("0d6a6a6c-5b0c-4c7a-8b55-8f6d2b6f1a11")
STATES = InvitationState
ANSWERS = (STATES.ACCEPTED, STATES.DECLINED)


@dataclass(frozen=True)
class Meeting:
    """When and where."""

    starts_at: datetime
    place: str


@transaction.atomic
def invite(*, match: Match, meeting: Meeting, form_key: uuid.UUID, by: User, now: datetime) -> Invitation:
    """Invite a mentee to meet, and tell both. The same form sent twice invites once.

    Raises ``NotAllowed`` for somebody else's mentee, ``WrongState`` for halls, a time gone by, an ended match.
    """
    match = Match.objects.select_for_update(of=("self",)).with_people().get(pk=match.pk)
    before = Invitation.objects.filter(form_key=form_key, match=match).first()
    if before:
        return before
    _hold_possible(match, meeting, by, now)
    made = Invitation.objects.create(
        match=match, place=meeting.place, starts_at=meeting.starts_at, ends_at=meeting.starts_at + MEETING,
        form_key=form_key, made_at=now,
    )  # fmt: skip
    fields = ["match", "place", "starts_at"]
    record(verb="invited to meet", obj=made, by=by, now=now, fields=fields, scheme_id=match.cohort.scheme_id)
    take_up_questions(match, by=by, now=now)
    _tell_both(made, now)
    return made


def _hold_possible(match: Match, meeting: Meeting, by: User, now: datetime) -> None:
    if match.mentor.user_id != by.pk:
        raise NotAllowed
    if not _is_standing(match):
        raise WrongState(_("%(name)s is no longer in your group.") % {"name": match.mentee.user.first_name})
    if names_halls(meeting.place):
        raise WrongState(_("Not in halls or a private room: meet where other people are. Choose a public place."))
    if not is_time_to_meet(meeting.starts_at, now):
        raise WrongState(_("Choose a time in the next three months."))


def _is_standing(match: Match) -> bool:
    """Whether the two are still a pair that both know of."""
    return match.state in KNOWN and ParticipantState.LEFT not in {match.mentee.state, match.mentor.state}


def _hold_standing(match: Match) -> None:
    """The words name nobody: the page of a link shows them too (trust.md §1, 7)."""
    if not _is_standing(match):
        raise WrongState(_("The two of you are no longer matched."))


@transaction.atomic
def change_invitation(*, invitation: Invitation, meeting: Meeting, by: User, now: datetime) -> Invitation:
    """Another time or place: the answer is asked for anew. Nothing changed, nothing is told.

    Raises ``NotAllowed``, ``WrongState``.
    """
    invitation = _locked(invitation)
    _hold_possible(invitation.match, meeting, by, now)
    if (invitation.starts_at, invitation.place) == (meeting.starts_at, meeting.place):
        return invitation
    changes = {
        "starts_at": meeting.starts_at,
        "ends_at": meeting.starts_at + MEETING,
        "place": meeting.place,
        "sequence": invitation.sequence + 1,
        "answered_at": None,
    }
    if invitation.state != STATES.INVITED:
        _move(invitation, STATES.INVITED, by, now, **changes)
    else:
        Invitation.objects.filter(pk=invitation.pk).update(**changes)
        invitation.refresh_from_db(fields=list(changes))
        scheme_id = invitation.match.cohort.scheme_id
        record(verb="invitation changed", obj=invitation, by=by, now=now, fields=list(changes), scheme_id=scheme_id)
    _tell_both(invitation, now)
    return invitation


@transaction.atomic
def cancel_invitation(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Call a meeting off; both hear, and it leaves their calendars. Again changes nothing."""
    invitation = _locked(invitation)
    if invitation.match.mentor.user_id != by.pk:
        raise NotAllowed
    if invitation.state == STATES.CANCELLED:
        return invitation
    call_off(about=invitation, now=now)
    _move(invitation, STATES.CANCELLED, by, now, sequence=invitation.sequence + 1)
    for person in (invitation.match.mentee.user, invitation.match.mentor.user):
        _owe("contacts.invitation-off", person, invitation, now)
    return invitation


@transaction.atomic
def answer_invitation(*, invitation: Invitation, answer: str, by: User | None, now: datetime) -> Invitation:
    """The mentee can come, or cannot; the mentor hears at once. Again changes nothing.

    ``by`` is ``None`` for the holder of a signed link. Raises ``WrongState`` when it is over or called off, or when
    the two are no longer matched.
    """
    invitation = _locked(invitation)
    _hold_standing(invitation.match)
    if invitation.state == answer:
        return invitation
    if now >= invitation.ends_at:
        raise WrongState(_("This meeting is over."))
    _move(invitation, answer, by, now, answered_at=now)
    activate(match=invitation.match, by=by, now=now)
    _log_answer(invitation, by, now)
    _owe("contacts.invitation-answered", invitation.match.mentor.user, invitation, now, f"-{answer}-{now:%Y%m%d%H%M%S}")
    return invitation


def _log_answer(invitation: Invitation, by: User | None, now: datetime) -> None:
    """An answer is a sign of life, and counts for both."""
    log_by_tap(
        match=invitation.match, kind=ContactKind.REPLY, channel=Channel.COURTESY,
        on=timezone.localdate(now), key=_answer_key(invitation), by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def tell_outcome(*, invitation: Invitation, has_met: bool, by: User | None, now: datetime) -> Invitation:
    """Whether a meeting happened; a yes logs it. "Did not happen" is a fine answer. Again changes nothing.

    Raises ``WrongState`` before it began, when it was called off, or when the two are no longer matched.
    """
    invitation = _locked(invitation)
    _hold_standing(invitation.match)
    wanted = STATES.MET if has_met else STATES.NOT_MET
    if invitation.state == wanted:
        return invitation
    if now < invitation.starts_at:
        raise WrongState(_("This meeting has not been yet."))
    if invitation.state not in STANDING:
        _take_back(invitation, by, now)
    _move(invitation, wanted, by, now, told_at=now)
    if has_met:
        log_by_tap(
            match=invitation.match, kind=ContactKind.TWO_WAY, channel=Channel.IN_PERSON,
            on=timezone.localdate(invitation.starts_at), key=_met_key(invitation), by=by, now=now,
        )  # fmt: skip
        activate(match=invitation.match, by=by, now=now)
    return invitation


@transaction.atomic
def take_back(*, invitation: Invitation, by: User | None, now: datetime) -> Invitation:
    """Undo an answer, or what was said about whether it happened. Again changes nothing.

    Raises ``WrongState`` when the two are no longer matched.
    """
    invitation = _locked(invitation)
    _hold_standing(invitation.match)
    if invitation.state not in {STATES.INVITED, STATES.CANCELLED}:
        _take_back(invitation, by, now)
    return invitation


def _take_back(invitation: Invitation, by: User | None, now: datetime) -> None:
    keys = {STATES.MET: _met_key, STATES.ACCEPTED: _answer_key, STATES.DECLINED: _answer_key}
    if key_of := keys.get(STATES(invitation.state)):
        withdraw_by_tap(match=invitation.match, key=key_of(invitation), by=by, now=now)
    call_off(about=invitation, now=now, letters=["contacts.invitation-answered"])
    _move(invitation, STATES.INVITED, by, now, told_at=None, answered_at=None)


def _met_key(invitation: Invitation) -> uuid.UUID:
    return uuid.uuid5(MEETINGS, f"met/{invitation.pk}")


def _answer_key(invitation: Invitation) -> uuid.UUID:
    return uuid.uuid5(MEETINGS, f"answer/{invitation.pk}/{invitation.sequence}")


def ask_about(*, invitation: Invitation, now: datetime) -> None:
    """The day after: ask the mentor whether it happened, once."""
    message = _owe("contacts.met", invitation.match.mentor.user, invitation, now)
    if message is not None and message.created_at == now:
        record(
            verb="asked about a meeting", obj=invitation, by=None, now=now, scheme_id=invitation.match.cohort.scheme_id
        )


def _locked(invitation: Invitation) -> Invitation:
    Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    people = ("match__mentor__user__institution", "match__mentee__user__institution", "match__cohort__scheme")
    return Invitation.objects.select_related(*people).get(pk=invitation.pk)


def _move(invitation: Invitation, to: str, by: User | None, now: datetime, **changes: object) -> None:
    scheme_id = invitation.match.cohort.scheme_id
    move(invitation, to, lifecycle=INVITATION, by=by, now=now, scheme_id=scheme_id, **changes)


def _tell_both(invitation: Invitation, now: datetime) -> None:
    """What was owed about the meeting as it was is called off: it is not so any more."""
    call_off(about=invitation, now=now)
    _owe("contacts.invitation", invitation.match.mentee.user, invitation, now)
    _owe("contacts.invitation-sent", invitation.match.mentor.user, invitation, now)


def _owe(letter: str, person: User, invitation: Invitation, now: datetime, more: str = "") -> Message | None:
    return owe(
        letter=letter, recipient=person, occasion=f"invitation-{invitation.pk}-{invitation.sequence}{more}",
        now=now, cohort=invitation.match.cohort, about=invitation,
    )  # fmt: skip
