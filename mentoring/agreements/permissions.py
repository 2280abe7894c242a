"""Who puts a text in force."""

from datetime import date
from typing import Any

from schemes.models import Cohort
from schemes.permissions import holds_for_all
from schemes.roles import Capability


def can_publish(user: Any, cohort: Cohort, today: date) -> bool:
    """Everybody in the scheme accepts the same texts: only who looks after all of it changes one (R90)."""
    return holds_for_all(user, Capability.EDIT_TEXTS, scheme=cohort.scheme, today=today, cohort=cohort)
