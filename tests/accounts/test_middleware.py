"""What holds for every request."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.factories import Northfield


def test_what_does_not_exist_is_the_same_page_in_debug_mode(northfield: Northfield, settings: Any) -> None:
    """The demonstration runs in debug mode; its people see no list of our addresses."""
    client, nothing = Client(), reverse("console:person", args=[987_654])
    client.force_login(northfield.sam)
    as_ever = client.get(nothing)
    settings.DEBUG = True
    here = client.get(nothing)
    assert (here.status_code, here.content) == (404, as_ever.content)
    assert "Page not found - Peer mentoring" in here.content.decode()
    assert "URLconf" not in here.content.decode()
