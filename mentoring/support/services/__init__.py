"""Writes about support groups, by noun."""

from mentoring.support.services.groups import arrange_group, change_group
from mentoring.support.services.meetings import MeetingPlan, call_meeting_off, move_meeting, schedule_meetings
from mentoring.support.services.notes import note_notes_read, remove_note, write_note
from mentoring.support.services.themes import (
    Decision,
    decide_theme,
    finish_theme,
    raise_theme,
    reopen_theme,
    set_theme_aside,
)

__all__ = [
    "Decision",
    "MeetingPlan",
    "arrange_group",
    "call_meeting_off",
    "change_group",
    "decide_theme",
    "finish_theme",
    "move_meeting",
    "note_notes_read",
    "raise_theme",
    "remove_note",
    "reopen_theme",
    "schedule_meetings",
    "set_theme_aside",
    "write_note",
]
