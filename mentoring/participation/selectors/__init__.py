"""Reads about students in a cohort, by noun."""

from mentoring.participation.selectors.people import (
    current_participations,
    my_participation,
    my_participations,
    participants_visible_to,
    words_of_person,
)
from mentoring.participation.selectors.profile import (
    fact_words,
    introduction_line,
    mode_words,
    shown_facts,
    shown_in_common,
    study_line,
)
from mentoring.participation.selectors.wishes import told_by, told_by_each

__all__ = [
    "current_participations",
    "fact_words",
    "introduction_line",
    "mode_words",
    "my_participation",
    "my_participations",
    "participants_visible_to",
    "shown_facts",
    "shown_in_common",
    "study_line",
    "told_by",
    "told_by_each",
    "words_of_person",
]
