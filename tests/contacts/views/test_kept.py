"""What a phone kept is logged once: the door that takes it, and the phone itself with its network cut."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Error, Page

from accounts.marks import mark_of
from mentoring.concerns.models import Concern
from mentoring.confidences.models import Note
from mentoring.contacts.forms.log import HOW
from mentoring.contacts.models import Contact
from mentoring.contacts.services import withdraw_contact
from tests.browser import browser as browser
from tests.factories import TODAY

DOOR = reverse("contacts:kept")
LOG = reverse("contacts:log")
WAITING = "Kept on this phone, not sent yet"
CONTROLLED = """() => new Promise((resolve) => navigator.serviceWorker.controller ? resolve()
  : navigator.serviceWorker.addEventListener("controllerchange", () => resolve()))"""
STORED = """() => new Promise((resolve) => {
  const asked = indexedDB.open("mentoring");
  asked.onsuccess = () => {
    const db = asked.result;
    if (!db.objectStoreNames.contains("contacts")) { db.close(); return resolve([]); }
    const all = db.transaction("contacts").objectStore("contacts").getAll();
    all.onsuccess = () => { db.close(); resolve(all.result); };
  };
})"""
STORE = """(kept) => new Promise((resolve) => {
  const asked = indexedDB.open("mentoring");
  asked.onsuccess = () => {
    const change = asked.result.transaction("contacts", "readwrite");
    change.objectStore("contacts").put(kept);
    change.oncomplete = () => { asked.result.close(); resolve(); };
  };
})"""


def _kept(matched: Any, *names: str, **more: Any) -> dict[str, Any]:
    people = [str(matched[name].pk) for name in names or ("aisha",)]
    return {"people": people, "how": "message", "day": str(TODAY), "form_key": str(uuid4()), **more}


def test_the_same_key_twice_is_one_contact_and_answered_alike(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    told = _kept(matched, "aisha", "ben", how="in-person")
    first, second = client.post(DOOR, told), client.post(DOOR, told)
    assert first.status_code == 200
    assert (first.status_code, first.content) == (second.status_code, second.content)
    contact = Contact.objects.get()
    assert (contact.kind, contact.channel) == ("group", "in-person")
    assert set(contact.matches.all()) == {matched["aisha"], matched["ben"]}


def test_the_door_says_whose_it_is_and_which_keys_are_logged(client, northfield, matched, now) -> None:
    client.force_login(northfield.priya)
    told = _kept(matched)
    client.post(DOOR, told)
    withdraw_contact(contact=Contact.objects.get(), by=northfield.priya, now=now)
    answer = client.get(DOOR, {"key": [told["form_key"], str(uuid4()), "nonsense"]})
    assert answer.json()["logged"] == [told["form_key"]]
    assert answer.json()["mark"] == mark_of(northfield.priya, "outbox") != mark_of(northfield.una, "outbox")
    assert answer.headers["Cache-Control"] == "no-store"
    client.force_login(northfield.una)
    assert client.get(DOOR, {"key": told["form_key"]}).json()["logged"] == []
    assert client.post(DOOR, told).status_code == 400
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"people": ["987654"]}, "no longer in your group"),
        ({"people": []}, "Select who"),
        ({"day": "2027-01-01"}, "Choose today or a day before"),
        ({"form_key": "nonsense"}, "valid"),
    ],
)
def test_what_cannot_be_logged_is_refused_with_the_reason(client, northfield, matched, wrong, why) -> None:
    client.force_login(northfield.priya)
    answer = client.post(DOOR, _kept(matched) | wrong)
    assert answer.status_code == 400
    assert why in answer.json()["why"]
    assert not Contact.objects.exists()


def test_a_note_that_is_sent_along_is_not_kept(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    client.post(DOOR, _kept(matched, note="written on a phone"))
    assert Contact.objects.count() == 1
    assert not Note.objects.exists()


def test_what_was_noted_without_a_name_stands_in_the_form(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    key = str(uuid4())
    page = client.get(LOG, {"how": "video", "day": "2026-10-09", "key": key}).content.decode()
    assert f'value="{key}"' in page
    assert 'value="2026-10-09"' in page
    assert client.get(LOG, {"how": "<b>", "day": "never", "key": "x"}).status_code == 200


def test_the_phone_knows_every_way_by_its_words(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    page = client.get(LOG).content.decode()
    assert [str(label) for value, label in HOW if f'data-how="{value}">{label}<' not in page] == []


Open = Callable[[str], tuple[BrowserContext, Page]]


@pytest.fixture
def phone(browser: Browser, live_server: Any, northfield: Any) -> Iterator[Open]:
    """Priya's phone, signed in, the app at home on it."""
    opened = []

    def open_one(role: str) -> tuple[BrowserContext, Page]:
        context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url)
        opened.append(context)
        _sign_in(context, live_server.url, northfield.people[role])
        page = context.new_page()
        page.goto(LOG)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.evaluate(CONTROLLED)
        return context, page

    yield open_one
    for context in opened:
        context.close()


def _sign_in(context: BrowserContext, url: str, person: Any) -> None:
    client = Client()
    client.force_login(person)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])


def _log(page: Page) -> None:
    page.locator("label.choice", has_text="Aisha").first.click()
    page.get_by_role("button", name="Save contact").click()


def _wait_for_contacts(page: Page, number: int) -> None:
    for _ in range(50):
        if Contact.objects.count() == number:
            return
        page.wait_for_timeout(100)
    assert Contact.objects.count() == number


