"""Who may step in for a mentor, and who may lift a mask because of danger (R60, R76)."""

from datetime import date
from typing import Any

from django.db.models import Q

from mentoring.contacts.models import CourtesyReply, MaskedQuestion
from mentoring.matching.models import Match
from schemes.models import Cohort, Unit
from schemes.permissions import holds, within_reach
from schemes.roles import Capability


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


def can_answer(user: Any, question: MaskedQuestion, today: date) -> bool:
    """The mentor who was asked, and whoever may step in for them."""
    if question.mentor is not None and question.mentor.user_id == user.pk:
        return True
    return can_step_in(user, question.cohort, question.unit, today)


def can_unmask(user: Any, question: MaskedQuestion, today: date) -> bool:
    """Who looks after safeguarding there, and nobody else, not even the coordinators who answer."""
    return holds(user, Capability.READ_CONCERNS, cohort=question.cohort, unit=question.unit, today=today)


def safeguarded_by(user: Any, today: date) -> Q:
    """The questions without a name whose mask a person may lift."""
    return within_reach(user, Capability.READ_CONCERNS, today, scheme="cohort__scheme", unit="unit")
