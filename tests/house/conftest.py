"""One university for the tests that go through the whole access table."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from tests.factories import build_northfield, match_priya
from tests.house.access import ROLES, World
from tests.house.canaries import plant


@pytest.fixture(scope="module")
def northfield_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One university for every row: each row's changes are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build_northfield()
        here = World(made, match_priya(made))
        plant(here)
        yield here
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def cookies(northfield_once: World) -> dict[str, str]:
    """Everybody's session, by role; signed in once."""
    found = {"anonymous": ""}
    for role in ROLES[1:]:
        client = Client()
        client.force_login(northfield_once.northfield.people[role])
        found[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


@pytest.fixture
def world(northfield_once: World, db: None) -> World:
    return World(northfield_once.northfield, northfield_once.matches, planted=northfield_once.planted)


@pytest.fixture
def as_in_production(settings: Any) -> None:
    """What only production says to browsers."""
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True


@pytest.fixture
def clients(cookies: dict[str, str]) -> dict[str, Client]:
    made = {role: Client() for role in ROLES}
    for role, cookie in cookies.items():
        if cookie:
            made[role].cookies[settings.SESSION_COOKIE_NAME] = cookie
    return made
