"""Reads about students in a cohort, by noun."""

from mentoring.participation.selectors.people import (
    current_participations,
    my_participation,
    my_participations,
    participants_visible_to,
)

__all__ = ["current_participations", "my_participation", "my_participations", "participants_visible_to"]
