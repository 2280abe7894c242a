"""What the queue decides, from plain facts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mentoring.console.rules import (
    ORDER,
    GroupFacts,
    PairFacts,
    Snooze,
    Waiting,
    in_order,
    is_quiet,
    is_snoozed,
    latest_snooze,
    may_need_a_hand,
    share,
    waits_for_answer,
)

TODAY = date(2026, 10, 12)
NOW = datetime(2026, 10, 12, 9, tzinfo=UTC)


def _pair(**facts: object) -> PairFacts:
    return PairFacts(
        **{"introduced_on": date(2026, 9, 14), "last_sign": None, "standing_reply": "", "replied_at": None} | facts  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("facts", "quiet"),
    [
        ({}, True),
        ({"introduced_on": date(2026, 9, 22)}, False),
        ({"introduced_on": date(2026, 9, 21)}, True),
        ({"introduced_on": None}, False),
        ({"last_sign": date(2026, 9, 21)}, True),
        ({"last_sign": date(2026, 9, 22)}, False),
        ({"standing_reply": "fine"}, False),
        ({"standing_reply": "not-now"}, False),
        ({"standing_reply": "hello", "last_sign": date(2026, 9, 15)}, True),
    ],
)
def test_pair_is_quiet_after_so_many_days_without_a_sign(facts: dict[str, object], quiet: bool) -> None:
    assert is_quiet(_pair(**facts), today=TODAY, after_days=21) is quiet


@pytest.mark.parametrize(
    ("reply", "hours", "waits"), [("question", 48, True), ("question", 47, False), ("hello", 90, False)]
)
def test_question_waits_after_two_days(reply: str, hours: int, waits: bool) -> None:
    facts = _pair(standing_reply=reply, replied_at=NOW - timedelta(hours=hours))
    assert waits_for_answer(facts, now=NOW) is waits


def test_rows_stand_in_order_of_harm_and_empty_ones_apart() -> None:
    rows = [Waiting(key, count) for count, key in enumerate(reversed(ORDER))]
    queue = in_order(rows, {"swaps": Snooze(TODAY + timedelta(days=1), 99), ORDER[-1]: Snooze(NOW.date(), 9)}, TODAY)
    assert [row.key for row in queue.waiting] == [key for key in ORDER[:-1] if key != "swaps"]
    assert [row.key for row in queue.snoozed] == ["swaps"]
    assert [row.key for row in queue.done] == [ORDER[-1]]


def test_share_of_nobody_is_not_a_number() -> None:
    assert share(0, 0) is None
    assert share(2, 3) == 67


LATER = TODAY + timedelta(days=5)


@pytest.mark.parametrize(
    ("row", "snooze", "away"),
    [
        (Waiting("quiet", 3), None, False),
        (Waiting("quiet", 3), Snooze(LATER, 3), True),
        (Waiting("quiet", 2), Snooze(LATER, 3), True),
        (Waiting("quiet", 4), Snooze(LATER, 3), False),
        (Waiting("quiet", 3), Snooze(TODAY, 3), False),
        (Waiting("concerns", 1), Snooze(LATER, 3), False),
        (Waiting("untaken-concerns", 1), Snooze(LATER, 3), False),
        (Waiting("swaps", 1, promised_by=TODAY), Snooze(LATER, 3), False),
        (Waiting("swaps", 1, promised_by=LATER), Snooze(LATER, 3), True),
    ],
)
def test_row_is_away_until_its_day_more_of_it_or_a_promise(row: Waiting, snooze: Snooze | None, away: bool) -> None:
    assert is_snoozed(row, snooze, TODAY) is away


@pytest.mark.parametrize(
    ("row", "days"),
    [
        (Waiting("quiet", 1), 28),
        (Waiting("questions", 1), 2),
        (Waiting("swaps", 1, promised_by=TODAY + timedelta(days=3)), 3),
        (Waiting("swaps", 1, promised_by=TODAY), None),
        (Waiting("concerns", 1), None),
    ],
)
def test_how_long_a_row_may_be_put_off(row: Waiting, days: int | None) -> None:
    assert latest_snooze(row, TODAY) == (TODAY + timedelta(days=days) if days else None)


@pytest.mark.parametrize(
    ("facts", "needs"),
    [
        ({}, True),
        ({"heard": 1}, False),
        ({"mentees": 0}, False),
        ({"introduced_on": None}, False),
        ({"introduced_on": date(2026, 9, 22)}, False),
        ({"logged_on": date(2026, 9, 21)}, True),
        ({"logged_on": date(2026, 9, 22)}, False),
    ],
)
def test_mentor_without_an_answer_who_logs_nothing_may_need_a_hand(facts: dict[str, object], needs: bool) -> None:
    known = {"introduced_on": date(2026, 9, 14), "mentees": 3, "heard": 0, "logged_on": None} | facts
    assert may_need_a_hand(GroupFacts(**known), today=TODAY, after_days=21) is needs  # type: ignore[arg-type]
