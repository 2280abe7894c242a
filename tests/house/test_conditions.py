"""What the test command looks at: each page in each of its states, with axe once, the conditions taking turns."""

from itertools import combinations, product

import pytest

from tests.house.access import every_row
from tests.house.conditions import (
    COLOURS,
    LANGUAGES,
    SCREENS,
    STATES,
    WIDTHS,
    Sight,
    covering,
    everything,
    lookers,
    readers,
    states_of,
)

PAGES = [row for row in every_row() if row.get]
SEEN = covering(every_row())


def values(sight: Sight) -> tuple[object, ...]:
    screen = sight.screens[0]
    return screen.width, screen.colours, sight.language, sight.state


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_page_is_read_by_axe_once_and_made_in_each_state(row) -> None:
    of_page = [sight for sight in SEEN if sight.row == row]
    assert [sight.state for sight in of_page if sight.with_axe] == ["full"]
    assert {sight.state for sight in of_page} == set(states_of(row))


def test_axe_reads_about_as_many_pages_on_each_screen_and_in_each_language() -> None:
    read = [sight for sight in SEEN if sight.with_axe]
    screens = [sight.screens for sight in read]
    assert len(read) == len(PAGES)
    assert set(screens) == {(screen,) for screen in SCREENS}
    assert all(screens.count((screen,)) > len(PAGES) / 6 for screen in SCREENS)
    assert all(sum(sight.language == each for sight in read) > len(PAGES) / 3 for each in LANGUAGES)


def test_each_pair_of_values_is_seen() -> None:
    factors = (WIDTHS, COLOURS, LANGUAGES, STATES)
    for one, other in combinations(range(len(factors)), 2):
        found = {(values(sight)[one], values(sight)[other]) for sight in SEEN}
        assert found == set(product(factors[one], factors[other]))


def test_whole_product_leaves_out_no_role_and_no_screen() -> None:
    whole = everything(every_row())
    for row in PAGES:
        full = [sight for sight in whole if sight.row == row and sight.state == "full"]
        assert {sight.role for sight in full} == row.get
        assert len(full) == len(row.get or ()) * len(LANGUAGES)
        assert all(sight.screens == SCREENS for sight in full)
    assert len(SCREENS) == len(WIDTHS) * len(COLOURS)
    assert len(whole) > 3 * len(SEEN)


def test_one_of_each_kind_looks_and_an_empty_scheme_is_looked_at_where_nobody_is() -> None:
    assert lookers({"anonymous", "sam"}) == ["anonymous", "aisha"]
    assert lookers({"sam", "dr_lee", "una", "aisha"}) == ["sam", "una", "aisha"]
    today = next(row for row in PAGES if row.name == "console:people")
    assert readers(today, "empty") == ["mallory"]
