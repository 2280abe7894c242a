"""Who reads concerns: the safeguarding leads, or, where a scheme has none, its lead and the unit's coordinators.

Who stands in reads what is raised while nobody is safeguarding lead and they have been appointed for a day, and
nothing earlier: that a safeguarding lead goes opens nothing to anybody.
"""

from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Access, View, gated
from accounts.models import User
from mentoring.concerns.models import Concern
from mentoring.concerns.rules import stands_in_from
from schemes.models import Appointment, Cohort, Scheme, Unit
from schemes.permissions import appointments_with
from schemes.roles import Capability
from schemes.states import Role

STAND_INS = (Role.LEAD, Role.COORDINATOR)


def stand_ins(user: User, today: date) -> list[Appointment]:
    """The user's appointments in schemes where they stand in, because nobody is safeguarding lead today."""
    mine = Appointment.objects.in_force(today).filter(user=user, role__in=STAND_INS).select_related("unit", "scheme")
    return list(mine.exclude(scheme__in=_safeguarding_leads(today).values("scheme")))


def _safeguarding_leads(today: date) -> QuerySet[Appointment]:
    return Appointment.objects.in_force(today).filter(role=Role.SAFEGUARDING_LEAD)


def has_safeguarding_lead(scheme: Scheme, today: date) -> bool:
    """Whether somebody is safeguarding lead of the scheme today; then nobody stands in for one."""
    return _safeguarding_leads(today).filter(scheme=scheme).exists()


def _stands_in_from(appointment: Appointment) -> datetime:
    first_day = timezone.make_aware(datetime.combine(appointment.starts_on, time.min))
    return stands_in_from(first_day=first_day, appointed_at=appointment.appointed_at)


def reads_concerns(user: Any, today: date) -> bool:
    """Whether the user reads the concerns of any scheme."""
    if not user.is_authenticated:
        return False
    return bool(appointments_with(user, Capability.READ_CONCERNS, today)) or bool(stand_ins(user, today))


def reads_concerns_of(user: User, scheme: Scheme, today: date) -> bool:
    """Whether the user reads concerns of this scheme, as a safeguarding lead or standing in for one."""
    holding = [*appointments_with(user, Capability.READ_CONCERNS, today), *stand_ins(user, today)]
    return any(appointment.scheme_id == scheme.pk for appointment in holding)


def _allows(request: HttpRequest) -> bool:
    return reads_concerns(request.user, timezone.localdate())


def readers_only(view: View) -> View:
    """Declare that a view is for those who read concerns; anyone else gets 404."""
    return gated(Access("capability", Capability.READ_CONCERNS), _allows)(view)


def reach_of(user: User, today: date) -> Q:
    """The concerns a user may read: of their schemes, as a stand-in of their unit; never one about themselves."""
    reach = Q(cohort__scheme__in=[a.scheme_id for a in appointments_with(user, Capability.READ_CONCERNS, today)])
    for appointment in stand_ins(user, today):
        here = Q(cohort__scheme=appointment.scheme_id, without_lead=True, raised_at__gte=_stands_in_from(appointment))
        reach |= here if _is_scheme_wide(appointment) else here & Q(unit__path__startswith=appointment.unit.path)
    return reach & _not_about(user)


def _not_about(user: User) -> Q:
    about_them = Q(about__user=user) | Q(about_staff=user)
    return ~Q(pk__in=Concern.objects.filter(about_them).values("pk"))


def concerns_of_leads(user: User, today: date) -> QuerySet[Concern]:
    """What a user reads as a safeguarding lead, not standing in for one."""
    schemes = [held.scheme_id for held in appointments_with(user, Capability.READ_CONCERNS, today)]
    return Concern.objects.filter(_not_about(user), cohort__scheme__in=schemes)


def _is_scheme_wide(appointment: Appointment) -> bool:
    return appointment.role == Role.LEAD or appointment.unit_id == appointment.scheme.unit_id


def readers(
    cohort: Cohort, unit: Unit | None, today: date, *, raised_at: datetime, without_lead: bool = True
) -> list[User]:
    """Who reads a concern of this time in a unit of this cohort, shown before it is sent.

    ``without_lead``: nobody was safeguarding lead when it was raised, so that others may stand in. Nobody reads
    it where there is no safeguarding lead and nobody has been appointed for long enough to stand in for one.
    """
    in_force = Appointment.objects.in_force(today).filter(scheme=cohort.scheme).order_by("pk")
    in_force = in_force.select_related("user", "unit", "scheme")
    leads = [a.user for a in in_force.filter(role=Role.SAFEGUARDING_LEAD)]
    if leads or not without_lead:
        return list(dict.fromkeys(leads))
    found = [
        a.user
        for a in in_force.filter(role__in=STAND_INS)
        if _stands_in_from(a) <= raised_at and (_is_scheme_wide(a) or (unit is not None and a.unit.covers(unit)))
    ]
    return list(dict.fromkeys(found))
