"""Events as staff see them."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from mentoring.events.models import Event, EventQuerySet
from mentoring.events.states import BookingState
from mentoring.participation.states import ParticipantState
from schemes.models import Cohort, Unit
from schemes.permissions import appointments_with, rows_of, within_reach
from schemes.roles import Capability


def paths_down_to(path: str) -> list[str]:
    """The paths of a unit and of everything above it: "/1/4/" gives "/1/" and "/1/4/"."""
    keys = path.strip("/").split("/")
    return ["/" + "/".join(keys[: n + 1]) + "/" for n in range(len(keys))]


def events_visible_to(user: Any, today: date) -> EventQuerySet:
    """The events of a member of staff's schemes: in their unit and below, and those of the units above it.

    Those above are open to their students as well; who may change them is ``can_run``'s to say.
    """
    reach = within_reach(user, Capability.SEE_EVENTS, today, scheme="cohort__scheme", unit="unit")
    for one in appointments_with(user, Capability.SEE_EVENTS, today):
        above = Q(unit__path__in=paths_down_to(one.unit.path))
        reach |= rows_of(one, Capability.SEE_EVENTS, cohort="cohort") & above
    return Event.objects.filter(reach).select_related("unit", "cohort__scheme__unit__institution")


def with_counts(events: QuerySet[Event]) -> QuerySet[Event]:
    """The same events with ``booked``, ``waiting`` and ``here``: how many people each has."""
    stays = ~Q(bookings__participant__state=ParticipantState.LEFT)
    return events.annotate(
        booked=Count("bookings", filter=stays & Q(bookings__state=BookingState.BOOKED), distinct=True),
        waiting=Count("bookings", filter=stays & Q(bookings__state=BookingState.WAITING), distinct=True),
        here=Count("register", distinct=True),
    )


def units_to_plan_for(user: Any, cohort: Cohort, today: date) -> QuerySet[Unit]:
    """The units for which somebody may plan an event of this cohort."""
    reach = Q(pk__in=[])
    for appointment in appointments_with(user, Capability.RUN_EVENTS, today, cohort=cohort):
        reach |= Q(path__startswith=appointment.unit.path)
    return Unit.objects.filter(reach, path__startswith=cohort.scheme.unit.path)
