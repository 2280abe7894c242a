"""What a page says of who can see it is what the permissions do: tried with everybody of the cast."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.house.access import ROLES, World

# The page that says it, its reader, and the page on which whoever is named would see it.
SAID: list[tuple[str, str, dict[str, Any], str, Any]] = [
    ("participation:profile", "aisha", {}, "console:person", lambda world: world.northfield.participant("aisha").pk),
    ("contacts:mine", "priya", {}, "console:pair", lambda world: world.matches["aisha"].pk),
]


@pytest.mark.parametrize(("page", "reader", "query", "there", "key"), SAID, ids=[one[0] for one in SAID])
def test_whoever_is_named_can_see_it_and_nobody_else(
    page: str, reader: str, query: dict[str, Any], there: str, key: Any, world: World, clients: dict[str, Client]
) -> None:
    told = clients[reader].get(reverse(page), query).content.decode()
    found = re.search(r'<p class="who-sees">(.*?)</p>', told, re.DOTALL)
    assert found is not None
    people = {role: world.northfield.people[role].full_name for role in ROLES if role != "anonymous"}
    named = {role for role, name in people.items() if name in found[1]}
    url = reverse(there, kwargs={"pk": key(world)})
    assert named == {role for role in people if clients[role].get(url).status_code == 200}
    assert named >= {"sam", "dr_lee"}
