"""Who may do what with support groups. Notes are for the group and its facilitator, nobody else (R71).

Arranging a group needs both capabilities: facilitating, and seeing the people to choose from.
"""

from datetime import date
from typing import Any

from mentoring.support.models import SupportGroup
from schemes.models import Cohort, Unit
from schemes.permissions import holds
from schemes.roles import Capability


def can_arrange(user: Any, cohort: Cohort, unit: Unit, today: date) -> bool:
    """Make and change groups of a unit, and choose their members."""
    both = (Capability.FACILITATE_SUPPORT, Capability.SEE_PEOPLE)
    return all(holds(user, one, cohort=cohort, today=today, unit=unit) for one in both)


def can_facilitate(user: Any, cohort: Cohort, unit: Unit, today: date) -> bool:
    """Be the facilitator of a group of this unit."""
    return holds(user, Capability.FACILITATE_SUPPORT, cohort=cohort, today=today, unit=unit)


def is_facilitator(user: Any, group: SupportGroup, today: date) -> bool:
    """Its facilitator, while they hold an appointment that lets them be one."""
    return group.facilitator_id == user.pk and can_facilitate(user, group.cohort, group.unit, today)


def can_lead(user: Any, group: SupportGroup, today: date) -> bool:
    """Schedule meetings, take the register and decide about themes: its facilitator, or who arranges groups."""
    return is_facilitator(user, group, today) or can_arrange(user, group.cohort, group.unit, today)
