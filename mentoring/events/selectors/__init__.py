"""Reads about events, by noun."""

from mentoring.events.selectors.bookings import (
    OwnEvent,
    bookings_of,
    came_along,
    events_for,
    own_events,
    participant_for,
    room_of,
)
from mentoring.events.selectors.plans import events_visible_to, units_to_plan_for, with_counts
from mentoring.events.selectors.register import (
    RegisterRow,
    attended_event_ids,
    could_come,
    register_of,
    walk_ins,
)

__all__ = [
    "OwnEvent",
    "RegisterRow",
    "attended_event_ids",
    "bookings_of",
    "came_along",
    "could_come",
    "events_for",
    "events_visible_to",
    "own_events",
    "participant_for",
    "register_of",
    "room_of",
    "units_to_plan_for",
    "walk_ins",
    "with_counts",
]
