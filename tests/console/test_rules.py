"""What the queue decides, from plain facts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mentoring.console.rules import ORDER, PairFacts, Waiting, in_order, is_quiet, share, waits_for_answer

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
    waiting, done = in_order(rows)
    assert [row.key for row in waiting] == list(ORDER[:-1])
    assert [row.key for row in done] == [ORDER[-1]]


def test_share_of_nobody_is_not_a_number() -> None:
    assert share(0, 0) is None
    assert share(2, 3) == 67
