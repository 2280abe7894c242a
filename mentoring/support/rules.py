"""Pure decisions about when a support group meets (R71) and whose name an idea carries (R93)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

EVERY_WEEKS = (4, 5, 6)
MOST_AT_ONCE = 12


@dataclass(frozen=True)
class QuietDays:
    """Exams or a closure; both days included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class MeetingDay:
    """A day to meet; ``moved_weeks`` says by how many weeks quiet days pushed it."""

    on: date
    moved_weeks: int = 0


def meeting_days(
    first: date, *, every_weeks: int, count: int, last_day: date, quiet: Iterable[QuietDays] = ()
) -> list[MeetingDay]:
    """So many days on the same weekday, every four to six weeks, none in exams or a closure.

    A day in them moves week by week until it is free, and the next one counts from there. The run
    ends with ``last_day``. Raises ``ValueError`` for another rhythm or number.
    """
    if every_weeks not in EVERY_WEEKS or not 1 <= count <= MOST_AT_ONCE:
        raise ValueError("every four to six weeks, at most a dozen at once")
    spans, day = list(quiet), first
    found: list[MeetingDay] = []
    while len(found) < count:
        moved = 0
        while any(span.holds(day) for span in spans):
            day += timedelta(weeks=1)
            moved += 1
        if day > last_day:
            break
        found.append(MeetingDay(day, moved))
        day += timedelta(weeks=every_weeks)
    return found


def is_overdue(due_on: date | None, today: date) -> bool:
    """Whether something promised for a day has not been done by it."""
    return due_on is not None and due_on < today
