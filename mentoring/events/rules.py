"""Pure decisions about places, the waiting list and the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mentoring.events.states import BookingState

HOLD = timedelta(minutes=10)
TOLD = ("title", "starts_at", "ends_at", "place", "online_link")


@dataclass(frozen=True)
class Room:
    """How full an event is. ``places`` is ``None`` where there is no limit."""

    places: int | None
    booked: int
    waiting: int = 0

    @property
    def free(self) -> int | None:
        """Places that nobody has booked; ``None`` for no limit, never below 0."""
        return None if self.places is None else max(0, self.places - self.booked)


def state_on_asking(room: Room) -> BookingState:
    """What somebody who asks now gets: a place, or the end of the waiting list behind those who wait."""
    has_room = room.free is None or room.free > room.waiting
    return BookingState.BOOKED if has_room else BookingState.WAITING


def how_many_move_up(room: Room) -> int:
    """How many from the top of the waiting list get a place now."""
    return room.waiting if room.free is None else min(room.free, room.waiting)


def what_people_must_hear(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """The fields whose change concerns everyone who booked: where and when it is, and what it is called."""
    return tuple(name for name in TOLD if before[name] != after[name])


def is_register_open(*, first_day: date, is_cancelled: bool, today: date) -> bool:
    """A register is taken from the day of the event on; nobody has been to what has not been."""
    return not is_cancelled and today >= first_day


def can_be_restored(cancelled_at: datetime | None, now: datetime) -> bool:
    """Whether a cancelled event can simply stand again: while its letters still wait."""
    return cancelled_at is not None and now < cancelled_at + HOLD
