"""Places, the waiting list, the register's day, and what reads like halls."""

from datetime import date, timedelta

import pytest

from mentoring.events.rules import (
    HOLD,
    Room,
    can_be_restored,
    how_many_move_up,
    is_register_open,
    state_on_asking,
    what_people_must_hear,
)
from tests.factories import NOW


@pytest.mark.parametrize(
    ("room", "state"),
    [
        (Room(None, 500), "booked"),
        (Room(2, 1), "booked"),
        (Room(2, 2), "waiting"),
        (Room(2, 3), "waiting"),
        (Room(2, 1, waiting=1), "waiting"),
        (Room(3, 1, waiting=1), "booked"),
    ],
)
def test_who_asks_now_stands_behind_those_who_wait(room: Room, state: str) -> None:
    assert state_on_asking(room) == state


@pytest.mark.parametrize(
    ("room", "many"),
    [(Room(None, 3, 2), 2), (Room(3, 3, 2), 0), (Room(4, 3, 2), 1), (Room(9, 3, 2), 2), (Room(2, 3, 1), 0)],
)
def test_as_many_move_up_as_there_are_free_places(room: Room, many: int) -> None:
    assert how_many_move_up(room) == many


def test_the_register_opens_on_the_day_and_stays_open() -> None:
    day = date(2026, 10, 12)
    assert not is_register_open(first_day=day, is_cancelled=False, today=day - timedelta(days=1))
    assert is_register_open(first_day=day, is_cancelled=False, today=day)
    assert is_register_open(first_day=day, is_cancelled=False, today=day + timedelta(days=30))
    assert not is_register_open(first_day=day, is_cancelled=True, today=day)


def test_only_what_concerns_who_booked_is_told() -> None:
    before = {"title": "A", "starts_at": 1, "ends_at": 2, "place": "x", "online_link": "", "places": 3}
    assert what_people_must_hear(before, {**before, "places": 4}) == ()
    assert what_people_must_hear(before, {**before, "place": "y", "ends_at": 3}) == ("ends_at", "place")


def test_a_cancellation_can_be_undone_while_its_letters_wait() -> None:
    assert not can_be_restored(None, NOW)
    assert can_be_restored(NOW, NOW + HOLD - timedelta(seconds=1))
    assert not can_be_restored(NOW, NOW + HOLD)
