"""How a page comes into a state: nothing has happened, much has happened, its form was sent with nothing in it."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.house.access import World
from tests.house.conditions import Sight, has_object

# What differs between two answers that look the same.
CHANCE = re.compile(
    rb'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=nonce=")[^"]+|[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]+:\w{6}:[\w-]{20,}'
)

CLASSES = re.compile(rb'class="([^"]*)"')


class Hidden(HTMLParser):
    """The hidden entries of the first form in the page's main part that is sent to ``path``."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.entries = path, dict[str, str]()
        self.inside_main = self.inside = self.found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.inside_main = True
        elif tag == "form" and self.inside_main and not self.found and given.get("method", "").lower() == "post":
            self.inside = self.found = urlsplit(given.get("action", "")).path in {"", self.path}
        elif tag == "input" and self.inside and given.get("type") == "hidden":
            self.entries[given.get("name", "")] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def answer_of(sight: Sight, world: World, client: Client) -> Any:
    """What the reader of a sight is shown in the end, after all redirects."""
    row = sight.row
    if row.prepare and (sight.state != "empty" or has_object(row)):
        row.prepare(world)
    speak(client, sight)
    path = reverse(row.name, kwargs=row.arguments(world))
    if sight.state == "error":
        return _sent_empty(client, path, row.get is not None and sight.role in row.get)
    answer = client.get(path, follow=True)
    if answer.status_code == 404 and sight.state == "empty" and row.prepare:
        try:
            row.prepare(world)  # a page that the scheme has to open first
        except KeyError:
            return answer  # a page of a pair, and there is none
        answer = client.get(path, follow=True)
    assert answer.status_code in {200, 410}, (path, answer.status_code)
    return answer


def speak(client: Client, sight: Sight) -> None:
    """Let everybody read the language of a sight: who is signed in by their choice, a visitor by a cookie."""
    User.objects.exclude(language=sight.language).update(language=sight.language)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = sight.language


def _sent_empty(client: Client, path: str, has_page: bool) -> Any:
    """What a form answers that is sent with its hidden entries and nothing else."""
    hidden = Hidden(path)
    if has_page:
        page = client.get(path, follow=True)
        if page.headers["Content-Type"].startswith("text/html"):
            hidden.feed(page.content.decode())
    answer = client.post(path, hidden.entries, follow=True)
    assert answer.status_code < 500, (path, answer.status_code)
    return answer


def shown_of(answer: Any, name: str) -> bytes:
    """An answer without what chance and the reader's own name put into it: two that are the same look the same."""
    return CHANCE.sub(b"", answer.content).replace(name.encode(), b"")


def shape_of(answer: Any) -> tuple[frozenset[str], frozenset[bytes]]:
    """What an answer is made of: its templates, and the classes that it wears."""
    classes = {each for found in CLASSES.findall(answer.content) for each in found.split()}
    return frozenset(str(each.name) for each in answer.templates), frozenset(classes)
