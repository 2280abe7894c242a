"""Who may change how a cohort is nudged: it concerns the whole scheme."""

from datetime import date

from accounts.models import User
from schemes.models import Cohort
from schemes.permissions import can_edit_scheme, holds
from schemes.roles import Capability


def can_switch_nudges(user: User, cohort: Cohort, today: date) -> bool:
    """Who sets the scheme's policy, and coordinators of the whole scheme; a part of it is not enough."""
    scheme = cohort.scheme
    coordinates_all = holds(user, Capability.PUBLISH_MATCHES, scheme=scheme, unit=scheme.unit, today=today)
    sets_policy = holds(user, Capability.EDIT_SCHEME, scheme=scheme, unit=scheme.unit, today=today)
    is_ours = user.is_staff and can_edit_scheme(user, scheme, today)
    return coordinates_all or sets_policy or is_ours
