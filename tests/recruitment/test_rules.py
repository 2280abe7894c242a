"""Who may apply, when, and who is invited."""

from datetime import date, timedelta

import pytest

from mentoring.recruitment.rules import (
    HOLD,
    Candidate,
    Opening,
    WhyNot,
    can_be_undone,
    opening_on,
    why_not_eligible,
    years_to_invite,
)
from tests.factories import NOW

FIRST, LAST = date(2026, 2, 2), date(2026, 3, 1)


@pytest.mark.parametrize(
    ("day", "opening"),
    [
        (FIRST - timedelta(days=1), Opening.COMING),
        (FIRST, Opening.OPEN),
        (LAST, Opening.OPEN),
        (LAST + timedelta(days=1), Opening.CLOSED),
    ],
)
def test_both_days_of_an_advert_are_open(day: date, opening: Opening) -> None:
    assert opening_on(day, opens_on=FIRST, closes_on=LAST) == opening


@pytest.mark.parametrize(
    ("candidate", "reasons"),
    [
        (Candidate(2, True, True), ()),
        (Candidate(1, True, True), (WhyNot.YEAR,)),
        (Candidate(2, True, False), (WhyNot.COURSE,)),
        (Candidate(2, True, True, is_mentor_already=True), (WhyNot.ALREADY,)),
        (Candidate(5, False, False), (WhyNot.UNIVERSITY, WhyNot.COURSE, WhyNot.YEAR)),
    ],
)
def test_every_reason_against_is_given(candidate: Candidate, reasons: tuple[WhyNot, ...]) -> None:
    assert why_not_eligible(candidate, (2, 3)) == reasons


def test_those_are_invited_who_may_mentor_next_year() -> None:
    assert years_to_invite((2, 3)) == [1, 2]
    assert years_to_invite((1, 2)) == [1]


def test_undo_ends_when_the_letters_go_out() -> None:
    assert can_be_undone(NOW, NOW + HOLD - timedelta(seconds=1))
    assert not can_be_undone(NOW, NOW + HOLD)
    assert not can_be_undone(None, NOW)
