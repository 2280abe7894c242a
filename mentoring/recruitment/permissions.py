"""Who decides about an application."""

from datetime import date
from typing import Any

from mentoring.recruitment.models import Application
from schemes.permissions import holds
from schemes.roles import Capability


def can_decide(user: Any, application: Application, today: date) -> bool:
    """A coordinator decides about the applicants of their own unit (R90)."""
    return holds(
        user,
        Capability.DECIDE_APPLICATIONS,
        scheme=application.advert.cohort.scheme,
        today=today,
        unit=application.programme.unit,
    )
