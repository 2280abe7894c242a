"""Every page in a browser, by each kind of reader, in every state: nothing refused, nothing broken, nothing too wide.

Each page is read by axe once; ``EVERY_CONDITION=1`` shows the whole product (``tests/house/conditions.py``). The empty
state is in ``test_empty_pages.py``, which has a university of its own.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.access import all_patterns
from tests.browser import chromium
from tests.house.access import World, every_row
from tests.house.conditions import Sight, lookers, sights
from tests.house.packages import SIGNING_IN, Visit, ours, record_path, records
from tests.house.states import answer_of, shape_of, shown_of
from tests.house.window import Window

pytestmark = pytest.mark.once

# Not a page, and a page that shows every component in each state, several filled buttons too: tests/lib looks at it.
LOOKED_AT_ELSEWHERE = {"health", "styleguide", "manifest", "service_worker", "contacts:kept"}
# Not pages: an address is the university's, and devices belong to a real sign-in.
NO_PAGES_OF_PACKAGES = {
    "account_email",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
}
ROWS = [row for row in every_row() if row.name not in LOOKED_AT_ELSEWHERE]
VISITS = [(row, role) for row in ROWS if row.get for role in lookers(row.get)]
SIGHTS = sights(ROWS, lambda sight: sight.state != "empty")


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    made = Window(chromium())
    yield made
    made.close()


@pytest.fixture(scope="module")
def shown() -> set[Any]:
    """What was looked at already: readers are often shown the very same, or the same made of other words."""
    return set()


def open_page(client: Client, path: str) -> Any:
    """What a reader gets in the end, after all redirects."""
    answer = client.get(path, follow=True)
    assert answer.status_code in {200, 410}, (path, answer.status_code)
    return answer


def faults(sight: Sight, answer: Any, window: Window, shown: set[Any], world: World) -> list[str]:
    """What is wrong with what a sight shows, on each of its screens where the same was not looked at before.

    If axe need not read it, it is not opened either where a page was that is made of the same templates and classes.
    """
    if answer.status_code == 204:
        return []  # the page stays as it is
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return [] if "attachment" in answer.headers.get("Content-Disposition", "") else ["neither page nor file"]
    person = world.northfield.people.get(sight.role)
    words = shown_of(answer, person.given_name if person else "nobody in particular")
    shape = shape_of(answer)
    if not sight.with_axe and shape in shown:
        return []
    screens = [each for each in sight.screens if (each, words) not in shown]
    shown |= {shape, *((each, words) for each in sight.screens if sight.with_axe)}
    return window.look_on(answer, screens, with_axe=sight.with_axe) if screens else []


@pytest.mark.abuse(8)
@pytest.mark.parametrize("sight", SIGHTS, ids=str)
def test_page_has_no_fault(
    sight: Sight, world: World, clients: dict[str, Client], window: Window, shown: set[Any]
) -> None:
    answer = answer_of(sight, world, clients[sight.role])
    if sight.row.get is None and answer.redirect_chain:
        return  # a button that leads to another page, which has a sight of its own
    assert faults(sight, answer, window, shown, world) == []


@pytest.mark.parametrize("visit", SIGNING_IN, ids=lambda visit: f"{visit.name}-{visit.role}")
def test_page_of_signing_in_has_no_fault(
    visit: Visit, world: World, clients: dict[str, Client], window: Window
) -> None:
    client = clients[visit.role]
    if visit.before:
        visit.before(client, world)
    path = reverse(visit.name, kwargs=visit.arguments(world))
    answer = open_page(client, path)
    if not visit.arguments(world):
        assert answer.request["PATH_INFO"] == path, "led elsewhere"
    assert window.look(answer) == []


def test_every_page_of_signing_in_is_visited() -> None:
    named = {name for name, _route, _view in all_patterns(get_resolver().url_patterns)}
    theirs = {name for name in named if name.startswith(("account_", "mfa_", "usersessions_"))}
    assert theirs - {visit.name for visit in SIGNING_IN} == NO_PAGES_OF_PACKAGES


@pytest.mark.parametrize(("model", "kind"), records(), ids=str)
def test_page_of_the_back_office_has_no_fault(
    model: str, kind: str, world: World, clients: dict[str, Client], window: Window
) -> None:
    client, path = clients["admin"], record_path(model, kind)
    answer = client.get(path) if path else None
    if answer is None or answer.status_code == 403:
        assert kind != "changelist"
    else:
        assert answer.status_code == 200
        words = reverse("admin:jsi18n")
        assert ours(window.look(answer, beside={words: client.get(words)})) == []


@pytest.mark.parametrize("path", ["/admin/records/", "/admin/records/accounts/", "/admin/records/schemes/"])
def test_index_of_the_back_office_has_no_fault(path: str, clients: dict[str, Client], window: Window) -> None:
    assert window.look(open_page(clients["admin"], path)) == []


@pytest.mark.parametrize("role", ["anonymous", "priya", "sam"])
def test_page_of_what_is_not_there_has_no_fault(role: str, clients: dict[str, Client], window: Window) -> None:
    answer = clients[role].get("/not-there/")
    assert answer.status_code == 404
    assert window.look(answer) == []
