"""Who waits for another mentor: swap requests, groups whose mentor left, students without one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.states import EndReason, SwapState
from mentoring.participation.models import Participant
from mentoring.participation.selectors import participants_visible_to
from mentoring.participation.states import ParticipantState
from schemes.models import Cohort
from schemes.permissions import appointments_with, rows_of, within_reach
from schemes.roles import Capability
from schemes.selectors import coordinators_for, holders, scheme_lead
from schemes.states import Role


def swaps_kept_from(user: User) -> QuerySet[SwapRequest]:
    """Requests that do not exist for somebody: about a pair that they are one of (R75), or from which the student
    excluded them."""
    of_the_pair = Q(match__mentor__user=user.pk) | Q(match__mentee__user=user.pk)
    without = SwapRequest.excluded.through.objects.filter(user=user.pk)
    return SwapRequest.objects.filter(of_the_pair | Q(pk__in=without.values("swaprequest")))


def swaps_visible_to(user: Any, today: date) -> QuerySet[SwapRequest]:
    """Swap requests that somebody may see: staff those of their unit, a handler their own.

    Nobody sees one that is kept from them: see `swaps_kept_from`.
    """
    reach = Q(pk__in=[])
    for held in appointments_with(user, Capability.HANDLE_SWAPS, today):
        here = rows_of(held, Capability.HANDLE_SWAPS, cohort="match__cohort")
        if held.role == Role.SENIOR_MENTOR:
            reach |= here & Q(handler=user.pk)
        else:
            reach |= here & (Q(handler=user.pk) | Q(match__mentee__programme__unit__path__startswith=held.unit.path))
    return (
        SwapRequest.objects.filter(reach)
        .exclude(pk__in=swaps_kept_from(user).values("pk"))
        .select_related(
            "handler",
            "new_match__mentor__user",
            "match__cohort__scheme",
            "match__mentor__user",
            "match__mentor__programme",
            "match__mentee__user",
            "match__mentee__programme__unit",
            "match__mentee__cohort__scheme",
        )
    )


def open_swaps(user: Any, today: date) -> QuerySet[SwapRequest]:
    """Requests that wait for an answer, the earliest promise first."""
    return swaps_visible_to(user, today).filter(state=SwapState.ASKED).order_by("promised_by", "pk")


def my_match(user: Any, today: date) -> Match | None:
    """A mentee's match of today, of which both have been told."""
    return (
        Match.objects.known()
        .filter(mentee__user=user, cohort__ends_on__gte=today)
        .with_people()
        .order_by("-introduced_at", "-pk")
        .first()
    )


def open_swap_of(match: Match) -> SwapRequest | None:
    """The request that waits for an answer, if there is one; the student's own before one of staff beside it."""
    waiting = match.swap_requests.filter(state=SwapState.ASKED).select_related("handler")
    return waiting.order_by("is_beside", "pk").first()


@dataclass(frozen=True)
class Handler:
    """Somebody who could deal with a swap, and as what."""

    user: User
    role: Role


def handlers_for(match: Match, today: date) -> list[Handler]:
    """Whom a mentee may choose to deal with a swap (R75, R76): never one of the pair."""
    cohort, unit = match.cohort, match.mentee.programme.unit
    lead = None if cohort.is_student_led else scheme_lead(cohort.scheme, today)
    role = Role.INTERN if cohort.is_student_led else Role.COORDINATOR
    found = [Handler(user, role) for user in coordinators_for(cohort, unit, today) if user != lead]
    found += [Handler(user, Role.SENIOR_MENTOR) for user in holders(cohort.scheme, Role.SENIOR_MENTOR, today)]
    found += [Handler(lead, Role.LEAD)] if lead else []
    seen = {match.mentor.user_id, match.mentee.user_id}
    kept = []
    for handler in found:
        if handler.user.pk not in seen:
            seen.add(handler.user.pk)
            kept.append(handler)
    return kept


def without_mentor(user: Any, cohort: Cohort, today: date) -> QuerySet[Participant]:
    """Students of a cohort within the reader's reach who have no mentor now."""
    live = Match.objects.live().filter(mentee=OuterRef("pk"))
    mentees = participants_visible_to(user, today).filter(cohort=cohort).mentees().enrolled()
    return mentees.exclude(Exists(live)).order_by("enrolled_at", "pk")


def orphaned_groups(orphaned: Iterable[Match]) -> list[tuple[Participant, list[Match]]]:
    """Orphaned matches by the mentor who left, in the order in which they come."""
    return [(mentor, list(found)) for mentor, found in groupby(orphaned, key=lambda match: match.mentor)]


def orphaned_by(user: Any, today: date) -> QuerySet[Match]:
    """Matches that ended because the mentor left, whose mentee takes part and has nobody since (R80)."""
    live = Match.objects.live().filter(mentee=OuterRef("mentee"))
    later = Match.objects.filter(mentee=OuterRef("mentee"), made_at__gt=OuterRef("made_at")).exclude(
        end_reason=EndReason.UNDONE
    )
    reach = within_reach(
        user, Capability.PUBLISH_MATCHES, today, scheme="cohort__scheme", unit="mentee__programme__unit"
    )
    return (
        Match.objects.filter(reach, Q(end_reason=EndReason.MENTOR_LEFT) | Q(mentor__state=ParticipantState.LEFT))
        .filter(mentee__state=ParticipantState.ENROLLED)
        .exclude(Exists(live))
        .exclude(Exists(later))
        .with_people()
        .order_by("mentor", "mentee__user__given_name", "pk")
    )
