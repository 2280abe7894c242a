"""Who may do what with events. Staff by their appointment's unit, students by their cohort."""

from datetime import date
from typing import Any

from mentoring.events.models import Event
from schemes.models import Cohort, Unit
from schemes.permissions import holds
from schemes.roles import Capability


def can_run(user: Any, event: Event, today: date) -> bool:
    """Change and cancel it, see who booked, take its register."""
    return holds(user, Capability.RUN_EVENTS, cohort=event.cohort, today=today, unit=event.unit)


def can_plan_for(user: Any, cohort: Cohort, unit: Unit, today: date) -> bool:
    """Plan an event for a unit of the scheme."""
    return holds(user, Capability.RUN_EVENTS, cohort=cohort, today=today, unit=unit)
