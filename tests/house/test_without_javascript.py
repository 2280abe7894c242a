"""What matters most, done in a browser whose JavaScript is off, against a running server."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.messaging.links import make_token
from mentoring.participation.models import StudentImport, Wishes
from mentoring.participation.states import ParticipantState
from tests.browser import browser as browser
from tests.factories import Match, Northfield
from tests.participation.access import FILE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def visit(browser: Browser, live_server: Any, northfield: Northfield) -> Iterator[Callable[[str, str], Page]]:
    """A page, opened by one of the cast on a phone without JavaScript."""
    opened = []

    def visit(role: str, path: str) -> Page:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=False, base_url=live_server.url
        )
        opened.append(context)
        if role != "anonymous":
            client = Client()
            client.force_login(northfield.people[role])
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        return page

    yield visit
    for context in opened:
        context.close()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def test_a_contact_is_logged(visit: Callable[[str, str], Page], matched: dict[str, Match]) -> None:
    page = visit("priya", reverse("contacts:log"))
    page.get_by_role("radio", name="Aisha", exact=True).check()
    page.get_by_role("radio", name="In person", exact=True).check()
    press(page, "Save contact")
    contact = Contact.objects.get()
    assert list(contact.matches.all()) == [matched["aisha"]]
    assert "Error" not in page.title()


def test_a_reply_is_one_tap_from_the_mail(visit: Callable[[str, str], Page], matched: dict[str, Match]) -> None:
    match = matched["aisha"]
    token = make_token(purpose="reply-hello", person=match.mentee.user, object_id=match.pk)
    page = visit("anonymous", reverse("contacts:reply_link", kwargs={"choice": "hello", "token": token}))
    assert not CourtesyReply.objects.exists()
    with page.expect_navigation():
        page.locator("main .btn-primary").click()
    assert CourtesyReply.objects.get().match == match


def test_stopping_is_two_taps(visit: Callable[[str, str], Page], northfield: Northfield) -> None:
    page = visit("omar", reverse("portal:stop"))
    press(page, "Stop peer mentoring")
    omar = northfield.participant("omar")
    omar.refresh_from_db()
    assert omar.state == ParticipantState.LEFT


def test_wishes_are_kept(visit: Callable[[str, str], Page], northfield: Northfield) -> None:
    page = visit("omar", reverse("participation:wishes"))
    page.locator("#id_kind_gender_1").check()
    page.locator("#id_value_gender").select_option(index=1)
    page.locator("#id_consent").check()
    with page.expect_navigation():
        page.locator("main .btn-primary").click()
    assert Wishes.objects.get().participant == northfield.participant("omar")


def test_a_file_is_uploaded(visit: Callable[[str, str], Page]) -> None:
    page = visit("sam", reverse("participation:imports"))
    page.locator("input[type=file]").set_input_files({"name": "students.csv", "mimeType": "text/csv", "buffer": FILE})
    press(page, "Continue")
    assert StudentImport.objects.get().file_name == "students.csv"
    assert page.url.endswith(reverse("participation:import_columns", args=[StudentImport.objects.get().pk]))
