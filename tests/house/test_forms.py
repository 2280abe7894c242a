"""Every form of the product, sent as nobody would send it: no failure of ours, no half write, nothing mass-assigned.

The forms are found on the pages of the access table, as each kind of person who may open them, and what a page posts
without a form of its own is posted with every name that any form has. A few hundred are sent every time;
HOSTILE_FORMS=all sends every field of every form with every hostile text, and weighs the process (trust.md §3).
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zlib import crc32

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse

from tests.forms import HOSTILE, Field, Form, Pairs, forms_of, sent
from tests.house.access import Row, World, every_row
from tests.trail import Watch
from tests.weight import MOST_ADDED, added, before

pytestmark = pytest.mark.once

EVERYTHING = os.environ.get("HOSTILE_FORMS") == "all"
EACH = 10_000 if EVERYTHING else 1  # spoilt forms of each form
STAFF = ("sam", "dr_lee", "dana", "tom", "mallory", "carys", "una", "admin")
KINDS = (STAFF, ("priya", "una"), ("aisha", "omar"), ("anonymous",))
# What is done from a letter is said on the same page, without leading on.
SAID_AT_ONCE = {"contacts:new_reply_link", "portal:stop_link", "portal:quiet_link"}


def lookers(row: Row) -> list[str]:
    """One of each kind of people whom a row lets in."""
    let_in = (row.get or frozenset()) | (row.post or frozenset())
    return [next(name for name in kind if name in let_in) for kind in KINDS if let_in & set(kind)]


ROWS = [row for row in every_row() if lookers(row)]


@contextmanager
def undone() -> Iterator[Watch]:
    """What is written in the block is seen, and never was."""
    watch = Watch()
    with transaction.atomic(), connection.execute_wrapper(watch):
        yield watch
        transaction.set_rollback(True)


def found_forms(row: Row, role: str, client: Client, here: World) -> list[Form]:
    """The forms that somebody finds at a URL; for one that only takes a POST, a form with every name there is."""
    path = reverse(row.name, kwargs=row.arguments(here))
    if row.get and role in row.get:
        answer = client.get(path, follow=True)
        return _different(forms_of(answer, answer.request["PATH_INFO"]))
    return [Form("post", path, [Field(name, "text") for name in NAMES])] if row.post and role in row.post else []


# The names that forms have, for what is posted without a form: a row's button, a fragment.
NAMES = (
    "next", "mentor", "mentee", "match", "chosen", "everybody", "was", "state", "kind", "reason", "reasons", "text",
    "note", "form_key", "cohort", "key", "count", "answer", "language", "day", "until", "person", "unit", "role",
)  # fmt: skip


def _different(forms: list[Form]) -> list[Form]:
    """Of many rows with the same button, one; not the switch of languages and the way out, which every page has."""
    kept: dict[Any, Form] = {}
    for form in forms:
        where = resolve(form.path).view_name
        if where not in {"set_language", "account_logout"}:
            kept.setdefault((form.method, where, *form.names), form)
    return list(kept.values())


def tried(client: Client, form: Form, what: str, pairs: Pairs) -> list[str]:
    """What was wrong with the answer, if anything."""
    try:
        with undone() as watch:
            answer = sent(client, form, pairs)
    except Exception as problem:
        return [f"{form.method} {form.path} {what}: {type(problem).__name__}: {str(problem)[:200]}"]
    led_on = 300 <= answer.status_code < 400
    if answer.status_code >= 500:
        return [f"{form.method} {form.path} {what}: {answer.status_code}"]
    if watch.changed and not led_on and resolve(form.path).view_name not in SAID_AT_ONCE:
        return [f"{form.method} {form.path} {what}: {answer.status_code}, and wrote {sorted(watch.changed)}"]
    return []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_no_form_fails_or_writes_half(row: Row, world: World, cookies: dict[str, str]) -> None:
    wrong: list[str] = []
    before()
    for role in lookers(row) if EVERYTHING else lookers(row)[:1]:
        with transaction.atomic():
            here = World(world.northfield, world.matches, planted=world.planted)
            if row.prepare:
                row.prepare(here)
            client = signed_in(role, cookies)
            for form in found_forms(row, role, client, here):
                chance = random.Random(crc32(f"{row.name} {role} {form.names}".encode()))
                for number, (what, pairs) in enumerate(form.spoilt(chance)):
                    if number >= EACH:
                        break
                    wrong += [f"{role}: {fault}" for fault in tried(forget(client, role, cookies), form, what, pairs)]
            transaction.set_rollback(True)
    assert wrong == []
    if EVERYTHING:
        assert added() < MOST_ADDED


def signed_in(role: str, cookies: dict[str, str]) -> Client:
    """A browser of theirs that remembers nothing but who they are."""
    client = Client()
    forget(client, role, cookies)
    return client


def forget(client: Client, role: str, cookies: dict[str, str]) -> Client:
    """The same browser, as it was at first."""
    client.cookies.clear()
    if cookies[role]:
        client.cookies[settings.SESSION_COOKIE_NAME] = cookies[role]
    return client


def test_hostile_texts_are_what_they_say() -> None:
    assert len(HOSTILE["ten thousand"]) == 10_000
    with pytest.raises(UnicodeDecodeError):
        HOSTILE["lone surrogate"].decode()


@pytest.mark.parametrize("row", [row for row in ROWS if row.get], ids=lambda row: row.name)
@pytest.mark.abuse(18)
def test_surplus_fields_change_nothing_more(row: Row, world: World, cookies: dict[str, str]) -> None:
    """Each form, sent as it should be and again with every column of every table beside it: the same rows after."""
    role = lookers(row)[0]
    if role not in (row.get or ()):
        pytest.skip("nobody opens a page here")
    different = []
    with transaction.atomic():
        here = World(world.northfield, world.matches, planted=world.planted)
        if row.prepare:
            row.prepare(here)
        client = signed_in(role, cookies)
        for form in found_forms(row, role, client, here):
            if form.method == "post":
                plain = rows_after(forget(client, role, cookies), form, form.filled())
                more = [*form.filled(), *surplus(world, form)]
                if rows_after(forget(client, role, cookies), form, more) != plain:
                    different.append((form.path, form.names))
        transaction.set_rollback(True)
    assert different == []


def surplus(world: World, form: Form) -> Pairs:
    """Every column that any table has and this form has not, pointing at what mallory would like."""
    mallory = world.northfield.mallory
    wanted = {
        "role": "safeguarding-lead", "state": "active", "unit": str(world.northfield.university.pk),
        "scheme": str(world.northfield.other_scheme.pk), "cohort": str(world.northfield.other_cohort.pk),
    }  # fmt: skip
    columns = {column.name: column for model in apps.get_models() for column in model._meta.get_fields()}
    people = {name for name, column in columns.items() if column.related_model is type(mallory)}
    fallback = {name: str(mallory.pk) if name in people else "1" for name in columns}
    taken = {*form.names, *TAKEN.get(resolve(form.path).view_name, ())}
    return [(name, wanted.get(name, fallback[name]).encode()) for name in columns if name not in taken]


def rows_after(client: Client, form: Form, pairs: Pairs) -> Any:
    """Where the form led, and the rows of every table that it wrote to, but for what is drawn by lot."""
    with undone() as watch:
        answer = sent(client, form, pairs)
        tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
        rows = {
            table: [
                {name: value for name, value in row.items() if name not in BY_LOT}
                for row in tables[table]._base_manager.order_by("pk").values()
            ]
            for table in sorted(watch.changed)
            if table in tables
        }
    return answer.status_code, rows


# What other forms that lead to the same address ask for.
TAKEN = {"matching:move": {"mentor"}}
BY_LOT = {
    "message_id", "receipt", "salt", "seed", "key", "secret", "password", "form_key", "public_key", "session_key",
    "last_login",
}  # fmt: skip
