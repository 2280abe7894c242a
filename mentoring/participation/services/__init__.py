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
from mentoring.participation.services.profile import save_profile
from mentoring.participation.services.wishes import forget_wishes, save_wishes, withdraw_wishes

__all__ = [
    "come_back",
    "end_pauses",
    "enrol",
    "forget_wishes",
    "leave",
    "pause",
    "pause_nudges",
    "resume_nudges",
    "save_profile",
    "save_wishes",
    "withdraw_wishes",
]
