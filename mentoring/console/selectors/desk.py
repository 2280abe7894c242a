"""Who looks after Today's rows, and which were put off."""

from datetime import date

from mentoring.console.models import RowCare
from mentoring.console.permissions import COORDINATES
from mentoring.console.rules import Snooze
from schemes.models import Appointment, Cohort, Unit
from schemes.roles import roles_with


def cares_of(cohort: Cohort, unit: Unit, today: date) -> dict[str, RowCare]:
    """The care of each row that somebody took or put off, by its kind; two queries.

    Who no longer coordinates there owns nothing: the row is nobody's again.
    """
    held = Appointment.objects.in_force(today).filter(
        scheme=cohort.scheme_id, unit=unit, role__in=roles_with(COORDINATES)
    )
    there = set(held.values_list("user", flat=True))
    found = list(RowCare.objects.filter(cohort=cohort, unit=unit).select_related("owner", "snoozed_by"))
    for care in found:
        if care.owner_id not in there:
            care.owner = None
    return {care.kind: care for care in found}


def snoozes_in(cares: dict[str, RowCare]) -> dict[str, Snooze]:
    """The rows that were put off, whether the day has come or not."""
    return {
        kind: Snooze(care.snoozed_until, care.snoozed_count)
        for kind, care in cares.items()
        if care.snoozed_until is not None and care.snoozed_count is not None
    }
