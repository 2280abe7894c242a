"""What the seeders hand to each other."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Institution, User
from schemes.models import Cohort, Programme, Scheme, Unit


@dataclass(frozen=True)
class Northfield:
    """Northfield while it is being made: units, courses and staff by their short keys."""

    institution: Institution
    units: dict[str, Unit]
    courses: dict[str, Programme]
    staff: dict[str, User]
    scheme: Scheme
    cohort: Cohort
    next_cohort: Cohort
    now: datetime
