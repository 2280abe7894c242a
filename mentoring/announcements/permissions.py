"""Who may write to many, who may approve it, and who may stop it."""

from datetime import date

from accounts.models import User
from mentoring.announcements.models import Announcement
from schemes.models import Cohort, Unit
from schemes.permissions import appointments_with, holds
from schemes.roles import Capability


def reach_of(user: User, cohort: Cohort, today: date) -> Unit | None:
    """The widest unit for which the user may write to many in the cohort's scheme; ``None`` if none."""
    units = [one.unit for one in appointments_with(user, Capability.WRITE_TO_MANY, today, cohort=cohort)]
    return min(units, key=lambda unit: len(unit.path), default=None)


def can_see(user: User, announcement: Announcement, today: date) -> bool:
    """Who may write to as many as it reaches."""
    return holds(user, Capability.WRITE_TO_MANY, cohort=announcement.cohort, today=today, unit=announcement.unit)


def can_decide(user: User, announcement: Announcement, today: date) -> bool:
    """A second person: somebody who may see it and did not write it."""
    return announcement.author_id != user.pk and can_see(user, announcement, today)
