"""The bench of pages does not rot, and no page of the console asks the database more in a larger scheme."""

from datetime import date

import pytest
from django.urls import reverse

from tests.bench.pages.measure import _page
from tests.bench.pages.report import percentile, written
from tests.bench.pages.scheme import fill
from tests.factories import Match, Northfield
from tests.house.access import World, every_row
from tests.house.conditions import has_object

PAGES = [row.name for row in every_row() if row.get and "dr_lee" in row.get and not has_object(row)]


def test_no_page_asks_more_of_the_database_in_a_larger_scheme(
    northfield: Northfield, matched: dict[str, Match]
) -> None:
    world = World(northfield, matched)
    fill(northfield, 4)
    few = {name: _page(name, "dr_lee", reverse(name), world, 0).queries for name in PAGES}
    for person in northfield.participants.values():
        person.user.refresh_from_db()
    fill(northfield, 48, since=4)
    many = {name: _page(name, "dr_lee", reverse(name), world, 0).queries for name in PAGES}
    assert {name: (few[name], many[name]) for name in PAGES if many[name] > few[name]} == {}
    assert "console:today" in many


def test_page_of_results_names_what_is_late_and_what_has_grown() -> None:
    few = [{"name": "a:list", "role": "sam", "queries": 7, "wall": [20.0, 30.0], "cpu": [18.0, 19.0]}]
    many = [{"name": "a:list", "role": "sam", "queries": 9, "wall": [90.0, 130.0], "cpu": [80.0, 90.0]}]
    page, missed = written(few, many, 10_000, "sqlite", date(2026, 11, 26), "2 cores")
    assert "| a:list | sam | 7 | 9 | 110 | 128 | 85 | 90 |" in page
    assert missed == ["a:list (sam)", "a:list (sam): 7 → 9"]
    assert written(few, few, 10_000, "sqlite", date(2026, 11, 26), "2 cores")[1] == []


@pytest.mark.parametrize(("times", "last"), [([10.0], 10.0), ([10.0, 20.0], 19.5), ([1.0] * 99 + [9.0], 1.0)])
def test_percentile(times: list[float], last: float) -> None:
    assert percentile(times) == pytest.approx(last)
