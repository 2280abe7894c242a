"""Every page in Welsh: nothing English is left on it. How it looks is for test_pages, in both languages."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import polib
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.models import User
from mentoring.lib.translations import CATALOGUE
from mentoring.pages import server_error
from tests.house.access import Row, World
from tests.house.packages import SIGNING_IN, Visit
from tests.house.test_pages import VISITS, open_page

pytestmark = pytest.mark.once

MARK = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# What the tests' own data say in English: a service, and the headings of a student record's file.
DATA = {"Wellbeing", "First name", "Last name", "Student number", "Course code", "Year", "E-mail"}
SAID_IN = ("aria-label", "alt", "title", "placeholder")


class Heard(HTMLParser):
    """What a page says in words, by text and by attribute, except where it says that it is English."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.language: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or (self.language[-1] if self.language else "")
        if tag == "html":
            self.page_language = given.get("lang")
        if language == "cy":
            self.words += [text for name in SAID_IN if (text := given.get(name))]
        if tag not in VOID:
            self.open.append(tag)
            self.language.append(language)

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in self.open:
            self.language.pop()
            if self.open.pop() == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.language and self.language[-1] == "cy" and self.open[-1] not in {"script", "style"}:
            self.words.append(" ".join(data.split()))


VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class English:
    """Which words are English of ours: whole sentences, and sentences with something filled in."""

    def __init__(self) -> None:
        pairs = [pair for entry in polib.pofile(str(CATALOGUE)) for pair in _both(entry)]
        welsh = {text for _english, text in pairs}
        differing = [english for english, text in pairs if english != text and english not in welsh]
        self.whole = {" ".join(text.split()) for text in differing if not MARK.search(text)}
        filled = [text for text in differing if MARK.search(text) and len(MARK.sub("", text)) > 14]
        self.filled = re.compile("|".join(f"(?:{_pattern(text)})" for text in filled))
        self.known: dict[str, bool] = {}

    def __contains__(self, words: str) -> bool:
        if words not in self.known:
            self.known[words] = words in self.whole or bool(self.filled.fullmatch(words))
        return self.known[words]


def _both(entry: polib.POEntry) -> list[tuple[str, str]]:
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[2])]


def _pattern(text: str) -> str:
    return ".+?".join(re.escape(" ".join(part.split())).replace(r"\ ", r"\s?") for part in MARK.split(text))


@pytest.fixture(scope="module")
def english() -> English:
    return English()


@pytest.fixture
def welsh(world: World, clients: dict[str, Client]) -> Iterator[dict[str, Client]]:
    """Everybody, reading Welsh: those who signed in by their choice, visitors by their cookie."""
    User.objects.update(language="cy")
    clients["anonymous"].cookies[settings.LANGUAGE_COOKIE_NAME] = "cy"
    return clients


def left_in_english(answer: Any, english: English) -> list[str]:
    page = Heard()
    page.feed(answer.content.decode())
    assert page.page_language == "cy"
    assert page.words
    return [words for words in dict.fromkeys(page.words) if words not in DATA and words in english]


@pytest.mark.parametrize(("row", "role"), VISITS, ids=lambda it: it if isinstance(it, str) else it.name)
def test_page_is_in_welsh(row: Row, role: str, world: World, welsh: dict[str, Client], english: English) -> None:
    if row.prepare:
        row.prepare(world)
    answer = open_page(welsh[role], reverse(row.name, kwargs=row.arguments(world)))
    if answer.headers["Content-Type"].startswith("text/html"):
        assert left_in_english(answer, english) == []


@pytest.mark.parametrize("visit", SIGNING_IN, ids=lambda visit: f"{visit.name}-{visit.role}")
def test_page_of_signing_in_is_in_welsh(visit: Visit, world: World, welsh: dict[str, Client], english: English) -> None:
    client = welsh[visit.role]
    if visit.before:
        visit.before(client, world)
    User.objects.update(language="cy")  # what comes before may have saved somebody as they were
    answer = open_page(client, reverse(visit.name, kwargs=visit.arguments(world)))
    assert left_in_english(answer, english) == []


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [("anonymous", "/not-there/", 404), ("priya", "/not-there/", 404), ("anonymous", "/?a=%00", 400)],
)
def test_page_of_an_error_is_in_welsh(
    role: str, path: str, status: int, welsh: dict[str, Client], english: English
) -> None:
    answer = welsh[role].get(path)
    assert answer.status_code == status
    assert left_in_english(answer, english) == []


def test_page_of_our_own_fault_is_in_welsh_and_asks_nothing_of_the_database(rf: Any, english: English) -> None:
    rf.cookies[settings.LANGUAGE_COOKIE_NAME] = "cy"
    answer = server_error(rf.get("/my/?x=1"))  # without the db fixture
    assert answer.status_code == 500
    assert left_in_english(answer, english) == []
    assert 'name="next" value="/my/?x=1"' in answer.content.decode()


def test_page_of_maintenance_says_everything_in_both() -> None:
    page = render_to_string("503.html")
    for language in ("en-gb", "cy"):
        with override(language):
            assert gettext("Links in your e-mails will work again then.") in page
