"""Pure decisions about a cohort's calendar, and about where pairs meet."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from schemes.states import Phase

_HALLS = re.compile(
    r"\b(halls|halls? of residence|residences?|accommodation|dorm(itory|s)?|student village"
    r"|bedrooms?|flat(\s*\d+\w?)?|my (room|house|place)|(his|her|their) room)\b",
    re.IGNORECASE,
)


def names_halls(place: str) -> bool:
    """Whether a place reads like halls of residence or a private room (R41).

    A single "hall" is not enough: a great hall and a lecture hall are public rooms.
    """
    return bool(_HALLS.search(place))


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def phase_on(day: date, *, cohort: Span, term_one: date | None, studying_from: date) -> Phase:
    """What mentoring is about on a day (R66): settling in, then, from the cohort's own date, studying."""
    start = term_one or cohort.first
    if day > cohort.last:
        return Phase.AFTER
    if day < start:
        return Phase.BEFORE
    return Phase.SETTLING_IN if day < studying_from else Phase.STUDYING


def week_of(day: date, term_one: date) -> int:
    """The week of the cohort's first term that a day lies in; week 1 begins on its first day."""
    return (day - term_one).days // 7 + 1


def passed_by(key: str, to: date, *, order: Sequence[str], days: Mapping[str, date]) -> str | None:
    """The step of the year that another would pass if it moved to a day; ``None`` when the order stays.

    ``order`` is how the steps follow each other; two may share a day. Steps without a day, or without a place in
    the order, stop nobody.
    """
    if key not in order:
        return None
    place = order.index(key)
    before = [other for other in order[:place] if other in days and days[other] > to]
    after = [other for other in order[place + 1 :] if other in days and days[other] < to]
    return max(before, key=days.__getitem__, default=None) or min(after, key=days.__getitem__, default=None)


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
