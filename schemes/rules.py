"""Pure decisions about a cohort's calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from schemes.states import Phase


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def phase_on(day: date, *, cohort: Span, term_one: date | None, settling_in_weeks: int) -> Phase:
    """What mentoring is about on a day (R66): settling in, then studying."""
    start = term_one or cohort.first
    if day > cohort.last:
        return Phase.AFTER
    if day < start:
        return Phase.BEFORE
    return Phase.SETTLING_IN if day < start + timedelta(weeks=settling_in_weeks) else Phase.STUDYING


def week_of(day: date, term_one: date) -> int:
    """The week of the cohort's first term that a day lies in; week 1 begins on its first day."""
    return (day - term_one).days // 7 + 1


def is_quiet(moment: datetime, *, periods: Iterable[Span], from_hour: int, until_hour: int) -> bool:
    """Whether a local moment lies in quiet hours, exams or a closure (R69)."""
    return not until_hour <= moment.hour < from_hour or any(span.holds(moment.date()) for span in periods)


def next_open(moment: datetime, *, periods: Iterable[Span], from_hour: int, until_hour: int) -> datetime:
    """The first local moment, not before ``moment``, in which a nudge may be sent.

    ``moment`` is aware; the answer keeps its zone. Raises ``ValueError`` when two years hold none.
    """
    spans = list(periods)
    for _ in range(1500):
        if not is_quiet(moment, periods=spans, from_hour=from_hour, until_hour=until_hour):
            return moment
        day = moment.date()
        span = next((span for span in spans if span.holds(day)), None)
        if span:
            day = span.last + timedelta(days=1)
        elif moment.hour >= from_hour:
            day += timedelta(days=1)
        moment = datetime.combine(day, time(until_hour), tzinfo=moment.tzinfo)
    raise ValueError("The calendar leaves no open hour.")
