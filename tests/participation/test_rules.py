"""Until when stopping can be undone."""

from datetime import timedelta

from mentoring.participation.rules import is_undo_open, undo_ends_at


def test_undo_is_open_to_the_last_moment(now) -> None:
    assert is_undo_open(now - timedelta(days=14), now, 14)
    assert not is_undo_open(now - timedelta(days=14, seconds=1), now, 14)
    assert undo_ends_at(now, 14) == now + timedelta(days=14)


def test_undo_is_never_open_for_somebody_who_did_not_leave(now) -> None:
    assert not is_undo_open(None, now, 14)
