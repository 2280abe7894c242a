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


def test_the_address_of_a_form_says_that_a_button_leads_there(northfield: Northfield) -> None:
    client, address = Client(), reverse("console:choose_cohort")
    client.force_login(northfield.sam)
    opened, asked = client.get(address), client.head(address)
    assert (opened.status_code, opened["Allow"]) == (405, "POST")
    assert "A button leads here" in opened.content.decode()
    assert (asked.status_code, asked.content) == (405, b"")
