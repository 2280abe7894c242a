"""Every message there is: complete, small, kind to read and to hear, and its links safe from scanners."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import override
from playwright.sync_api import Browser, Page

from mentoring.messaging.letters import LETTERS
from mentoring.messaging.rendering import Addressee, render
from tests.browser import browser as browser
from tests.browser import chromium
from tests.house.window import Window
from tests.nudges.gallery import MAKERS, Gallery, every_message

pytestmark = pytest.mark.once

FAMILY_NAMES = ("Begum", "Khan", "Okafor", "Eze", "Haddad", "Example", "Brennan", "Whitaker")


# One template draws them all; these three have everything that it can draw.
IN_DARK = {"matching.hello", "contacts.replied", "nudges.still-here"}


class Reader(HTMLParser):
    """What a mail program sees: links, and anything that it would fetch."""

    def __init__(self, html):
        super().__init__()
        self.links, self.fetched = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a":
            self.links.append(given["href"])
        if tag in {"img", "script", "iframe", "link", "video", "object"} or "src" in given or "background" in given:
            self.fetched.append(tag)


def rendered(message, content, now):
    to = Addressee(message.recipient.full_name, message.recipient.email)
    return render(content, to=to, message_id=message.message_id, now=now)


def parts(mail):
    return mail.get_body(("html",)).get_content(), mail.get_body(("plain",)).get_content()


@pytest.fixture
def gallery(northfield, matched, now):
    return Gallery(northfield, matched, now)


@pytest.fixture
def messages(gallery):
    made = list(every_message(gallery))
    unsaid = [message.letter for message, content in made if content is None]
    assert unsaid == []
    return made


def test_every_registered_letter_is_in_the_gallery():
    ours = {name for name in LETTERS if not name.startswith("test.")}  # what other tests made up
    assert set(MAKERS) == ours


@pytest.mark.abuse(11)
def test_each_is_short_small_has_a_plain_twin_and_fetches_nothing(messages, now):
    for message, content in messages:
        mail = rendered(message, content, now)
        html, text = parts(mail)
        seen = Reader(html)
        assert len(content.subject) <= 50, message.letter
        assert len(mail.as_bytes()) <= 30_000, message.letter
        assert seen.fetched == [], message.letter
        assert "url(" not in html
        assert "%(" not in text
        assert content.why, message.letter
        assert content.why in " ".join(text.split()), message.letter
        assert set(seen.links) == set(re.findall(r"https?://\S+", text)), message.letter
        assert mail["To"].count("@") == 1
        assert not {"Cc", "Bcc"} & set(mail.keys())


def test_each_is_accessible(messages, now):
    window = Window(chromium())
    try:
        wrong = {}
        for message, content in messages:
            html, _text = parts(rendered(message, content, now))
            colours = ("light", "dark") if message.letter in IN_DARK else ("light",)
            if found := window.look_at_mail(HttpResponse(html), colours):
                wrong[message.letter] = found
        assert wrong == {}
    finally:
        window.close()


def test_every_sentence_can_be_translated(gallery, monkeypatch):
    """With a catalogue that marks whatever it is asked for, no sentence stays unmarked."""
    fake = translation._trans
    monkeypatch.setattr(fake, "gettext", lambda words: f"⟦{words}⟧")
    monkeypatch.setattr(fake, "ngettext", lambda one, many, n: f"⟦{one if n == 1 else many}⟧")
    with override("en-gb"):
        unmarked = []
        for message, content in every_message(gallery):
            if content is None:
                unmarked.append((message.letter, None))
                continue
            if message.letter == "announcements.note":  # a coordinator's own words: but why one gets them is ours
                content = replace(content, subject="", paragraphs=())
            said = [content.subject, content.why, *content.paragraphs, *(action.label for action in content.actions)]
            unmarked += [
                (message.letter, words) for words in said if words and "⟦" not in words and not is_datum(words)
            ]
    assert unmarked == []


def is_datum(words):
    """A code, or when and where something is: names and numbers, and a day that its own format translates."""
    return bool(re.match(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$|^\w+day\b|^\w+ \d+ \w+", words))


def everything():
    """Every row there is, as text."""
    return {
        model._meta.label: serializers.serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models()
    }


def links_of(messages, now) -> Iterator[str]:
    for message, content in messages:
        html, _text = parts(rendered(message, content, now))
        yield from Reader(html).links


def paths_of(messages, now):
    return sorted({urlsplit(link).path + (f"?{query}" if (query := urlsplit(link).query) else "")
                   for link in links_of(messages, now) if link.startswith(settings.SITE_URL)})  # fmt: skip


@pytest.mark.abuse(8)
def test_fetching_heading_and_following_every_link_changes_no_row(messages, now):
    paths = paths_of(messages, now)
    assert sum(path.startswith("/l/") for path in paths) > 30
    before, client, followed = everything(), Client(), set()
    for path in paths:
        for method in ("head", "options"):
            assert getattr(client, method)(path).status_code in {200, 302, 405}, (method, path)
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        followed |= {link for link in Reader(answer.content.decode()).links if link.startswith("/")}
    for link in followed - set(paths):
        client.get(link)
    assert len(followed) > 10
    assert everything() == before


@pytest.mark.abuse(7)
def test_no_linked_page_names_anybody_beyond_the_first_or_signs_in(messages, now):
    for path in paths_of(messages, now):
        if not path.startswith("/l/"):
            continue
        client = Client()
        # A token is drawn by chance, and may spell anything.
        page = re.sub(r"/l/[^\"\s]*", "", client.get(path).content.decode())
        assert not [name for name in FAMILY_NAMES if name in page], path
        assert "@northfield.ac.uk" not in page, path
        assert "_auth_user_id" not in client.session


@pytest.mark.abuse(7)
def test_a_link_of_one_purpose_opens_no_other_and_no_flipped_byte_opens_any(messages, now):
    tokens = {}
    for path in paths_of(messages, now):
        if path.startswith("/l/"):
            _empty, _l, purpose, token, *_rest = path.split("/")
            tokens.setdefault(purpose, token)
    assert len(tokens) >= 10
    before = everything()
    for purpose in tokens:
        for other, token in tokens.items():
            if other != purpose and other.partition("-")[0] in {purpose.partition("-")[0], "stop"}:
                assert Client().post(f"/l/{purpose}/{token}/").status_code == 410, (purpose, other)
        token = tokens[purpose]
        for at in range(0, len(token), 11):
            broken = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
            assert Client().post(f"/l/{purpose}/{broken}/").status_code in {404, 410}, purpose
    assert everything() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.once
def test_a_scanner_with_a_browser_changes_no_row(browser: Browser, live_server, northfield, matched, now, settings):
    """It opens every link of every message in Chromium, runs the scripts, and presses nothing."""
    settings.SITE_URL = live_server.url
    made = [(message, content) for message, content in every_message(Gallery(northfield, matched, now)) if content]
    paths = paths_of_ours(made, now, live_server.url)
    before = everything()
    page = browser.new_page()
    for path in paths:
        answer = page.goto(live_server.url + path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        page.mouse.move(100, 100)
        page.evaluate("() => window.dispatchEvent(new Event('pagehide'))")
    page.close()
    assert len(paths) > 40
    assert everything() == before


def paths_of_ours(messages, now, origin):
    return sorted({link.removeprefix(origin) for link in links_of(messages, now) if link.startswith(origin)})


@pytest.mark.django_db(transaction=True)
@pytest.mark.once
def test_every_action_of_every_message_can_be_taken(
    browser: Browser, live_server, northfield, matched, now, settings
) -> None:
    """In Chromium: a link that needs no sign-in does its one thing at a press; any other opens for its recipient."""
    settings.SITE_URL = live_server.url
    made = [(message, content) for message, content in every_message(Gallery(northfield, matched, now)) if content]
    pressed, opened, pages = set(), set(), {}
    for message, content in made:
        for action in content.actions:
            if "/l/" in action.url:
                press(pages.setdefault("", browser.new_page()), action.url)
                pressed.add(urlsplit(action.url).path.split("/")[2])
            elif action.url.startswith(live_server.url):
                person = message.recipient
                if person not in pages:
                    pages[person] = page_of(browser, person, live_server.url)
                look(pages[person], action.url, is_signed_in=person is not None)
                opened.add(message.letter)
    assert len(pressed) >= 10
    assert len(opened) >= 40


def page_of(browser: Browser, person, origin: str) -> Page:
    """A page of a browser in which somebody is signed in, or nobody."""
    context = browser.new_context()
    if person is not None:
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": origin}])
    return context.new_page()


def press(page: Page, url: str) -> None:
    """Press the one button of a link that needs no sign-in."""
    assert page.goto(url).status == 200, url
    with page.expect_navigation() as done:
        page.locator("main form button").first.click()
    assert done.value.status == 200, url
    assert page.locator("main h1").count() == 1, url
    assert not urlsplit(page.url).path.startswith(reverse("account_login")), url


def look(page: Page, url: str, *, is_signed_in: bool) -> None:
    """What a letter's recipient sees behind a link: a page, and no way in that they have behind them."""
    assert page.goto(url).status == 200, url
    assert page.locator("main h1").count() == 1, url
    if is_signed_in:
        assert not urlsplit(page.url).path.startswith(reverse("account_login")), url
