"""Pure decisions about who may apply, when, and who is invited (R5, R8, R15)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

HOLD = timedelta(minutes=10)


class Opening(StrEnum):
    """Where an advert is between its two days."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


class WhyNot(StrEnum):
    """Why somebody cannot apply."""

    YEAR = "year"
    COURSE = "course"
    UNIVERSITY = "university"
    ALREADY = "already"


@dataclass(frozen=True)
class Candidate:
    """What eligibility looks at. ``year_of_study`` is the year in which they would mentor."""

    year_of_study: int
    is_of_university: bool
    is_on_course_of_scheme: bool
    is_mentor_already: bool = False


def opening_on(day: date, *, opens_on: date, closes_on: date) -> Opening:
    """Both days are included."""
    if day < opens_on:
        return Opening.COMING
    return Opening.CLOSED if day > closes_on else Opening.OPEN


def why_not_eligible(candidate: Candidate, mentor_years: Collection[int]) -> tuple[WhyNot, ...]:
    """Every reason why a candidate cannot mentor in the scheme; none for one who can (R8)."""
    holds = {
        WhyNot.UNIVERSITY: candidate.is_of_university,
        WhyNot.COURSE: candidate.is_on_course_of_scheme,
        WhyNot.YEAR: candidate.year_of_study in mentor_years,
        WhyNot.ALREADY: not candidate.is_mentor_already,
    }
    return tuple(reason for reason, good in holds.items() if not good)


def years_to_invite(mentor_years: Collection[int]) -> list[int]:
    """The years this year's mentees are in now, so that next year they may mentor (R15)."""
    return sorted(year - 1 for year in mentor_years if year > 1)


def can_be_undone(done_at: datetime | None, now: datetime) -> bool:
    """Whether a decision or invitation can be taken back: while its letter still waits."""
    return done_at is not None and now < done_at + HOLD
