"""Writes of the dashboard itself, by noun."""

from mentoring.console.services.batches import do_to_many, take_back_batch
from mentoring.console.services.desk import give_row, snooze_row, wake_row
from mentoring.console.services.exports import note_export
from mentoring.console.services.filters import change_filter, remove_filter, restore_filter, save_filter
from mentoring.console.services.monday import MONDAY, READERS, owe_mondays_letter

__all__ = [
    "MONDAY",
    "READERS",
    "change_filter",
    "do_to_many",
    "give_row",
    "note_export",
    "owe_mondays_letter",
    "remove_filter",
    "restore_filter",
    "save_filter",
    "snooze_row",
    "take_back_batch",
    "wake_row",
]
