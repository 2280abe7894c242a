"""Reads of questions: who asked without a name finds their own, and who steps in finds those that wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.selectors import administrators_of
from mentoring.contacts.models import CourtesyReply, MaskedQuestion
from mentoring.contacts.permissions import can_answer, senior_mentors, turn_with
from mentoring.contacts.rules import QUESTION_WAIT, Turn, can_hide, turn_of
from mentoring.contacts.states import Reply
from mentoring.matching.models import Match
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from schemes.models import Cohort, Unit
from schemes.permissions import within_reach
from schemes.roles import Capability
from schemes.selectors import coordinators_for, holders
from schemes.states import Role


def mark_of(person: Any, secret: str | bytes = "") -> str:
    """What a person's questions are found by; without the secret key it says nothing."""
    return salted_hmac("contacts.asker", str(person.pk), secret=secret or None, algorithm="sha256").hexdigest()


def asked_by(person: Any) -> QuerySet[MaskedQuestion]:
    """A person's own questions without a name, those from before a change of the secret key included."""
    marks = [mark_of(person), *(mark_of(person, old) for old in settings.SECRET_KEY_FALLBACKS)]
    found = MaskedQuestion.objects.filter(mark__in=marks)
    return found.select_related("mentor__user", "answered_by", "unmasked_by", "cohort__scheme")


def asker_of(question: MaskedQuestion) -> Participant | None:
    """Who asked. Only for the asker's own wish, or for danger."""
    return Participant.objects.with_person().filter(pk=question.asker["participant"]).first()


def to_tell_of_unmasking(question: MaskedQuestion, by: User, asker: Participant, today: date) -> list[User]:
    """Who hears at once that a mask was lifted: the other safeguarding leads; without any, the administrators."""
    scheme, without = question.cohort.scheme, {by.pk, asker.user_id}
    leads = dict.fromkeys(holders(scheme, Role.SAFEGUARDING_LEAD, today))
    others = [lead for lead in leads if lead.pk not in without]
    return others or administrators_of(scheme.unit.institution, without=without)


def is_hidden_among_others(match: Match | None) -> bool:
    """Whether a question to this mentor could be anybody's of the group."""
    return match is not None and can_hide(Match.objects.known().filter(mentor=match.mentor_id).count())


def masked_for(mentor: Participant) -> QuerySet[MaskedQuestion]:
    """The questions without a name that wait for a mentor."""
    return MaskedQuestion.objects.filter(mentor=mentor, answered_at=None)


def named_for(mentor: Participant) -> list[tuple[MaskedQuestion, Participant]]:
    """The questions to a mentor whose askers lifted the mask, with who they are."""
    told = MaskedQuestion.objects.filter(mentor=mentor, named_at__isnull=False)[:5]
    pairs = ((question, asker_of(question)) for question in told)
    return [(question, asker) for question, asker in pairs if asker]


def masked_questions() -> QuerySet[MaskedQuestion]:
    return MaskedQuestion.objects.select_related("mentor__user", "cohort__scheme__unit", "unit", "taken_by")


def open_questions(now: datetime) -> QuerySet[CourtesyReply]:
    """Mentees' questions that have waited 48 hours for their mentor."""
    waiting = CourtesyReply.objects.filter(
        choice=Reply.QUESTION, undone_at=None, answered_at=None,
        replied_at__lte=now - QUESTION_WAIT,
    ).filter(Exists(Match.objects.known().filter(pk=OuterRef("match"))))  # fmt: skip
    return waiting.select_related(
        "match__mentor__user", "match__mentee__user", "match__mentee__programme__unit", "match__cohort__scheme",
        "taken_by",
    )  # fmt: skip


def open_masked(now: datetime) -> QuerySet[MaskedQuestion]:
    """Questions without a name that have waited as long; those to coordinators from the first moment."""
    waited = Q(asked_at__lte=now - QUESTION_WAIT) | Q(mentor=None)
    gone = Q(mentor__isnull=False, mentor__state=ParticipantState.LEFT)
    return masked_questions().filter(waited | gone, answered_at=None)


