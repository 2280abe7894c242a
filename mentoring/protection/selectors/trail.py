"""The trail as an administrator of the institution may read it: of some acts that they were done, not by whom."""

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from accounts.models import AuditEntry
from mentoring.protection.rules import NAMELESS_APPS, NAMELESS_DEEDS, NAMELESS_KINDS, SAFEGUARDING, SET_UP
from schemes.models import Cohort
from schemes.permissions import staff_appointments


def _in_confidence() -> Q:
    """Of what is told in confidence; of safeguarding, only what was done by others than staff."""
    found = Q(object_type__in=NAMELESS_KINDS)
    for kind, verb in NAMELESS_DEEDS:
        found |= Q(object_type=kind, verb=verb)
    for app in NAMELESS_APPS:
        found |= Q(object_type__startswith=f"{app}.")
    is_staff = Q(actor__is_staff=True) | Q(Exists(staff_appointments().filter(user=OuterRef("actor"))))
    return found | (Q(object_type__startswith=f"{SAFEGUARDING}.") & ~is_staff)


def _where_students_lead() -> Q:
    """What was done in a year that students lead, and in getting it ready once it was closed to staff; not its set-up.

    The year stays closed, and so do its entries (trust.md §2).
    """
    led = Cohort.objects.filter(scheme=OuterRef("scheme_id_at"), student_led_since__isnull=False)
    has_begun = Q(starts_on__lte=OuterRef("on_day")) | Q(student_led_since__lte=OuterRef("at"))
    return Q(Exists(led.filter(has_begun, ends_on__gte=OuterRef("on_day")))) & ~Q(verb__in=SET_UP)


def with_who_may_be_named(entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    """Each with ``is_nameless``: whether no administrator may read who acted."""
    nameless = _in_confidence() | _where_students_lead()
    is_nameless = Case(When(nameless, then=Value(True)), default=Value(False))
    return entries.annotate(on_day=TruncDate("at")).annotate(is_nameless=is_nameless)
