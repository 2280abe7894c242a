"""Themes without names, and the actions they became (R72)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from mentoring.support.models import SupportGroup, Theme
from mentoring.support.selectors.groups import groups_visible_to
from mentoring.support.states import ThemeState
from schemes.models import Appointment, Cohort
from schemes.roles import STAFF, STUDENTS_ROLES
from schemes.states import Role


def themes_visible_to(user: Any, today: date) -> QuerySet[Theme]:
    """The themes of the groups that staff see. They carry no names, so they may leave the group."""
    found = Theme.objects.filter(group__in=groups_visible_to(user, today))
    return found.select_related("group__cohort__scheme", "group__unit", "action_owner")


def actions(themes: QuerySet[Theme], cohort: Cohort | None, states: Sequence[str]) -> QuerySet[Theme]:
    """What groups of a cohort asked for, in the given states: what is due first, first."""
    found = themes.filter(group__cohort=cohort, state__in=states)
    order = ["action_due_on", "pk"] if ThemeState.ACTION in states else ["-raised_at", "-pk"]
    return found.order_by(*order)


def owners_for(group: SupportGroup, today: date) -> QuerySet[User]:
    """Who can promise to do something: the group's facilitator and members, and the staff over its unit."""
    path = group.unit.path
    roles = STUDENTS_ROLES if group.cohort.is_student_led else (*STAFF, Role.INTERN)
    staff = Appointment.objects.in_force(today).filter(scheme=group.cohort.scheme_id, role__in=roles)
    over = [a.user_id for a in staff.select_related("unit") if path.startswith(a.unit.path)]
    members = Participant.objects.filter(support_groups=group).exclude(state=ParticipantState.LEFT)
    found = User.objects.filter(Q(pk=group.facilitator_id) | Q(pk__in=over) | Q(pk__in=members.values("user")))
    return found.order_by("given_name", "family_name", "pk")
