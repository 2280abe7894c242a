"""What is printed never tells a count below ten, nor lets it be worked out."""

import pytest

from mentoring.lib.charts import shown as printed
from mentoring.lib.small_numbers import HIDDEN_BELOW, Cell, count_said, counts_said, rate_said, share_said, shown


@pytest.mark.parametrize(("count", "text"), [(0, "<10"), (9, "<10"), (10, "10"), (12, "10"), (13, "15"), (281, "280")])
def test_count_is_rounded_or_hidden(count: int, text: str) -> None:
    assert printed(count_said(count)) == text


def test_every_hidden_count_is_drawn_alike() -> None:
    assert {float(count_said(count)) for count in range(HIDDEN_BELOW)} == {5.0}


def test_part_that_would_give_a_hidden_one_away_is_hidden_with_it() -> None:
    told = counts_said([("3", 4), ("4", 38), ("5", 12), ("6", 20)])
    assert [printed(value) for _name, value in told] == ["<10", "40", "<10", "20"]


def test_parts_are_told_where_none_is_small() -> None:
    assert [printed(value) for _name, value in counts_said([("4", 40), ("5", 24)])] == ["40", "25"]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(50, 100, "50%"), (95, 100, "90%+"), (100, 100, "90%+"), (5, 100, "<10%"), (0, 100, "<10%"), (10, 20, "50%")],
)
def test_share_tells_no_more_of_a_small_side_than_that_it_is(part: int, whole: int, text: str) -> None:
    said = share_said(part, whole)
    assert said is not None
    assert printed(said, "%") == text


@pytest.mark.parametrize(("part", "whole"), [(3, 8), (0, 0), (5, 12), (14, 15)])
def test_share_that_would_bound_too_little_is_hidden(part: int, whole: int) -> None:
    assert share_said(part, whole) is None


def test_share_is_the_same_for_every_small_side() -> None:
    """Nine who did not answer read as none who did not."""
    told = {printed(said, "%") for part in range(191, 201) if (said := share_said(part, 200)) is not None}
    assert told == {"95%+"}


def test_rate_of_a_group_reads_as_a_share() -> None:
    rows = shown([Cell("a", 60, 30), Cell("b", 60, 55), Cell("c", 60, 20)])
    told = [rate_said(row) for row in rows]
    assert [printed(said, "%") if said is not None else None for said in told] == [None, "80%+", "35%"]
