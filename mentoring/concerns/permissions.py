"""Who reads concerns: the safeguarding leads, or, where a scheme has none, its lead and coordinators."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Access, View, gated
from accounts.models import User
from mentoring.concerns.models import Concern
from schemes.models import Appointment, Cohort
from schemes.permissions import appointments_with
from schemes.roles import Capability
from schemes.states import Role

STAND_INS = (Role.LEAD, Role.COORDINATOR)


def schemes_without_a_safeguarding_lead(user: User, today: date) -> set[int]:
    """Schemes in which the user stands in, because nobody is safeguarding lead today."""
    mine = set(
        Appointment.objects.in_force(today).filter(user=user, role__in=STAND_INS).values_list("scheme", flat=True)
    )
    covered = Appointment.objects.in_force(today).filter(scheme__in=mine, role=Role.SAFEGUARDING_LEAD)
    return mine - set(covered.values_list("scheme", flat=True))


def reads_concerns(user: Any, today: date) -> bool:
    """Whether the user reads the concerns of any scheme."""
    if not user.is_authenticated:
        return False
    return bool(appointments_with(user, Capability.READ_CONCERNS, today)) or bool(
        schemes_without_a_safeguarding_lead(user, today)
    )


def _allows(request: HttpRequest) -> bool:
    return reads_concerns(request.user, timezone.localdate())


def readers_only(view: View) -> View:
    """Declare that a view is for those who read concerns; anyone else gets 404."""
    return gated(Access("capability", Capability.READ_CONCERNS), _allows)(view)


def reach_of(user: User, today: date) -> Q:
    """The concerns a user may read: of their schemes, or their own to look after; never one about themselves."""
    schemes = {a.scheme_id for a in appointments_with(user, Capability.READ_CONCERNS, today)}
    schemes |= schemes_without_a_safeguarding_lead(user, today)
    about_them = Q(about__user=user) | Q(about_staff=user)
    return (Q(cohort__scheme__in=schemes) | Q(owner=user)) & ~Q(pk__in=Concern.objects.filter(about_them).values("pk"))


def readers(cohort: Cohort, today: date) -> list[User]:
    """Who will read a concern raised in this cohort, shown before it is sent. A scheme always has a lead."""
    in_force = Appointment.objects.in_force(today).filter(scheme=cohort.scheme).select_related("user")
    leads = [a.user for a in in_force.filter(role=Role.SAFEGUARDING_LEAD).order_by("pk")]
    found = leads or [a.user for a in in_force.filter(role__in=STAND_INS).order_by("pk")]
    return list(dict.fromkeys(found))
