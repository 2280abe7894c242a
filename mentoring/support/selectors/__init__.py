"""Reads about support groups, by noun."""

from mentoring.support.selectors.groups import (
    facilitators_for,
    groups_of,
    groups_visible_to,
    meetings_of,
    mentors_to_choose,
    own_themes,
    people_of,
    units_to_arrange_for,
)
from mentoring.support.selectors.notes import meetings_readable_by, notes_of
from mentoring.support.selectors.themes import actions, owners_for, themes_visible_to

__all__ = [
    "actions",
    "facilitators_for",
    "groups_of",
    "groups_visible_to",
    "meetings_of",
    "meetings_readable_by",
    "mentors_to_choose",
    "notes_of",
    "own_themes",
    "owners_for",
    "people_of",
    "themes_visible_to",
    "units_to_arrange_for",
]
