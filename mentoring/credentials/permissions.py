"""Who sees, agrees to and stops a change to an account."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from mentoring.credentials.models import AccountChange
from mentoring.credentials.states import ChangeState
from schemes.models import Appointment
from schemes.permissions import is_administrator
from schemes.states import Role


def changes_visible_to(user: Any, today: date) -> QuerySet[AccountChange]:
    """What waits: for the person themself and the university's administrators; for its safeguarding leads too, who
    could otherwise be impersonated one by one. Whoever sees a change may stop it."""
    reach = Q(person=user.pk)
    leads = Appointment.objects.in_force(today).filter(user=user.pk, role=Role.SAFEGUARDING_LEAD)
    if is_administrator(user) or leads.exists():
        reach |= Q(person__institution=user.institution_id)
    waiting = AccountChange.objects.filter(reach, state=ChangeState.WAITING)
    return waiting.select_related("person__institution", "asked_by", "second_by")


def can_ask(user: User, person: User) -> bool:
    """An administrator, for somebody of the same university."""
    return is_administrator(user) and person.is_active and user.institution_id == person.institution_id


def can_be_second(user: User, change: AccountChange) -> bool:
    """Another administrator than who asked; never the person whom it is about."""
    is_theirs = is_administrator(user) and user.institution_id == change.person.institution_id
    others = user.pk not in {change.asked_by_id, change.person_id}
    return is_theirs and others and change.state == ChangeState.WAITING and change.second_by_id is None
