"""Who advertises, and who decides about an application."""

from datetime import date
from typing import Any

from mentoring.recruitment.models import Application
from schemes.models import Scheme
from schemes.permissions import holds, holds_for_all
from schemes.roles import Capability


def can_advertise(user: Any, scheme: Scheme, today: date) -> bool:
    """An advert speaks for the whole scheme: only who recruits for all of it places or changes one (R90)."""
    return holds_for_all(user, Capability.DECIDE_APPLICATIONS, scheme=scheme, today=today)


def can_decide(user: Any, application: Application, today: date) -> bool:
    """A coordinator decides about the applicants of their own unit (R90)."""
    return holds(
        user,
        Capability.DECIDE_APPLICATIONS,
        cohort=application.advert.cohort,
        today=today,
        unit=application.programme.unit,
    )
