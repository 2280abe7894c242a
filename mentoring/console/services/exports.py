"""That a list left the product."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from accounts.services import record
from schemes.models import Cohort


def note_export(*, what: str, cohort: Cohort, columns: Iterable[str], by: User, now: datetime) -> None:
    """Who took a list out of the product, when, and with which columns."""
    record(verb=f"{what} exported", obj=cohort, by=by, now=now, fields=columns, scheme_id=cohort.scheme_id)
