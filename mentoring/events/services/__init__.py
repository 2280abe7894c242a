"""Writes about events, by noun."""

from mentoring.events.services.bookings import book, fill_free_places, give_places, give_up, move_up
from mentoring.events.services.plans import EventDetails, cancel_event, change_event, plan_event, restore_event
from mentoring.events.services.register import everyone_was_here, record_attendance, undo_everyone_was_here

__all__ = [
    "EventDetails",
    "book",
    "cancel_event",
    "change_event",
    "everyone_was_here",
    "fill_free_places",
    "give_places",
    "give_up",
    "move_up",
    "plan_event",
    "record_attendance",
    "restore_event",
    "undo_everyone_was_here",
]
