"""Confidences at the pages about the people they are about, for every role; and that the search finds what is there."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.registry import Category
from mentoring.messaging.models import Message
from mentoring.protection.selectors.registered import registered
from tests.house.access import ROLES, World
from tests.house.canaries import CANARIES, CELLS, COVERED_BY_THEIR_ROW, leaks, leaks_in, met

pytestmark = pytest.mark.once

FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
# Pages about chidi and what was told of him. The rows of the apps point at others.
ABOUT_CHIDI: list[tuple[str, Any]] = [
    ("concerns:concern", lambda world: {"public_key": world.planted["concern"].public_key}),
    ("contacts:correct", lambda world: {"pk": world.planted["contact"].pk}),
    ("confidences:notes", lambda world: {"pk": world.planted["pair"].pk}),
    ("confidences:note", lambda world: {"pk": world.planted["note"].pk}),
    ("confidences:note", lambda world: {"pk": world.planted["close"].pk}),
    ("confidences:shown_note", lambda world: {"pk": world.planted["disclosure"].pk}),
    ("confidences:telling", lambda world: {"pk": world.planted["disclosure"].pk}),
    ("confidences:pair", lambda world: {"pk": world.planted["pair"].pk}),
    ("support:notes", lambda world: {"pk": world.planted["meeting"].pk}),
    ("matching:swap", lambda world: {"public_key": world.planted["swap"].public_key}),
    ("console:pair", lambda world: {"pk": world.matches["chidi"].pk}),
    ("console:person", lambda world: {"pk": world.northfield.participant("chidi").pk}),
    ("console:stop_person", lambda world: {"pk": world.northfield.participant("chidi").pk}),
    ("console:person_texts", lambda world: {"pk": world.northfield.participant("chidi").pk}),
    ("console:end", lambda world: {"pk": world.matches["chidi"].pk}),
    ("console:report", lambda world: {}),
    ("matching:rehome", lambda world: {"mentor": world.northfield.participant("priya").pk}),
    ("portal:mentees", lambda world: {}),
]


@pytest.mark.parametrize(("name", "arguments"), ABOUT_CHIDI, ids=lambda it: it if isinstance(it, str) else "")
@pytest.mark.abuse(1)
def test_confidence_is_met_only_in_its_cells(
    name: str, arguments: Any, world: World, clients: dict[str, Client]
) -> None:
    url = reverse(name, kwargs=arguments(world))
    found: list[Any] = []
    for role in ROLES:
        for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
            found += leaks(name, role, clients[role].get(url, headers=headers))
    assert found == []


@pytest.mark.parametrize(
    ("name", "role", "what", "word"),
    [
        ("concerns:concern", "dana", "concern", "canary-concern-about-chidi"),
        ("concerns:concern", "dana", "concern", "canary-entry-of-a-concern"),
        ("support:notes", "priya", "meeting", "canary-note-of-a-meeting"),
        ("confidences:note", "priya", "note", "canary-note-on-chidi"),
        ("confidences:note", "priya", "close", "canary-sick-note-on-chidi"),
        ("confidences:shown_note", "dana", "disclosure", "canary-sick-note-on-chidi"),
        ("confidences:telling", "dana", "disclosure", "canary-why-nobody-told-chidi"),
        ("confidences:pair", "priya", "pair", "canary-left-aside-by-chidi"),
        ("matching:swap", "una", "swap", "We have not been in touch"),
        ("console:pair", "sam", "pair", "They came late, or did not come"),
    ],
)
def test_who_may_read_it_does(
    name: str, role: str, what: str, word: str, world: World, clients: dict[str, Client]
) -> None:
    """Otherwise the search above would find nothing because nothing is shown to anybody."""
    planted = world.planted[what]
    key = {"public_key": planted.public_key} if hasattr(planted, "public_key") else {"pk": planted.pk}
    assert word in met(clients[role].get(reverse(name, kwargs=key)))


@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonymous"])
@pytest.mark.parametrize("words", ["canary", "Tuvalu", "canary-note-on-chidi"])
@pytest.mark.abuse(4)
def test_search_by_a_confidence_tells_nothing(role: str, words: str, world: World, clients: dict[str, Client]) -> None:
    """A list searched for it answers as for words that stand nowhere; the field repeats the words themselves."""
    for name in ("console:people", "console:pairs", "messaging:log"):
        there = clients[role].get(reverse(name), {"q": words})
        nowhere = clients[role].get(reverse(name), {"q": "x" * len(words)})
        assert there.status_code == nowhere.status_code
        assert _without_the_asked(there, words) == _without_the_asked(nowhere, "x" * len(words))


def _without_the_asked(response: HttpResponse, words: str) -> list[str]:
    """A page's words, but for those that were searched for and the token against forged forms, which is always new."""
    return FORM_TOKEN.sub("", response.content.decode()).replace(words, "").split()


def test_ledger_and_cache_hold_no_confidence(world: World, clients: dict[str, Client]) -> None:
    """What is owed names letters and keys; secrets are encrypted at rest."""
    clients["dana"].get(reverse("concerns:inbox"))
    rows = Message.objects.values("key", "letter", "address", "object_type", "object_id", "reason")
    assert leaks_in(map(str, rows), "ledger") == []
    assert leaks_in([str(getattr(cache, "_cache", ""))], "cache") == []


def test_every_confidential_field_has_a_canary() -> None:
    fields = {
        f"{each.label}.{name}"
        for each in registered()
        for name, rule in each.declaration.fields.items()
        if rule.category in {Category.SPECIAL, Category.CONFIDENTIAL}
    }
    assert fields - {canary.field for canary in CANARIES} == COVERED_BY_THEIR_ROW


def test_cells_are_of_canaries() -> None:
    assert set(CELLS) <= {canary.word for canary in CANARIES}
