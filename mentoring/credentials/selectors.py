"""Reads about changes to accounts."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from accounts.models import Institution, User
from mentoring.credentials.models import AccountChange
from mentoring.credentials.states import ChangeState, Kind
from schemes.models import Appointment
from schemes.states import Role


def administrators(institution: Institution | None) -> list[User]:
    """Who administers a university, the longest first."""
    found = User.objects.filter(institution=institution, is_staff=True, is_active=True)
    return list(found.order_by("joined_at", "pk"))


def to_alert(change: AccountChange, today: date) -> list[User]:
    """Who hears of it: the person, every administrator; the safeguarding leads where it could reach their work."""
    found = [change.person, *administrators(change.person.institution)]
    leads = Appointment.objects.in_force(today).filter(
        role=Role.SAFEGUARDING_LEAD, user__institution=change.person.institution_id
    )
    if change.kind == Kind.ADMINISTRATOR or leads.filter(user=change.person_id).exists():
        found += [held.user for held in leads.select_related("user").order_by("pk")]
    return list(dict.fromkeys(found))


def due_changes(now: datetime) -> QuerySet[AccountChange]:
    """What waits and whose time has come; a new address only once it is confirmed."""
    ready = ~Q(kind=Kind.ADDRESS) | Q(confirmed_at__isnull=False)
    return AccountChange.objects.filter(ready, state=ChangeState.WAITING, begins_at__lte=now)