def _wait_until_nothing_is_stored(page: Page) -> None:
    for _ in range(50):
        if page.evaluate(STORED) == []:
            return
        page.wait_for_timeout(100)
    assert page.evaluate(STORED) == []


browser_test = [pytest.mark.django_db(transaction=True), pytest.mark.once]


class TestOnThePhone:
    pytestmark = browser_test

    def test_kept_without_a_connection_and_sent_once_from_two_tabs(self, phone, matched) -> None:
        context, page = phone("priya")
        other = context.new_page()
        other.goto(reverse("portal:mentees"))
        context.set_offline(True)
        _log(page)
        page.get_by_text(WAITING).wait_for()
        assert not Contact.objects.exists()
        kept = page.evaluate(STORED)
        assert [each["people"] for each in kept] == [[str(matched["aisha"].pk)]]
        assert "Aisha" not in str(kept)
        context.set_offline(False)  # both tabs hear of it at once
        _wait_for_contacts(page, 1)
        for each in (page, other):
            each.get_by_text(WAITING).wait_for(state="hidden")
            each.reload()
        _wait_until_nothing_is_stored(page)
        assert Contact.objects.get().matches.get() == matched["aisha"]
        # An answer that got lost is no second contact: the phone still has it, asks, and hears that it is logged.
        page.evaluate(STORE, kept[0])
        page.reload()
        _wait_until_nothing_is_stored(page)
        assert Contact.objects.count() == 1

    def test_a_connection_in_name_only_loses_nothing_and_a_note_can_be_taken(self, phone, matched) -> None:
        """The browser believes that it is connected; the form does not arrive. Then she notes one more contact."""
        context, page = phone("priya")
        page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => true })")
        context.set_offline(True)
        _log(page)
        page.get_by_role("heading", name="No connection").wait_for()
        page.get_by_text(WAITING).wait_for()
        page.locator("label.choice", has_text="Video call").click()
        page.locator("#id_day").fill(str(TODAY))  # the browser's own clock goes on
        page.get_by_role("button", name="Keep it on this phone").click()
        page.get_by_text("Video call").nth(1).wait_for()
        assert "Aisha" not in page.content()
        context.set_offline(False)
        page.goto(reverse("portal:mentees"))
        page.get_by_text("Sent. What was kept").wait_for()
        page.get_by_role("link", name="Say who it was with").click()
        assert page.get_by_role("radio", name="Video call").is_checked()
        _log(page)
        page.get_by_text("Saved. Thank you.").wait_for()
        _wait_until_nothing_is_stored(page)
        assert sorted(Contact.objects.values_list("channel", flat=True)) == ["message", "video"]

    def test_a_session_that_ended_keeps_it_and_asks_to_sign_in(self, phone, matched, northfield, live_server) -> None:
        context, page = phone("priya")
        context.set_offline(True)
        _log(page)
        page.get_by_text(WAITING).wait_for()
        Session.objects.all().delete()
        context.set_offline(False)
        page.goto("/my/")
        page.get_by_text("once you have a connection and are signed in").wait_for()
        assert not Contact.objects.exists()
        _sign_in(context, live_server.url, northfield.una)  # somebody else on the same phone: nothing is shown or sent
        page.goto(reverse("portal:mentees"))
        page.wait_for_timeout(500)
        assert not page.get_by_text(WAITING).is_visible()
        assert not Contact.objects.exists()
        _sign_in(context, live_server.url, northfield.priya)
        page.goto(reverse("portal:mentees"))
        page.get_by_text("Sent. What was kept").wait_for()
        assert Contact.objects.get().logged_by == northfield.priya

    def test_any_other_form_stays_as_it_was_and_signing_out_forgets_everything(self, phone, matched) -> None:
        context, page = phone("priya")
        page.goto(reverse("participation:profile") + "?as=mentor")
        page.locator("textarea").first.fill("I was new here too.")
        context.set_offline(True)
        page.locator("main .btn-primary").click()
        page.get_by_text("Nothing was sent, and what you entered is still here").wait_for()
        assert page.locator("textarea").first.input_value() == "I was new here too."
        context.set_offline(False)
        page.goto(LOG)
        context.set_offline(True)
        _log(page)
        page.get_by_text(WAITING).wait_for()
        context.route(f"**{DOOR}*", lambda route: route.abort())  # the connection is back, but not for this
        context.set_offline(False)
        page.goto("/accounts/logout/")
        page.get_by_text("Signing out deletes it").wait_for()
        page.locator("main").get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/login/**")
        assert page.evaluate(STORED) == []
        assert not Contact.objects.exists()

    def test_going_back_to_a_form_that_was_sent_is_no_lost_connection(self, phone, matched) -> None:
        """Sent empty, sent right, Back: it did arrive, and nobody is told that it may not have."""
        _context, page = phone("priya")
        page.goto(reverse("concerns:raise"))
        page.locator("main form").evaluate("(form) => { form.noValidate = true; form.requestSubmit(); }")
        page.get_by_text("There is a problem").wait_for()
        page.get_by_role("radio").first.check(force=True)
        page.locator("main textarea").fill("She has not been seen for a week.")
        page.locator("main form .btn-primary").click()
        page.wait_for_url("**/worried/sent/**")
        with suppress(Error):  # the browser asks whether to send it again, which counts as no page
            page.go_back()
        page.wait_for_timeout(500)
        assert page.get_by_role("heading", name="No connection").count() == 0
        assert Concern.objects.count() == 1
