"""Reads about nudges, by noun."""

from mentoring.nudges.selectors.coming import Coming, coming_week, forecast_of, foreseen, rules_changed_since
from mentoring.nudges.selectors.facts import (
    AGAIN,
    LETTER,
    facts_of,
    may_be_nudged,
    people_in_batches,
    rhythm_of,
    running_cohorts,
)
from mentoring.nudges.selectors.reach import people_found, reach_of
from mentoring.nudges.selectors.standing import Standing, names_not_greeted, standing_of, year_in_numbers
from mentoring.nudges.selectors.worn import Worn, in_detail, waiting_for_a_human

__all__ = [
    "AGAIN",
    "LETTER",
    "Coming",
    "Standing",
    "Worn",
    "coming_week",
    "facts_of",
    "forecast_of",
    "foreseen",
    "in_detail",
    "may_be_nudged",
    "names_not_greeted",
    "people_found",
    "people_in_batches",
    "reach_of",
    "rhythm_of",
    "rules_changed_since",
    "running_cohorts",
    "standing_of",
    "waiting_for_a_human",
    "year_in_numbers",
]
