"""Every URL × role × method, against the access table."""

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.access import all_patterns, declaration_of
from accounts.models import AuditEntry
from tests.house.access import ROLES, SIGNED_IN, Row, World, every_row
from tests.house.canaries import leaks, leaks_in
from tests.house.headers import missing

pytestmark = pytest.mark.once

ROWS = every_row()
BY_LINK = frozenset(name for name, route, _view in all_patterns(get_resolver().url_patterns) if route.startswith("l/"))
PACKAGES_OWN = ("account_", "mfa_", "usersessions_", "admin:", "socialaccount_", "openid_connect_", "saml_")


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


def _fits(row: Row, role: str, let_in: frozenset[str], answer: Any, login: str) -> bool:
    status = answer.status_code
    if role in let_in:
        return status < 300 or status == 400 or (300 <= status < 400 and not answer["Location"].startswith(login))
    if role in row.seen_but_refused:
        return status == 403
    if role == "anonymous" and not row.gone_for_all:
        return status == 302 and answer["Location"].startswith(login)
    return status == 404


@pytest.mark.usefixtures("as_in_production")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.abuse(1)
def test_url_answers_each_role_as_its_row_says_and_tells_no_confidence(
    row: Row, world: World, clients: dict[str, Client], caplog: pytest.LogCaptureFixture
) -> None:
    if row.prepare:
        row.prepare(world)
    url = reverse(row.name, kwargs=row.arguments(world))
    login = reverse("account_login")
    wrong: list[Any] = []
    for method, let_in in (("get", row.get), ("post", row.post)):
        for role in ROLES:
            if row.uses_up and row.prepare:
                row.prepare(world)
                url = reverse(row.name, kwargs=row.arguments(world))
            answer = getattr(clients[role], method)(url, secure=True)
            if let_in is None:
                fits = answer.status_code in {405, 404} or (role == "anonymous" and answer.status_code == 302)
            else:
                fits = _fits(row, role, let_in, answer, login)
            if not fits:
                wrong.append((method, role, answer.status_code, answer.headers.get("Location")))
            wrong += leaks(row.name, role, answer)
            is_private = role != "anonymous" or row.name in BY_LINK
            wrong += missing(answer, is_private=is_private and row.name not in OF_THE_APP)
            if role != "anonymous" and row.name not in NO_WAY_TO_RAISE and hides_worry(answer):
                wrong.append((method, role, "no way to say that one is worried"))
    wrong += leaks_in([caplog.text], "log")
    wrong += leaks_in(map(str, AuditEntry.objects.values_list("verb", "fields")), "trail")
    assert wrong == []


# Of the app on a phone: nothing in them is anybody's, and the browser keeps them.
OF_THE_APP = {"manifest", "service_worker", "offline"}
# The page on which one says it, and those that are nobody's in particular.
NO_WAY_TO_RAISE = {*OF_THE_APP, "concerns:raise", "styleguide"}


def hides_worry(answer: Any) -> bool:
    """Whether a page does not lead to where one says that one is worried about somebody (R82)."""
    is_page = answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html")
    return is_page and f'href="{reverse("concerns:raise")}"'.encode() not in answer.content


def of_nothing(arguments: dict[str, Any]) -> dict[str, Any]:
    """The same kind of address, of something that does not exist."""
    others: dict[type, Any] = {int: 987_654_321, UUID: UUID(int=987_654_321)}
    return {name: others.get(type(value), "nothing") for name, value in arguments.items()}


@pytest.mark.abuse(2)
def test_what_one_may_not_see_is_like_what_does_not_exist(world: World, clients: dict[str, Client]) -> None:
    """Byte for byte the same 404 at every URL with an object, for an outsider and for another scheme's lead."""
    different, compared = [], 0
    for row in ROWS:
        with transaction.atomic():
            here = World(world.northfield, world.matches)
            if row.prepare:
                row.prepare(here)
            arguments = row.arguments(here)
            for name in ("nobody", "mallory"):
                if row.get is None or name in row.get or not arguments:
                    continue
                answer = clients[name].get(reverse(row.name, kwargs=arguments))
                nothing = clients[name].get(reverse(row.name, kwargs=of_nothing(arguments)))
                compared += 1
                if (answer.status_code, answer.content) != (404, nothing.content):
                    different.append((row.name, name))
            transaction.set_rollback(True)
    assert different == []
    assert compared > 50


def test_roles_are_of_the_cast(world: World) -> None:
    assert set(world.northfield.people) >= SIGNED_IN
