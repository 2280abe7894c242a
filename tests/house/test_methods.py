"""A method that no form uses opens no door: it is refused at every address alike."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from tests.house.access import Row, World, every_row

pytestmark = pytest.mark.once

METHODS = ("head", "options", "put", "patch", "delete", "trace")
OUTSIDERS = ("anonymous", "nobody", "mallory")
REFUSED = {302, 403, 404, 405}


def _answers(row: Row, world: World, clients: dict[str, Client]) -> list[tuple[str, str, int]]:
    url = reverse(row.name, kwargs=row.arguments(world))
    open_to = (row.get or frozenset()) | (row.post or frozenset())
    wrong = []
    for name in OUTSIDERS:
        for method in METHODS:
            status = getattr(clients[name], method)(url).status_code
            fine = (status < 500 if name in open_to else status in REFUSED) if method == "head" else status == 405
            if not fine:
                wrong.append((name, method, status))
    return wrong


def test_other_methods_open_no_door_and_write_nothing(world: World, clients: dict[str, Client]) -> None:
    wrong: dict[str, Any] = {}
    for row in every_row():
        with transaction.atomic():
            here = World(world.northfield, world.matches)
            if row.prepare:
                row.prepare(here)
            before = AuditEntry.objects.count()
            if found := _answers(row, here, clients):
                wrong[row.name] = found
            if AuditEntry.objects.exclude(verb="concern read").count() > before:
                wrong[row.name] = "wrote"
            transaction.set_rollback(True)
    assert wrong == {}


@pytest.mark.parametrize("method", ["post"])
def test_method_without_a_csrf_token_is_refused_for_a_signed_in_person(
    method: str, world: World, cookies: dict[str, str], settings: Any
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = cookies["sam"]
    assert getattr(client, method)(reverse("console:today")).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "LOOK"])
def test_no_other_method_shows_a_page_that_declares_none(method: str, world: World, clients: dict[str, Client]) -> None:
    client = clients["sam"]
    url = reverse("console:person", args=[world.matches["aisha"].mentee_id])
    assert client.get(url).status_code == 200
    answer = client.generic(method, url)
    assert (answer.status_code, answer.content, answer["Allow"]) == (405, b"", "GET, HEAD, POST")
