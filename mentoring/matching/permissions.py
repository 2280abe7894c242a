"""Who may draft, publish, place and handle swaps (R38, R75, R76, R90; trust.md §2)."""

from datetime import date
from typing import Any

from mentoring.matching.models import Match, Run, SwapRequest
from mentoring.participation.models import Participant
from schemes.models import Cohort, Unit
from schemes.permissions import holds
from schemes.roles import Capability


def can_draft_in(user: Any, cohort: Cohort, unit: Unit, today: date) -> bool:
    """May work on drafts about a unit: interns draft, staff publish."""
    return holds(user, Capability.DRAFT_MATCHES, cohort=cohort, unit=unit, today=today)


def can_draft(user: Any, run: Run, today: date) -> bool:
    """May steer a whole run: work it out again, discard it."""
    return can_draft_in(user, run.cohort, run.unit, today)


def can_read_whole(user: Any, run: Run, today: date) -> bool:
    """May read what is counted over a whole run: it must lie within their reach."""
    return holds(user, Capability.SEE_MATCHES, cohort=run.cohort, unit=run.unit, today=today)


def can_move(user: Any, run: Run, mentee: Participant, today: date) -> bool:
    """May lock, move or leave out a student: one of their own unit, whatever the run covers."""
    return can_draft_in(user, run.cohort, mentee.programme.unit, today)


def can_publish(user: Any, run: Run, today: date) -> bool:
    """May publish a run and take that back: it must lie within their reach as a whole."""
    return holds(user, Capability.PUBLISH_MATCHES, cohort=run.cohort, unit=run.unit, today=today)


def can_place(user: Any, mentee: Participant, today: date) -> bool:
    """May give a student a mentor directly, outside a draft."""
    return holds(user, Capability.PUBLISH_MATCHES, cohort=mentee.cohort, unit=mentee.programme.unit, today=today)


def can_end(user: Any, match: Match, today: date) -> bool:
    """May end a pair: who places its student, never one of the pair."""
    return user.pk not in {match.mentor.user_id, match.mentee.user_id} and can_place(user, match.mentee, today)


def can_handle(user: Any, swap: SwapRequest, today: date) -> bool:
    """May answer a swap request: its handler, or who coordinates there; never one of the pair, or who is excluded."""
    match = swap.match
    if user.pk in {match.mentor.user_id, match.mentee.user_id} or swap.excluded.filter(pk=user.pk).exists():
        return False
    is_handler = swap.handler_id == user.pk and holds(user, Capability.HANDLE_SWAPS, cohort=match.cohort, today=today)
    return is_handler or can_place(user, match.mentee, today)


def can_read_reasons(user: Any, swap: SwapRequest) -> bool:
    """The reasons are for the one whom the student chose (R75)."""
    return swap.handler_id == user.pk
