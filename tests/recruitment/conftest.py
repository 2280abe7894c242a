"""Next year's cohort with an open advert, grown from this year's."""

from datetime import timedelta

import pytest

from mentoring.recruitment.models import Advert
from mentoring.recruitment.services import Offer
from schemes.models import Cohort
from schemes.services import TermDates, open_cohort
from tests.factories import NOW, TERMS, TODAY, Northfield

YEAR = timedelta(weeks=52)


@pytest.fixture
def next_year(northfield: Northfield) -> Cohort:
    return open_cohort(
        scheme=northfield.scheme,
        name="2027/28",
        slug="northfield-2027",
        terms=[TermDates(0, t.number, t.first + YEAR, t.last + YEAR) for t in TERMS if t.year == 0],
        by=northfield.dr_lee,
        now=NOW,
        grew_from=northfield.cohort,
    )


@pytest.fixture
def advert(next_year: Cohort) -> Advert:
    return Advert.objects.create(
        cohort=next_year,
        slug="mentor-2027",
        title="Be a mentor",
        text="You know what the first weeks are like.",
        opens_on=TODAY - timedelta(days=1),
        closes_on=TODAY + timedelta(days=20),
    )


@pytest.fixture
def offer(northfield: Northfield) -> Offer:
    return Offer(programme=northfield.sociology, year_of_study=2, places_offered=4, why="I remember it well")
