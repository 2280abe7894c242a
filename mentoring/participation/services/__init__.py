"""Writes about students in a cohort, by noun."""

from mentoring.participation.services.enrolment import (
    come_back,
    end_pauses,
    enrol,
    leave,
    pause,
    pause_nudges,
    resume_nudges,
)

__all__ = ["come_back", "end_pauses", "enrol", "leave", "pause", "pause_nudges", "resume_nudges"]
