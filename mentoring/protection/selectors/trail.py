"""The trail as an administrator may read it: of some acts that they were done, not by whom, nor to what."""

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from accounts.models import AuditEntry
from mentoring.protection.rules import (
    NAMELESS_APPS,
    NAMELESS_DEEDS,
    NAMELESS_KINDS,
    SAFEGUARDING,
    SET_UP,
    UNNUMBERED_KINDS,
)
from schemes.models import Cohort
from schemes.permissions import staff_appointments


def _in_confidence() -> Q:
    """Of what is told in confidence; of safeguarding, only what was done by others than staff."""
    found = Q(object_type__in=NAMELESS_KINDS) | _says_by_its_key()
    for app in NAMELESS_APPS:
        found |= Q(object_type__startswith=f"{app}.")
    is_staff = Q(actor__is_staff=True) | Q(Exists(staff_appointments().filter(user=OuterRef("actor"))))
    return found | (Q(object_type__startswith=f"{SAFEGUARDING}.") & ~is_staff)


def _says_by_its_key() -> Q:
    """What says by its key alone whose confidence it was."""
    found = Q(pk__in=[])
    for kind, verb in NAMELESS_DEEDS:
        found |= Q(object_type=kind, verb=verb)
    return found


def _where_students_lead() -> Q:
    """What was done in a year that students lead, and in getting it ready once it was closed to staff; not its set-up.

    The year stays closed, and so do its entries (trust.md §2).
    """
    led = Cohort.objects.filter(scheme=OuterRef("scheme_id_at"), student_led_since__isnull=False)
    has_begun = Q(starts_on__lte=OuterRef("on_day")) | Q(student_led_since__lte=OuterRef("at"))
    return Q(Exists(led.filter(has_begun, ends_on__gte=OuterRef("on_day")))) & ~Q(verb__in=SET_UP)


def with_what_may_be_shown(entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    """Each with ``is_nameless``: whether no administrator may read who acted; and ``key``: what it was done to.

    That is "" where staff know by its key whom it is about, from before a year was closed to them or from their work,
    and of kinds of which a gap between two keys would tell of a third.
    """
    keyless = Q(is_led=True) | _says_by_its_key() | Q(object_type__in=UNNUMBERED_KINDS)
    return (
        entries.annotate(on_day=TruncDate("at"))
        .annotate(is_led=_whether(_where_students_lead()))
        .annotate(
            is_nameless=_whether(Q(is_led=True) | _in_confidence()),
            key=Case(When(keyless, then=Value("")), default=F("object_id")),
        )
    )


def _whether(holds: Q) -> Case:
    return Case(When(holds, then=Value(True)), default=Value(False))
