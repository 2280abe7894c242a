"""Putting a row of Today off until a day, and saying who looks after it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.console.models import RowCare
from mentoring.console.permissions import desk_of, owners_for
from mentoring.console.rules import Waiting, latest_snooze
from schemes.models import Cohort


@transaction.atomic
def snooze_row(*, row: Waiting, cohort: Cohort, until: date, by: User, now: datetime) -> RowCare:
    """Put a row off until a day, for everybody who coordinates for the same unit.

    ``row`` is what waits now. Raises ``NotAllowed``, and ``WrongState`` for a day that is past or too far.
    """
    today = timezone.localdate(now)
    last = latest_snooze(row, today)
    if last is None:
        raise WrongState(_("This cannot wait."))
    if not today < until <= last:
        raise WrongState(_("Choose a day after today, and not later than the last one offered."))
    care = _care_of(row.key, cohort, by, now)
    care.snoozed_until, care.snoozed_count, care.snoozed_by, care.snoozed_at = until, row.count, by, now
    _save(care, "row snoozed", ["snoozed_until", "snoozed_count", "snoozed_by", "snoozed_at"], by, now)
    return care


@transaction.atomic
def wake_row(*, kind: str, cohort: Cohort, by: User, now: datetime) -> None:
    """Bring a row back now. Doing so again changes nothing. Raises ``NotAllowed``."""
    care = _care_of(kind, cohort, by, now)
    if care.snoozed_until is not None:
        care.snoozed_until = care.snoozed_count = care.snoozed_by = care.snoozed_at = None
        _save(care, "row brought back", ["snoozed_until", "snoozed_count", "snoozed_by", "snoozed_at"], by, now)


@transaction.atomic
def give_row(*, kind: str, cohort: Cohort, owner: User | None, by: User, now: datetime) -> RowCare:
    """Say who looks after a row; ``None``: nobody in particular. Saying it again changes nothing.

    Raises ``NotAllowed``, and ``WrongState`` for somebody who does not see that row.
    """
    care = _care_of(kind, cohort, by, now)
    if owner is not None and owner not in owners_for(kind, cohort, care.unit, timezone.localdate(now)):
        raise WrongState(_("They do not see this. Choose somebody else."))
    if care.owner != owner:
        care.owner, care.owned_at = owner, now if owner else None
        _save(care, "row given" if owner else "row given back", ["owner", "owned_at"], by, now)
    return care


def _care_of(kind: str, cohort: Cohort, by: User, now: datetime) -> RowCare:
    """The row's care, locked; not saved yet when nobody had it."""
    today = timezone.localdate(now)
    unit = desk_of(by, cohort, today)
    if unit is None or by not in owners_for(kind, cohort, unit, today):
        raise NotAllowed
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # two at once take turns
    kept = RowCare.objects.select_related("owner", "unit").filter(cohort=cohort, unit=unit, kind=kind).first()
    return kept or RowCare(cohort=cohort, unit=unit, kind=kind)


def _save(care: RowCare, verb: str, fields: list[str], by: User, now: datetime) -> None:
    care.save()
    record(verb=verb, obj=care, by=by, now=now, fields=fields, scheme_id=care.cohort.scheme_id)
