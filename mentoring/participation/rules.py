"""Pure decisions about taking part."""

from datetime import datetime, timedelta


def undo_ends_at(left_at: datetime, undo_days: int) -> datetime:
    """The moment until which stopping can be undone as if it had never happened (R2)."""
    return left_at + timedelta(days=undo_days)


def is_undo_open(left_at: datetime | None, now: datetime, undo_days: int) -> bool:
    """Whether stopping can still be undone; later, coming back is a fresh return."""
    return left_at is not None and now <= undo_ends_at(left_at, undo_days)
