"""When many may be written to: above a number not without a second person, and never without time to stop it."""

from datetime import timedelta

ALONE_UP_TO = 500  # recipients, counted over what the author sent in the last day
COUNTED_FOR = timedelta(days=1)
HOLD = timedelta(minutes=10)


def needs_second_person(count: int, *, lately: int) -> bool:
    """Whether a second person must approve. ``lately`` counts what the same author released within a day,
    so that many small announcements are not a way around it."""
    return count + lately > ALONE_UP_TO
