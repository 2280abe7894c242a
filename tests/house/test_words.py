"""Every page of a scheme that calls everything otherwise: it says the scheme's words, and nowhere the product's.

Each page is read by somebody who has to do with another scheme too, which has the product's words: so that the page
itself must know whose it is. The pages that belong to no scheme, or to several, are read by who is in the one alone.
"""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from schemes.models import Appointment
from schemes.states import Role
from tests.factories import NOW, TODAY
from tests.house.access import Row, World, every_row
from tests.house.test_access import of_nothing
from tests.house.test_pages import VISITS, open_page
from tests.renamed import BUDDIES, call_things, left_in

pytestmark = pytest.mark.once

# Of a person, or of the university: all that somebody is in, lists over several schemes, and what is nobody's.
OF_NO_SCHEME = {
    "home", "help", "accessibility", "offline", "set_language", "held_form", "portal:home", "portal:stop",
    "agreements:mine", "events:mine", "support:mine", "matching:swap_ask",
    "messaging:language_link",
    "protection:mine", "protection:looks", "protection:ask_erasure", "protection:requests", "protection:statements",
    "protection:refuse", "protection:held", "credentials:changes", "credentials:ask", "credentials:mine",
    "federation:overview", "federation:proposals", "federation:resume", "concerns:inbox",
    "confidences:shown", "contacts:questions", "contacts:masks", "contacts:services", "contacts:staff_services",
    "contacts:add_service", "contacts:edit_service", "console:overview", "console:batches", "console:filters",
    "console:new_filter", "safeguarding:openings", "safeguarding:open", "safeguarding:grants", "recruitment:staff",
    "recruitment:new_advert", "schemes:setup", "schemes:institution", "schemes:units", "schemes:programmes",
    "schemes:start_scheme", "participation:import_programmes",
}  # fmt: skip
# Of all that the person of a link is in.
OF_A_LINK = {"portal:stop_link"}
# One text for everybody, or for whoever holds a link to an address: never renamed.
PRODUCTS_OWN = {"privacy", "credentials:confirm"}
# A text that is the scheme's to write, and says so: the standard ones say mentor. The words as they are asked for.
WRITTEN_HERE = {"agreements:read", "agreements:edit", "console:words"}
# The data of the tests: an advert, groups, an event.
WRITTEN = re.compile(r"Mentor with us|Sociology mentors|Mentors of Human and Health Sciences", re.IGNORECASE)
SAID_IN = ("aria-label", "alt", "title", "placeholder")


class Read(HTMLParser):
    """What a page says: its text, and the attributes that are read out."""

    def __init__(self, answer: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.inside, self.words = "", [""]
        self.feed(answer.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value for name, value in attrs if name in SAID_IN and value]
        self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside not in {"script", "style"}:
            self.words.append(WRITTEN.sub("", " ".join(data.split())))


@pytest.fixture
def buddies(world: World) -> World:
    world.northfield.scheme.name = "Northfield first years"
    world.northfield.scheme.save()
    call_things(world.northfield.scheme, BUDDIES)
    return world


def _join_another(world: World) -> None:
    """Everybody has to do with the other scheme as well, a little."""
    northfield = world.northfield
    for person in {each.user for each in Appointment.objects.exclude(scheme=northfield.other_scheme)}:
        Appointment.objects.create(
            scheme=northfield.other_scheme, user=person, role=Role.RESEARCHER, unit=northfield.university,
            starts_on=TODAY - timedelta(days=9),
        )  # fmt: skip
    for each in northfield.participants.values():
        Participant.objects.create(
            user=each.user, cohort=northfield.other_cohort, programme=each.programme, role=each.role, year_of_study=2,
            state=ParticipantState.LEFT, left_at=NOW, enrolled_at=NOW - timedelta(days=30),
        )  # fmt: skip


@pytest.mark.parametrize(("row", "role"), VISITS, ids=lambda it: it if isinstance(it, str) else it.name)
def test_page_of_a_scheme_is_in_its_words(row: Row, role: str, buddies: World, clients: dict[str, Client]) -> None:
    if row.name not in OF_NO_SCHEME | OF_A_LINK:
        _join_another(buddies)
    if row.prepare:
        row.prepare(buddies)
    answer: Any = open_page(clients[role], reverse(row.name, kwargs=row.arguments(buddies)))
    if not answer.headers["Content-Type"].startswith("text/html") or row.name in WRITTEN_HERE:
        return
    said = Read(answer).words
    if row.name in PRODUCTS_OWN or (row.name in OF_NO_SCHEME and role in {"anonymous", "admin"}):
        assert [words for words in said if "befriending" in words] == []
    else:
        assert [words for words in said if left_in(words)] == []
        assert any("befriending" in words for words in said)


def test_lists_of_pages_name_only_pages() -> None:
    assert {row.name for row, _role in VISITS} >= OF_NO_SCHEME | OF_A_LINK | PRODUCTS_OWN | WRITTEN_HERE


@pytest.mark.abuse(2)
def test_words_do_not_tell_what_one_may_not_see(buddies: World, clients: dict[str, Client]) -> None:
    """An outsider's 404 says nothing of whose object it would be: the same bytes as for what does not exist."""
    different, compared = [], 0
    for row in every_row():
        with transaction.atomic():
            here = World(buddies.northfield, buddies.matches)
            if row.prepare:
                row.prepare(here)
            arguments = row.arguments(here)
            if row.get is not None and "nobody" not in row.get and arguments:
                answer = clients["nobody"].get(reverse(row.name, kwargs=arguments))
                nothing = clients["nobody"].get(reverse(row.name, kwargs=of_nothing(arguments)))
                compared += 1
                if (answer.status_code, answer.content) != (404, nothing.content):
                    different.append(row.name)
            transaction.set_rollback(True)
    assert different == []
    assert compared > 50
