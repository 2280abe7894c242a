"""What a contact was, when it can be corrected, and what is known of somebody."""

from datetime import date, timedelta

import pytest

from mentoring.contacts.rules import (
    BOTH_HEARD,
    channel_of,
    how_of,
    is_change_of_mind,
    is_correctable,
    is_day_possible,
    kind_of,
    said_of,
    standing_of,
)

DAY = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("how", "said", "people", "kind"),
    [
        ("tried", "", 1, "attempt"),
        ("tried", "group", 3, "attempt"),  # hearing nothing back is what it was, whatever else was ticked
        ("message", "", 1, "attempt"),  # nobody is heard from because they were written to
        ("email", "", 3, "attempt"),
        ("message", "reply", 1, "reply"),
        ("message", "group", 3, "group"),
        ("phone", "", 1, "two-way"),
        ("in-person", "", 1, "two-way"),
        ("in-person", "", 3, "group"),
        ("video", "", 2, "group"),
        ("in-person", "reply", 3, "reply"),
    ],
)
def test_kind_of_a_contact(how, said, people, kind) -> None:
    assert kind_of(how, said=said, people=people) == kind


@pytest.mark.parametrize("channel", ["in-person", "message", "email", "video", "phone"])
@pytest.mark.parametrize("kind", ["attempt", "reply", "two-way", "group"])
def test_a_contact_that_is_corrected_without_a_change_stays_heard_or_unheard(kind, channel) -> None:
    how, said = how_of(kind, channel), said_of(kind, channel)
    again = kind_of(how, said=said, people=3 if kind == "group" else 1)
    assert (again in BOTH_HEARD) == (kind in BOTH_HEARD)
    assert channel_of(how, channel) == channel


def test_an_attempt_was_made_the_way_that_is_usual() -> None:
    assert channel_of("tried", "email") == "email"
    assert channel_of("tried", "") == "message"
    assert channel_of("phone", "email") == "phone"


def test_a_day_lies_between_the_newest_match_and_today() -> None:
    since = [DAY - timedelta(days=9), DAY - timedelta(days=5)]
    assert is_day_possible(DAY, today=DAY, since=since)
    assert is_day_possible(DAY - timedelta(days=5), today=DAY, since=since)
    assert not is_day_possible(DAY - timedelta(days=6), today=DAY, since=since)
    assert not is_day_possible(DAY + timedelta(days=1), today=DAY, since=since)


@pytest.mark.parametrize(
    ("reply", "kinds", "standing"),
    [
        ("", [], "not-heard"),
        ("", ["attempt", "attempt"], "not-heard"),  # trying says nothing about them (R59)
        ("", ["attempt", "reply"], "heard"),
        ("", ["two-way"], "heard"),
        ("", ["group"], "heard"),
        ("hello", [], "heard"),
        ("not-now", [], "heard"),
        ("question", [], "heard"),
        ("fine", ["attempt"], "fine"),
    ],
)
def test_standing_is_never_fine_by_silence(reply, kinds, standing) -> None:
    assert standing_of(reply, kinds) == standing


def test_correction_ends_after_its_days(now) -> None:
    assert is_correctable(now - timedelta(days=7), now, 7)
    assert not is_correctable(now - timedelta(days=7, seconds=1), now, 7)


def test_another_reply_on_the_same_day_is_a_change_of_mind(now) -> None:
    assert is_change_of_mind(now - timedelta(hours=23), now)
    assert not is_change_of_mind(now - timedelta(days=1), now)
