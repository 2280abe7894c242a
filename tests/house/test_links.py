"""Whoever comes upon the page of a link, forwarded or fetched ahead, does not learn whose it is (trust.md §1, 7)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.house.access import Row, World
from tests.house.headers import missing
from tests.house.test_access import BY_LINK, ROWS

pytestmark = pytest.mark.once

# Whoever asks for another mentor chooses who reads why: those who deal with it, and so neither of the pair.
OFFERED = {"matching:swap_link": {"Sam", "Una", "Mina"}}
LINKS = [row for row in ROWS if row.name in BY_LINK]


def named_in(page: str, world: World) -> set[str]:
    """The names of the cast that a page shows."""
    people = world.northfield.people.values()
    names = {name for person in people for name in (person.given_name, person.family_name) if name}
    return {name for name in names if re.search(rf"\b{re.escape(name)}\b", page)}


def test_there_are_links() -> None:
    assert len(LINKS) == len(BY_LINK) >= 13


@pytest.mark.usefixtures("as_in_production")
@pytest.mark.parametrize("row", LINKS, ids=lambda row: row.name)
def test_page_of_a_link_names_nobody_and_is_kept_by_no_browser(row: Row, world: World) -> None:
    if row.prepare:
        row.prepare(world)
    url = reverse(row.name, kwargs=row.arguments(world))
    dead = reverse(row.name, kwargs={**row.arguments(world), "token": "cut-short"})
    client = Client()
    for answer in (client.get(url, secure=True), client.post(url, secure=True), client.get(url, secure=True)):
        assert named_in(answer.content.decode(), world) <= OFFERED.get(row.name, set())
        assert missing(answer, is_private=True) == []
    answer = client.post(dead, secure=True)
    assert answer.status_code == 410
    assert missing(answer, is_private=True) == []
