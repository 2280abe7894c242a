"""Who looks after Today's rows, and which were put off."""

from mentoring.console.models import RowCare
from mentoring.console.rules import Snooze
from schemes.models import Cohort, Unit


def cares_of(cohort: Cohort, unit: Unit) -> dict[str, RowCare]:
    """The care of each row that somebody took or put off, by its kind; one query."""
    found = RowCare.objects.filter(cohort=cohort, unit=unit).select_related("owner", "snoozed_by")
    return {care.kind: care for care in found}


def snoozes_in(cares: dict[str, RowCare]) -> dict[str, Snooze]:
    """The rows that were put off, whether the day has come or not."""
    return {
        kind: Snooze(care.snoozed_until, care.snoozed_count)
        for kind, care in cares.items()
        if care.snoozed_until is not None and care.snoozed_count is not None
    }
