"""The geometry of charts: heights in proportion, values printed, nothing divided by zero."""

import pytest

from mentoring.lib import charts

WEEKS = [("wk 1", 50), ("wk 2", 100), ("wk 3", 25)]


def test_bars_stand_in_proportion_on_the_base() -> None:
    chart = charts.bars(WEEKS, last=True)
    assert chart.upright
    assert [mark.height for mark in chart.marks] == [75, 150, 38]
    assert all(mark.y + mark.height == chart.base for mark in chart.marks)
    assert [mark.now for mark in chart.marks] == [False, False, True]
    assert [mark.value for mark in chart.marks] == ["50", "100", "25"]


@pytest.mark.parametrize("points", [[(f"wk {n}", n) for n in range(9)], [("Two to three days", 3), ("Later", 1)]])
def test_many_or_long_labels_turn_the_bars(points: list[charts.Point]) -> None:
    chart = charts.bars(points)
    assert not chart.upright
    assert all(mark.x == chart.base for mark in chart.marks)
    assert all(mark.x + mark.width <= charts.WIDTH - 40 for mark in chart.marks)


@pytest.mark.parametrize("points", [[], [("wk 1", 0), ("wk 2", 0)]])
def test_nothing_yet_draws_no_bar(points: list[charts.Point]) -> None:
    assert all(mark.height == 0 for mark in charts.bars(points).marks)
    assert charts.line(points).base > 0
    assert sum(mark.width for mark in charts.stacked(points).marks) == 0


def test_pieces_fill_the_whole_bar_without_gaps() -> None:
    marks = charts.stacked([("Active", 1), ("Quiet", 1), ("Paused", 1)]).marks
    assert sum(mark.width for mark in marks) == charts.WIDTH
    assert [mark.x for mark in marks] == [0, 120, 240]
    assert len({mark.part for mark in marks}) == 3


def test_line_reaches_up_to_its_target() -> None:
    chart = charts.line([("wk 1", 20), ("wk 2", 40)], "%", target=80)
    assert chart.target == charts.ABOVE
    assert chart.path.startswith("M90 ")
    assert " L270 " in chart.path
    assert chart.marks[1].value == "40%"


@pytest.mark.parametrize(("value", "unit", "words"), [(3, "", "3"), (2.5, "hours", "2.5 hours"), (94.0, "%", "94%")])
def test_value_as_printed(value: float, unit: str, words: str) -> None:
    assert charts.shown(value, unit) == words
