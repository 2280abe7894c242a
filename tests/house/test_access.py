"""Every URL × role × method, against the access table."""

import importlib
import pkgutil
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

import tests
from accounts.access import all_patterns, declaration_of
from tests.factories import Northfield
from tests.house.access import ROLES, SIGNED_IN, Row, World


def _rows() -> list[Row]:
    found: list[Row] = []
    for module in pkgutil.iter_modules(tests.__path__):
        if not module.ispkg:
            continue
        try:
            found += importlib.import_module(f"tests.{module.name}.access").ROWS
        except (ModuleNotFoundError, AttributeError):
            continue  # an app without URLs of its own
    return found


ROWS = _rows()
PACKAGES_OWN = ("account_", "mfa_", "admin:", "socialaccount_")


def _named_urls() -> list[str]:
    return [
        name
        for name, _route, view in all_patterns(get_resolver().url_patterns)
        if not name.startswith(PACKAGES_OWN) and declaration_of(view) is not None
    ]


def test_every_url_has_a_row() -> None:
    assert set(_named_urls()) - {row.name for row in ROWS} == set()


def test_every_row_is_of_a_url() -> None:
    assert {row.name for row in ROWS} - set(_named_urls()) == set()


@pytest.fixture
def world(northfield: Northfield, matched: dict[str, Any]) -> World:
    return World(northfield, matched)


def _client(world: World, role: str) -> Client:
    client = Client(raise_request_exception=True)
    if role != "anonymous":
        client.force_login(world.northfield.people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _fits(row: Row, role: str, let_in: frozenset[str], answer: Any, login: str) -> bool:
    status = answer.status_code
    if role in let_in:
        return status < 300 or status == 400 or (300 <= status < 400 and not answer["Location"].startswith(login))
    if role in row.seen_but_refused:
        return status == 403
    if role == "anonymous" and not row.gone_for_all:
        return status == 302 and answer["Location"].startswith(login)
    return status == 404


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_url_answers_each_role_as_its_row_says(row: Row, world: World) -> None:
    if row.prepare:
        row.prepare(world)
    url = reverse(row.name, kwargs=row.arguments(world))
    login = reverse("account_login")
    clients = {role: _client(world, role) for role in ROLES}
    wrong = []
    for method, let_in in (("get", row.get), ("post", row.post)):
        for role in ROLES:
            if row.uses_up and row.prepare:
                row.prepare(world)
                url = reverse(row.name, kwargs=row.arguments(world))
            answer = getattr(clients[role], method)(url)
            if let_in is None:
                fits = answer.status_code in {405, 404} or (role == "anonymous" and answer.status_code == 302)
            else:
                fits = _fits(row, role, let_in, answer, login)
            if not fits:
                wrong.append((method, role, answer.status_code, answer.headers.get("Location")))
    assert wrong == []


def test_what_one_may_not_see_is_like_what_does_not_exist(world: World) -> None:
    """Byte for byte the same 404, for every URL with an object, for somebody of another scheme."""
    different = []
    client = _client(world, "nobody")
    missing = client.get("/there-is-nothing-here/").content
    for row in ROWS:
        if row.prepare:
            row.prepare(world)
        if row.get is None or not row.arguments(world) or "nobody" in row.get:
            continue
        answer = client.get(reverse(row.name, kwargs=row.arguments(world)))
        if answer.status_code == 404 and answer.content != missing:
            different.append(row.name)
    assert different == []


def test_roles_are_of_the_cast(world: World) -> None:
    assert set(world.northfield.people) >= SIGNED_IN
