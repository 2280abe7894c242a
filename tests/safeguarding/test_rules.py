"""What an emergency needs and what follows it, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mentoring.safeguarding.rules import (
    Asked,
    Condition,
    begins,
    is_approved,
    is_open,
    may_approve,
    missing,
    must_be_told,
    review_due,
)

NOW = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
WHOLE = {
    "has_grant": True,
    "proved_at": NOW - timedelta(minutes=5),
    "subjects": [7],
    "own_key": 1,
    "category": "life",
    "reason": "He may hurt himself.",
}


def _missing(**changes: object) -> set[Condition]:
    return missing(Asked(**{**WHOLE, **changes}), NOW, {"life", "harm"})  # type: ignore[arg-type]


def test_nothing_is_missing_and_no_approval_is_asked_for() -> None:
    assert _missing() == set()
    assert len(Condition) == 5


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        ({"has_grant": False}, Condition.GRANT),
        ({"proved_at": None}, Condition.PROOF),
        ({"proved_at": NOW - timedelta(minutes=5, seconds=1)}, Condition.PROOF),
        ({"proved_at": NOW + timedelta(seconds=1)}, Condition.PROOF),
        ({"subjects": []}, Condition.SUBJECT),
        ({"subjects": [7, 8]}, Condition.SUBJECT),
        ({"subjects": [1]}, Condition.SUBJECT),
        ({"category": ""}, Condition.CATEGORY),
        ({"category": "curiosity"}, Condition.CATEGORY),
        ({"reason": "He may harm himself"}, Condition.REASON),  # 19 characters
        ({"reason": "." * 30}, Condition.REASON),
        ({"reason": "x" * 30}, Condition.REASON),
        ({"reason": ". . . . . . . . . . . . . . . ."}, Condition.REASON),
        ({"reason": "danger danger danger danger"}, Condition.REASON),
        ({"reason": "0123456789 0123456789 emergency now"}, Condition.REASON),
        ({"reason": "x" + " " * 30 + "x"}, Condition.REASON),
    ],
)
def test_each_condition_is_needed(change: dict[str, object], condition: Condition) -> None:
    assert _missing(**change) == {condition}


@pytest.mark.parametrize(
    ("minutes", "ended", "opened"), [(0, 60, True), (59, 60, True), (60, 60, False), (61, 600, False), (10, 5, False)]
)
def test_an_hour_and_no_longer_whatever_its_row_says(minutes: int, ended: int, opened: bool) -> None:
    ends = NOW + timedelta(minutes=ended)
    assert is_open(opened_at=NOW, ends_at=ends, now=NOW + timedelta(minutes=minutes)) is opened
    assert not is_open(opened_at=NOW, ends_at=ends, now=NOW - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        (date(2026, 10, 12), date(2026, 10, 19)),  # Monday to Monday
        (date(2026, 10, 16), date(2026, 10, 23)),  # Friday to Friday
        (date(2026, 10, 17), date(2026, 10, 23)),  # on a Saturday: five days from Monday on
    ],
)
def test_the_review_is_due_in_five_working_days(opened: date, due: date) -> None:
    assert review_due(opened) == due


def test_the_person_is_told_within_a_week_unless_a_delay_stands() -> None:
    def told(days: int, delayed_until: date | None = None) -> bool:
        now = NOW + timedelta(days=days)
        return must_be_told(opened_at=NOW, delayed_until=delayed_until, now=now, today=now.date())

    assert not told(5)
    assert told(6)
    assert told(7)
    until = NOW.date() + timedelta(days=30)
    assert not told(7, until)
    assert not told(30, until)
    assert told(31, until)


def test_two_different_administrators_and_a_day() -> None:
    assert not is_approved([])
    assert not is_approved([1])
    assert not is_approved([1, 1])
    assert is_approved([1, 2])
    assert may_approve(2, [1])
    assert not may_approve(1, [1])
    assert begins(NOW) == NOW + timedelta(hours=24)
