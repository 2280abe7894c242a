"""Every page at a university where nothing has happened yet: people are there, and not one match or message."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.factories import build_northfield
from tests.house.access import World
from tests.house.conditions import Sight, sights
from tests.house.states import answer_of
from tests.house.test_pages import ROWS, faults
from tests.house.test_pages import shown as shown
from tests.house.test_pages import window as window
from tests.house.window import Window

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def northfield_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The cast, unmatched; in mallory's scheme there is nobody at all."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(build_northfield(), {})
        transaction.set_rollback(True)


@pytest.mark.parametrize("sight", sights(ROWS, lambda sight: sight.state == "empty"), ids=str)
def test_page_with_nothing_on_it_has_no_fault(
    sight: Sight, world: World, clients: dict[str, Client], window: Window, shown: set[Any]
) -> None:
    assert faults(sight, answer_of(sight, world, clients[sight.role]), window, shown, world) == []
