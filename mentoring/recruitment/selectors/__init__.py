"""Reads about recruiting, by noun."""

from mentoring.recruitment.selectors.adverts import (
    Numbers,
    adverts_visible_to,
    cohorts_to_recruit_for,
    interested_in,
    numbers_of,
)
from mentoring.recruitment.selectors.applications import (
    application_of,
    applications_visible_to,
    candidate_for,
    mentee_past,
    programmes_of,
)
from mentoring.recruitment.selectors.invitations import invitable, source_cohorts

__all__ = [
    "Numbers",
    "adverts_visible_to",
    "application_of",
    "applications_visible_to",
    "candidate_for",
    "cohorts_to_recruit_for",
    "interested_in",
    "invitable",
    "mentee_past",
    "numbers_of",
    "programmes_of",
    "source_cohorts",
]
