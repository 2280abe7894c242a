"""Every page, opened in a browser as somebody who may: nothing refused, nothing broken, nothing too wide."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.access import all_patterns
from tests.browser import chromium
from tests.house.access import Row, World, every_row
from tests.house.packages import SIGNING_IN, Visit, ours, record_path, records
from tests.house.window import Window

pytestmark = pytest.mark.once

STAFF = ("sam", "dr_lee", "dana", "tom", "mallory", "carys", "una", "admin")
KINDS = (STAFF, ("priya", "una"), ("aisha", "omar"))
# Not a page, and a page that shows every component in each state, several filled buttons too: tests/lib looks at it.
LOOKED_AT_ELSEWHERE = {"health", "styleguide", "manifest", "service_worker", "contacts:kept"}
# Not pages, or closed by the settings: addresses come from imports, and devices belong to a real sign-in.
NO_PAGES_OF_PACKAGES = {
    "account_email",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
}


def _lookers(row: Row) -> list[str]:
    """One of each kind of people whom a row lets in."""
    let_in = row.get or frozenset()
    if "anonymous" in let_in:
        return ["anonymous", "aisha"]
    return [next(name for name in kind if name in let_in) for kind in KINDS if let_in & set(kind)]


VISITS = [(row, role) for row in every_row() if row.name not in LOOKED_AT_ELSEWHERE for role in _lookers(row)]


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    made = Window(chromium())
    yield made
    made.close()


def open_page(client: Client, path: str) -> Any:
    """What a reader gets in the end, after all redirects."""
    answer = client.get(path, follow=True)
    assert answer.status_code in {200, 410}, (path, answer.status_code)
    return answer


@pytest.mark.parametrize(("row", "role"), VISITS, ids=lambda it: it if isinstance(it, str) else it.name)
def test_page_has_no_fault(row: Row, role: str, world: World, clients: dict[str, Client], window: Window) -> None:
    if row.prepare:
        row.prepare(world)
    answer = open_page(clients[role], reverse(row.name, kwargs=row.arguments(world)))
    if answer.headers["Content-Type"].startswith("text/html"):
        assert window.look(answer) == []
    else:
        assert "attachment" in answer.headers["Content-Disposition"]


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
        words = reverse("admin:jsi18n")
        assert ours(window.look(open_page(client, str(path)), beside={words: client.get(words)})) == []


@pytest.mark.parametrize("path", ["/admin/records/", "/admin/records/accounts/", "/admin/records/schemes/"])
def test_index_of_the_back_office_has_no_fault(path: str, clients: dict[str, Client], window: Window) -> None:
    assert window.look(open_page(clients["admin"], path)) == []


@pytest.mark.parametrize("role", ["anonymous", "priya", "sam"])
def test_page_of_what_is_not_there_has_no_fault(role: str, clients: dict[str, Client], window: Window) -> None:
    answer = clients[role].get("/not-there/")
    assert answer.status_code == 404
    assert window.look(answer) == []