@dataclass(frozen=True)
class Waiting:
    """One question that somebody may step in for. ``masked`` has no name."""

    asked_at: datetime
    cohort_id: int
    mentor: str
    mentee: str
    taken_by: User | None
    reply: CourtesyReply | None = None
    masked: MaskedQuestion | None = None


def named_to_step_in(user: Any, now: datetime, today: date) -> QuerySet[CourtesyReply]:
    """Questions with a name that wait within somebody's reach; never about a pair they belong to."""
    reach = within_reach(
        user, Capability.HANDLE_SWAPS, today, scheme="match__cohort__scheme", unit="match__mentee__programme__unit"
    )
    of_pair = Q(match__mentor__user=user.pk) | Q(match__mentee__user=user.pk)
    return open_questions(now).filter(reach).exclude(of_pair).order_by("replied_at", "pk")


def masked_to_step_in(user: Any, now: datetime, today: date) -> QuerySet[MaskedQuestion]:
    """Those without a name whose turn has come to this reader; never to oneself. Few stay open for two days."""
    over = within_reach(user, Capability.HANDLE_SWAPS, today, scheme="cohort__scheme", unit="unit")
    waiting = open_masked(now).filter(over).exclude(mentor__user=user.pk).order_by("asked_at", "pk")
    asked = list(waiting)
    seniors = senior_mentors({question.cohort.scheme_id for question in asked}, today) if asked else {}
    return waiting.filter(pk__in=[one.pk for one in asked if can_answer(user, one, now, seniors)])


def questions_to_step_in(user: Any, now: datetime, today: date) -> QuerySet[Any]:
    """What waits within somebody's reach, the oldest first, as (since when, is it without a name, key): to be paged."""
    named = named_to_step_in(user, now, today).annotate(since=F("replied_at"), is_masked=Value(False))
    masked = masked_to_step_in(user, now, today).annotate(since=F("asked_at"), is_masked=Value(True))
    keys = [found.order_by().values_list("since", "is_masked", "pk") for found in (named, masked)]
    return keys[0].union(keys[1], all=True).order_by("since", "is_masked", "pk")


def in_detail(keys: Iterable[tuple[datetime, bool, int]], now: datetime) -> list[Waiting]:
    """Some of them to be shown; two queries."""
    shown = list(keys)
    replies = open_questions(now).in_bulk([pk for _at, is_masked, pk in shown if not is_masked])
    masked = open_masked(now).in_bulk([pk for _at, is_masked, pk in shown if is_masked])
    return [_waiting_masked(masked[pk]) if is_masked else _waiting_reply(replies[pk]) for _at, is_masked, pk in shown]


def _waiting_reply(reply: CourtesyReply) -> Waiting:
    match = reply.match
    names = (match.mentor.user.first_name, match.mentee.user.first_name)
    return Waiting(reply.replied_at, match.cohort_id, *names, reply.taken_by, reply=reply)


def _waiting_masked(question: MaskedQuestion) -> Waiting:
    mentor = question.mentor.user.first_name if question.mentor else ""
    return Waiting(question.asked_at, question.cohort_id, mentor, "", question.taken_by, masked=question)


def helpers_for(turn: Turn, cohort: Cohort, unit: Unit, today: date, *, besides: set[int]) -> list[User]:
    """Who is asked to step in: the senior mentors of the unit, else and later its coordinators (R76)."""
    seniors = [] if turn == Turn.COORDINATOR else senior_mentors([cohort.scheme_id], today)[cohort.scheme_id]
    found = [a.user for a in seniors if a.unit.covers(unit) and a.user_id not in besides]
    return found or [person for person in coordinators_for(cohort, unit, today) if person.pk not in besides]


def whose_turn(question: CourtesyReply | MaskedQuestion, now: datetime) -> Turn:
    """Whose turn it is with a question that waits."""
    if isinstance(question, CourtesyReply):
        return turn_of(question.replied_at, question.taken_at, now)
    return turn_with(question, now)
