"""Who may step in for a mentor, and who may lift a mask because of danger (R60, R76)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from mentoring.contacts.models import CourtesyReply, MaskedQuestion
from mentoring.contacts.rules import Helper, Turn, may_step_in, turn_of
from mentoring.matching.models import Match
from mentoring.participation.states import ParticipantState
from schemes.models import Appointment, Cohort, Unit
from schemes.permissions import appointments_with, holds, within_reach
from schemes.roles import Capability
from schemes.states import Role


def can_step_in(user: Any, cohort: Cohort, unit: Unit, today: date) -> bool:
    """Senior mentors and coordinators of the student's unit."""
    return holds(user, Capability.HANDLE_SWAPS, cohort=cohort, unit=unit, today=today)


def can_help_with(user: Any, match: Match, today: date) -> bool:
    """May read and settle what a mentor said of a quiet mentee (R78): who may step in, never one of the pair."""
    is_of_pair = user.pk in {match.mentor.user_id, match.mentee.user_id}
    return not is_of_pair and can_step_in(user, match.cohort, match.mentee.programme.unit, today)


def can_take(user: Any, reply: CourtesyReply, today: date) -> bool:
    """May take a mentee's question over: never one of the pair."""
    match = reply.match
    is_of_pair = user.pk in {match.mentor.user_id, match.mentee.user_id}
    return not is_of_pair and can_step_in(user, match.cohort, match.mentee.programme.unit, today)


Seniors = Mapping[int, Sequence[Appointment]]


def senior_mentors(schemes: Collection[int], today: date) -> Seniors:
    """The senior mentors of some schemes, by scheme; one query."""
    held = Appointment.objects.in_force(today).filter(scheme__in=schemes, role=Role.SENIOR_MENTOR)
    found: dict[int, list[Appointment]] = {pk: [] for pk in schemes}
    for appointment in held.select_related("user__institution", "unit"):
        found[appointment.scheme_id].append(appointment)
    return found


def turn_with(question: MaskedQuestion, now: datetime) -> Turn:
    """Whose turn a question without a name is, or was when it was answered. A mentor who stopped has none."""
    if question.mentor is None:
        return Turn.COORDINATOR
    turn = turn_of(question.asked_at, question.taken_at, min(now, question.answered_at or now))
    gone = question.mentor.state == ParticipantState.LEFT
    return Turn.SENIOR_MENTOR if turn == Turn.MENTOR and gone else turn


def can_answer(user: Any, question: MaskedQuestion, now: datetime, seniors: Seniors | None = None) -> bool:
    """The mentor who was asked at once; when it has waited, whose turn it is, and who took it (R60, R76).

    List, page, taking and answering all ask this. ``seniors`` are those of the question's scheme, where they are
    known already.
    """
    today = timezone.localdate(now)
    if question.mentor is not None and question.mentor.user_id == user.pk:
        return question.mentor.state != ParticipantState.LEFT
    held = appointments_with(user, Capability.HANDLE_SWAPS, today, cohort=question.cohort)
    roles = {appointment.role for appointment in held if appointment.unit.covers(question.unit)}
    if not roles:
        return False
    if user.pk in {question.taken_by_id, question.answered_by_id}:
        return True
    scheme = question.cohort.scheme_id
    known = senior_mentors([scheme], today) if seniors is None else seniors
    asked = question.mentor.user_id if question.mentor else None
    return may_step_in(
        Helper(Role.SENIOR_MENTOR in roles, bool(roles - {Role.SENIOR_MENTOR})),
        turn_with(question, now),
        to_coordinators=question.mentor is None,
        has_seniors=any(a.unit.covers(question.unit) and a.user_id != asked for a in known.get(scheme, ())),
    )


def can_unmask(user: Any, question: MaskedQuestion, today: date) -> bool:
    """Who looks after safeguarding there, and nobody else, not even the coordinators who answer."""
    return holds(user, Capability.READ_CONCERNS, cohort=question.cohort, unit=question.unit, today=today)


def safeguarded_by(user: Any, today: date) -> Q:
    """The questions without a name whose mask a person may lift."""
    return within_reach(user, Capability.READ_CONCERNS, today, scheme="cohort__scheme", unit="unit")
