"""The calendar's pure decisions."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.rules import Span, is_quiet, names_halls, next_open, passed_by, phase_on, week_of
from schemes.states import Phase

LONDON = ZoneInfo("Europe/London")
YEAR = Span(date(2026, 1, 12), date(2027, 6, 11))


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        (date(2026, 9, 27), Phase.BEFORE),
        (date(2026, 9, 28), Phase.SETTLING_IN),
        (date(2026, 11, 1), Phase.SETTLING_IN),
        (date(2026, 11, 2), Phase.STUDYING),
        (date(2027, 6, 11), Phase.STUDYING),
        (date(2027, 6, 12), Phase.AFTER),
    ],
)
def test_phase_changes_on_its_days(day: date, phase: Phase) -> None:
    assert phase_on(day, cohort=YEAR, term_one=date(2026, 9, 28), studying_from=date(2026, 11, 2)) == phase


def test_week_one_is_the_terms_first() -> None:
    assert [week_of(date(2026, 9, 28) + timedelta(days=n), date(2026, 9, 28)) for n in (0, 6, 7)] == [1, 1, 2]


@pytest.mark.parametrize(("hour", "quiet"), [(7, True), (8, False), (19, False), (20, True), (23, True)])
def test_nights_are_quiet(hour: int, quiet: bool) -> None:
    moment = datetime(2026, 10, 12, hour, 59, tzinfo=LONDON)
    assert is_quiet(moment, periods=[], from_hour=20, until_hour=8) is quiet


def test_next_open_leaves_exams_by_the_morning_after() -> None:
    exams = Span(date(2027, 1, 4), date(2027, 1, 15))
    moment = datetime(2027, 1, 6, 12, tzinfo=LONDON)
    assert next_open(moment, periods=[exams], from_hour=20, until_hour=8) == datetime(2027, 1, 16, 8, tzinfo=LONDON)


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 1)),  # noqa: DTZ001
    st.integers(0, 40),
)
def test_next_open_is_open_and_never_earlier(moment: datetime, length: int) -> None:
    aware = moment.replace(tzinfo=LONDON)
    closure = Span(date(2026, 12, 20), date(2026, 12, 20) + timedelta(days=length))
    found = next_open(aware, periods=[closure], from_hour=20, until_hour=8)
    assert found >= aware
    assert not is_quiet(found, periods=[closure], from_hour=20, until_hour=8)


@pytest.mark.parametrize("place", ["Ashenhurst halls", "Flat 3, Snow Lane", "Student Village common room", "my room"])
def test_halls_are_recognised(place: str) -> None:
    assert names_halls(place)


@pytest.mark.parametrize(
    "place", ["Great Hall", "Lecture hall 2", "Ramsden foyer", "Challoner building", "", "Flatiron café"]
)
def test_public_rooms_are_not_taken_for_halls(place: str) -> None:
    assert not names_halls(place)


ORDER = ["matching", "welcome", "phase-switch", "certificates"]
DAYS = {
    "matching": date(2026, 9, 14),
    "welcome": date(2026, 9, 29),
    "phase-switch": date(2026, 11, 2),
}


@pytest.mark.parametrize(
    ("key", "to", "passed"),
    [
        ("welcome", date(2026, 9, 13), "matching"),
        ("welcome", date(2026, 9, 14), None),  # two may share a day
        ("welcome", date(2026, 11, 2), None),
        ("welcome", date(2026, 11, 3), "phase-switch"),
        ("phase-switch", date(2026, 9, 1), "welcome"),  # the nearest that it would pass
        ("matching", date(2026, 12, 1), "welcome"),
        ("certificates", date(2027, 7, 1), None),
        ("party", date(2020, 1, 1), None),  # of no blueprint: it stands nowhere in the order
    ],
)
def test_a_step_passes_no_other(key: str, to: date, passed: str | None) -> None:
    assert passed_by(key, to, order=ORDER, days=DAYS) == passed
