"""Who may vouch for a mentor's training, and who ticks what a session covered."""

from datetime import date
from typing import Any

from mentoring.participation.models import Participant
from schemes.permissions import holds
from schemes.roles import Capability


def can_vouch_for(user: Any, mentor: Participant, today: date) -> bool:
    """A coordinator of the mentor's unit says that they were trained elsewhere (R17)."""
    return holds(
        user,
        Capability.DECIDE_APPLICATIONS,
        cohort=mentor.cohort,
        today=today,
        unit=mentor.programme.unit,
    )
