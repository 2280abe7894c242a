"""A moment as a whole number in an address, so that Undo can name the one press of a button it takes back."""

from datetime import UTC, datetime, timedelta

from django.http import Http404

SINCE = datetime(1970, 1, 1, tzinfo=UTC)


def stamp_of(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - SINCE) // timedelta(microseconds=1)


def moment_of(stamp: int) -> datetime:
    """The moment that a stamp names. Raises ``Http404`` for a number beyond all calendars."""
    try:
        return SINCE + timedelta(microseconds=stamp)
    except OverflowError as problem:
        raise Http404 from problem
