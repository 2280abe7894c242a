"""Writes of the dashboard itself, by noun."""

from mentoring.console.services.batches import do_to_many, take_back_batch
from mentoring.console.services.desk import give_row, snooze_row, wake_row
from mentoring.console.services.filters import change_filter, remove_filter, restore_filter, save_filter
from mentoring.console.services.looks import note_export, note_look
from mentoring.console.services.monday import MONDAY, READERS, READERS_AMONG_STUDENTS, owe_mondays_letter
from mentoring.console.services.people import bring_back, set_reminders, stop_for
from mentoring.console.services.year import move_step

__all__ = [
    "MONDAY",
    "READERS",
    "READERS_AMONG_STUDENTS",
    "bring_back",
    "change_filter",
    "do_to_many",
    "give_row",
    "move_step",
    "note_export",
    "note_look",
    "owe_mondays_letter",
    "remove_filter",
    "restore_filter",
    "save_filter",
    "set_reminders",
    "snooze_row",
    "stop_for",
    "take_back_batch",
    "wake_row",
]
