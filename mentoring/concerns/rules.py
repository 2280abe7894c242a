"""When a concern must reach the next person."""

from collections.abc import Collection
from datetime import datetime, timedelta

STANDS_IN_AFTER = timedelta(days=1)
UNTAKEN_FOR = timedelta(minutes=30)
# An alert in one of these states has reached nobody, and will not by itself.
LOST = frozenset({"failed", "expired", "cancelled"})


def stands_in_from(*, first_day: datetime, appointed_at: datetime | None) -> datetime:
    """From when on the concerns that are raised are a stand-in's: a day after their appointment.

    ``first_day`` is its midnight, ``appointed_at`` when it was written down, so that no day written back helps.
    """
    return max(first_day, appointed_at or first_day) + STANDS_IN_AFTER


def must_go_further(*, raised_at: datetime, now: datetime, alerts: Collection[str]) -> bool:
    """Whether an open concern goes to the next: nobody took it for half an hour, or no alert can arrive (R82).

    ``alerts`` are the states of its alerts; with none there was nobody to alert.
    """
    return now - raised_at >= UNTAKEN_FOR or LOST.issuperset(alerts)
