"""When a concern must reach the next person."""

from collections.abc import Collection
from datetime import datetime, timedelta

UNTAKEN_FOR = timedelta(minutes=30)
# An alert in one of these states has reached nobody, and will not by itself.
LOST = frozenset({"failed", "expired", "cancelled"})


def must_go_further(*, raised_at: datetime, now: datetime, alerts: Collection[str]) -> bool:
    """Whether an open concern goes to the next: nobody took it for half an hour, or no alert can arrive (R82).

    ``alerts`` are the states of its alerts; with none there was nobody to alert.
    """
    return now - raised_at >= UNTAKEN_FOR or LOST.issuperset(alerts)
