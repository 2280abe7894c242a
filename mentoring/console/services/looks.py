"""What is noted of looking: that a list left the product, that somebody's page was opened."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from accounts.services import record
from mentoring.matching.models import Match
from mentoring.participation.models import Participant
from schemes.models import Cohort


def note_export(*, what: str, cohort: Cohort, columns: Iterable[str], by: User, now: datetime) -> None:
    """Who took a list out of the product, when, and with which columns."""
    record(verb=f"{what} exported", obj=cohort, by=by, now=now, fields=columns, scheme_id=cohort.scheme_id)


def note_look(*, at: Participant | Match, by: User, now: datetime) -> None:
    """Who opened somebody's page, or a pair's: the people themselves can see it."""
    verb = "pair read" if isinstance(at, Match) else "person read"
    record(verb=verb, obj=at, by=by, now=now, scheme_id=at.cohort.scheme_id)
