"""Attempts that go over every page: walking ids, reading between the lines, markup as a name, an office that ended.

Each is one of the abuses of the threat model (docs/abuses.md).
"""

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.test import Client
from django.urls import get_resolver, reverse
from openpyxl import load_workbook

from accounts.access import all_patterns
from accounts.models import Consent
from accounts.registry import Category
from mentoring.concerns.models import Concern, ConcernEntry
from mentoring.confidences.models import Disclosure, Note
from mentoring.contacts.models import Contact, MaskedQuestion
from mentoring.events.models import Event
from mentoring.matching.models import Match, SwapRequest
from mentoring.participation.models import Participant, ProfileFact, Wishes
from mentoring.protection.selectors.registered import registered
from mentoring.support.models import Meeting, MeetingNote, SupportGroup
from tests.factories import NOW, TODAY
from tests.house.access import ROLES, Row, World, every_row
from tests.house.canaries import CANARIES, CELLS, met
from tests.house.packages import record_path, records
from tests.house.test_forms import lookers, signed_in
from tests.matching.conftest import train

pytestmark = pytest.mark.once

# What is drawn anew for each answer.
DRAWN = re.compile(rb'(nonce-|nonce="|csrfmiddlewaretoken" value="|"token": "|[0-9a-f]{8}-)[\w=+/-]+')


def bare(answer: Any) -> tuple[int, bytes]:
    """Status and body without what is drawn by lot."""
    return answer.status_code, DRAWN.sub(b"", answer.content)


def readable(role: str, here: World, rows: list[Row]) -> Iterator[tuple[Row, str]]:
    """The pages that a role may read, with what each row has prepared."""
    for row in in_order(rows):
        if row.get and role in row.get:
            prepare(row, here)
            yield row, reverse(row.name, kwargs=row.arguments(here))


def in_order(rows: list[Row]) -> list[Row]:
    """The dashboard's last: what is done to many there ends pairs that others point at."""
    return sorted(rows, key=lambda row: row.name.startswith("console:"))


def prepare(row: Row, here: World) -> None:
    """Make what a row points at, beside what other rows have made; of what can be there once, the first stays."""
    if row.prepare and row.prepare not in here.made.setdefault("prepared", []):
        here.made["prepared"].append(row.prepare)
        with contextlib.suppress(IntegrityError), transaction.atomic():
            row.prepare(here)


@pytest.fixture
def here(world: World) -> Iterator[World]:
    """The world, with what rows prepare undone in the end."""
    with transaction.atomic():
        yield World(world.northfield, world.matches, planted=world.planted)
        transaction.set_rollback(True)


# 2 - a mentor, and a mentee, walk the numbers of every address.

WALKED = (Match, Participant, Contact, Concern, SwapRequest, MeetingNote)
# Pages with a number of one's own, and whose number that may be.
OWN: dict[str, Any] = {
    "matching:swap_ask": lambda me: Match.objects.filter(mentee=me),
    "contacts:invite": lambda me: Match.objects.filter(mentor=me),
    "contacts:correct": lambda me: Contact.objects.filter(mentor=me),
    "events:own": lambda me: Event.objects.filter(bookings__participant=me),
    "events:own_calendar": lambda me: Event.objects.filter(bookings__participant=me),
    "contacts:answer_masked": lambda me: MaskedQuestion.objects.filter(mentor=me),
    "support:raise_theme": lambda me: SupportGroup.objects.filter(members=me),
    "confidences:pair": lambda me: Match.objects.filter(Q(mentee=me) | Q(mentor=me)),
    "confidences:notes": lambda me: Match.objects.filter(mentor=me),
    "confidences:note": lambda me: Note.objects.filter(match__mentor=me),
    "confidences:disclose": lambda me: Note.objects.filter(match__mentor=me),
    "contacts:report_quiet": lambda me: Match.objects.filter(mentor=me),
    "support:notes": lambda me: Meeting.objects.filter(group__members=me),
}


@pytest.mark.abuse(2)
@pytest.mark.parametrize("name", ["priya", "aisha"])
def test_walking_the_numbers_finds_only_ones_own(name: str, here: World, cookies: dict[str, str]) -> None:
    client, me = signed_in(name, cookies), here.northfield.participant(name)
    numbers = sorted({pk for model in WALKED for pk in model._base_manager.values_list("pk", flat=True)})[:5]
    found, walked = [], 0
    for url, route, _view in all_patterns(get_resolver().url_patterns):
        if route.count("<") != 1 or "<int:" not in route or url.startswith("admin:"):
            continue
        argument = re.search(r"<int:(\w+)>", route)[1]  # type: ignore[index]
        nothing = bare(client.get(reverse(url, kwargs={argument: 987_654_321})))
        own = set(OWN[url](me).values_list("pk", flat=True)) if url in OWN else set()
        for number in set(numbers) - own:
            walked += 1
            answer = client.get(reverse(url, kwargs={argument: number}))
            if answer.status_code != 405 and bare(answer) != nothing:
                found.append((url, number, answer.status_code))
    assert found == []
    assert walked > 60


# 4 and 24 - whether something confidential is there, or is something else, shows on nobody else's page.


def _told_otherwise(world: World) -> None:
    """As if chidi had told other things, and nobody had noted anything or worried."""
    chidi = world.northfield.participant("chidi")
    Disclosure.objects.all().delete()
    Note.objects.all().delete()
    MeetingNote.objects.all().delete()
    ConcernEntry.objects.all()._raw_delete("default")
    Concern.objects.all()._raw_delete("default")
    SwapRequest.objects.update(reasons=["chemistry"])
    MaskedQuestion.objects.update(text="Something else.", answer="Another answer, longer than the one before.")
    Wishes.objects.filter(participant=chidi).update(
        told={"own": {"home_country": "NZ", "gender": "woman"}, "wishes": {}, "exceptions": []}
    )
    ProfileFact.objects.filter(participant=chidi, is_shown=False).delete()


@pytest.mark.abuse(4)
@pytest.mark.abuse(24)
@pytest.mark.parametrize("role", ["sam", "priya"])
def test_what_somebody_told_in_confidence_changes_nobody_elses_page(
    role: str, here: World, cookies: dict[str, str]
) -> None:
    """Every page, every list by every order and filter, counts included: the same bytes."""
    open_cells = {url for cells in CELLS.values() for url, roles in cells.items() if role in roles}
    rows = [row for row in every_row() if not row.prepare and row.name not in open_cells]
    client = signed_in(role, cookies)
    pages = [path for _row, path in readable(role, here, rows)]
    asked = ("", "?q=chidi", "?show=quiet", "?show=questions", "?show=unheard", "?sort=name")
    lists = {reverse("console:people"), reverse("console:pairs"), reverse("messaging:log")} & set(pages)
    paths = [*pages, *(path + question for path in sorted(lists) for question in asked)]
    before = {path: bare(client.get(path)) for path in paths}
    _told_otherwise(here)
    assert [path for path in paths if bare(client.get(path)) != before[path]] == []
    assert len(paths) > 10


def _tell_the_matching(world: World, value: str, exceptions: tuple[str, ...]) -> None:
    """Every mentor says the same of themselves; every student wishes it, some as a must."""
    for person in world.northfield.cohort.participants.select_related("user"):
        consent, _is_new = Consent.objects.get_or_create(
            person=person.user, kind="matching-wishes", defaults={"text_version": "1", "given_at": NOW}
        )
        wished = {"religion": {"kind": "must" if person.pk % 2 else "prefer", "value": "a"}}
        told = {"own": {"religion": value}, "wishes": {}, "exceptions": list(exceptions)}
        mine = told if person.is_mentor else {"own": {"religion": "a"}, "wishes": wished, "exceptions": []}
        Wishes.objects.update_or_create(
            participant=person, defaults={"told": mine, "consent": consent, "saved_at": NOW}
        )


@pytest.mark.abuse(24)
@pytest.mark.parametrize("role", ["sam", "tom", "una", "dr_lee"])
def test_what_mentors_tell_the_matching_changes_no_page_that_was_looked_at_before(
    role: str, here: World, cookies: dict[str, str]
) -> None:
    """Who chooses mentors, and has a friend among them try one answer after the other, reads nothing off any list."""
    for mentor in here.northfield.cohort.participants.mentors():
        train(mentor, here.northfield, NOW)
    wanted = [row for row in every_row() if not row.prepare or row.name.startswith("matching:")]
    found = list(readable(role, here, [row for row in wanted if row.name != "participation:wishes"]))
    _tell_the_matching(here, "a", ())
    client = signed_in(role, cookies)
    paths = [path for _row, path in found]
    if role == "sam":
        shown = {row.name: client.get(path).content.decode() for row, path in found}
        for page in ("matching:student", "matching:place", "matching:swap"):
            assert "Both on Sociology" in shown[page]  # somebody is offered: there is something to read off
    for path in paths:
        client.get(path)
    before = {path: bare(client.get(path)) for path in paths}
    for value, exceptions in (("b", ()), ("b", ("religion",))):
        _tell_the_matching(here, value, exceptions)
        assert [path for path in paths if bare(client.get(path)) != before[path]] == []
    assert len(paths) > 10


# 13 and 15 - a name that is markup and a formula at once, in every field that is words.

PAYLOAD = "=1<xsscanary onxss='1'>\"'"
NOT_WORDS = {
    "key", "slug", "path", "email", "time_zone", "state", "message_id", "letter", "language", "password", "session_key",
    "verb", "object_type", "object_id", "job_state", "digest", "code", "hecos", "subject_group", "kind", "role",
    "letter_languages", "blueprint", "purpose", "address", "key_id", "mark", "campus", "channel", "end_reason", "file",
    "strength", "reason", "often", "works", "choice", "audience", "text_version", "action_flag", "domain", "reasons",
    "told", "secret", "facts", "asker",
}  # fmt: skip


def _words() -> Iterator[tuple[type[models.Model], list[str]]]:
    for model in apps.get_models():
        if model._meta.app_label in {"accounts", "schemes", *OURS} and model._meta.label != "accounts.AuditEntry":
            alone = {name for rule in model._meta.constraints for name in getattr(rule, "fields", ())}
            names = [
                field.name
                for field in model._meta.concrete_fields
                if isinstance(field, models.CharField | models.TextField)
                and not (field.choices or field.primary_key or field.unique or field.name in NOT_WORDS | alone)
                and (field.max_length or 1000) > len(PAYLOAD)
            ]
            if names:
                yield model, names


OURS = {config.label for config in apps.get_app_configs() if config.name.startswith("mentoring.")}


class Reader(HTMLParser):
    """The elements and attributes that a browser would make of our payload."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [name for name in (tag, *(name for name, _value in attrs)) if "xss" in name]


@pytest.mark.abuse(15)
@pytest.mark.abuse(13)
def test_a_name_that_is_markup_and_formula_stays_a_name(here: World, cookies: dict[str, str]) -> None:
    pages = []
    for row in in_order(every_row()):
        if row.get and (role := lookers(row)[0]) in row.get:
            prepare(row, here)
            pages.append((role, reverse(row.name, kwargs=row.arguments(here))))
    for model, names in _words():
        model._base_manager.update(**dict.fromkeys(names, PAYLOAD))
    made, shown, formulas, files = [], 0, [], 0
    clients = {role: signed_in(role, cookies) for role in cookies}
    for role, path in pages:
        answer, reader = clients[role].get(path, follow=True), Reader()
        if answer.headers["Content-Type"].startswith("text/html"):
            reader.feed(answer.content.decode())
            shown += b"xsscanary" in answer.content
        made += [(path, role, each) for each in reader.found]
    for url in ("console:export_people", "console:export_pairs"):
        for kind in ("csv", "xlsx"):
            cells = _cells(_proven(cookies).post(reverse(url, kwargs={"kind": kind})), kind)
            files += len(cells)
            formulas += [cell for cell in cells if re.match(r"[=+\-@\t\r]", cell)]
    assert made == []
    assert shown > 40
    assert formulas == []
    assert files > 20


def _proven(cookies: dict[str, str]) -> Client:
    """sam, who has just shown who they are."""
    client = signed_in("sam", cookies)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 10**10, "reauthenticated": True}]
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def _cells(answer: Any, kind: str) -> list[str]:
    assert answer.status_code == 200
    if kind == "csv":
        return [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


# 17 - a cookie that was copied before its owner signed out.


@pytest.mark.abuse(17)
def test_a_copied_cookie_opens_nothing_once_its_owner_signed_out(here: World) -> None:
    owner, thief = Client(), Client()
    owner.force_login(here.northfield.sam)
    thief.cookies[settings.SESSION_COOKIE_NAME] = owner.cookies[settings.SESSION_COOKIE_NAME].value
    assert thief.get(reverse("console:people")).status_code == 200
    before = owner.cookies[settings.SESSION_COOKIE_NAME].value
    answer = owner.post(reverse("account_logout"))
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert thief.get(reverse("console:people")).status_code == 302
    owner.force_login(here.northfield.sam)
    assert owner.cookies[settings.SESSION_COOKIE_NAME].value != before


# 19 - somebody whose appointment ended this morning, with all their pages still open.


@pytest.mark.abuse(19)
def test_whose_appointment_ended_is_an_outsider_at_once(here: World, cookies: dict[str, str]) -> None:
    client, open_to_all = signed_in("sam", cookies), "nobody"
    closed, tried = [], 0
    rows = [row for row in every_row() if open_to_all not in ((row.get or frozenset()) | (row.post or frozenset()))]
    pages = [(row, path) for row, path in readable("sam", here, rows)]
    here.northfield.sam.appointments.update(ends_on=TODAY - timedelta(days=1))
    for row, path in pages:
        tried += 1
        if client.get(path).status_code != 404 or client.post(path, {"text": "x"}).status_code not in {404, 405}:
            closed.append(row.name)
    for url in ("console:export_people", "console:export_pairs"):
        if _proven(cookies).post(reverse(url, kwargs={"kind": "csv"})).status_code != 404:
            closed.append(url)
    assert closed == []
    assert tried > 30


# 20 - the superuser of the installation, at every page of the back office and of the product.


@pytest.mark.abuse(20)
def test_a_superuser_reads_no_confidence_and_becomes_nobody_else(here: World, cookies: dict[str, str]) -> None:
    type(here.northfield.admin).objects.filter(pk=here.northfield.admin.pk).update(is_superuser=True, is_staff=True)
    client = signed_in("admin", cookies)
    paths = [path for model, kind in records() if (path := record_path(model, kind))]
    paths += [path for _row, path in readable("admin", here, [row for row in every_row() if not row.prepare])]
    told = {word for path in paths for word in met(client.get(path, follow=True))}
    everywhere = {canary.word for canary in CANARIES if CELLS.get(canary.word, {}).keys() & FORMS_OF_ALL}
    assert told <= everywhere
    assert len(paths) > 40
    confidential = {
        each.label
        for each in registered()
        if any(rule.category in {Category.SPECIAL, Category.CONFIDENTIAL} for rule in each.declaration.fields.values())
    }
    assert {model._meta.label for model in admin.site._registry} & confidential == set()
    names = {name for name, _route, _view in all_patterns(get_resolver().url_patterns)}
    assert not [name for name in names if re.search("impersonat|hijack|login_as|switch_user|become", name)]


# The forms that list every country or reason say nothing of anybody.
FORMS_OF_ALL = {"participation:wishes", "matching:swap_ask", "matching:swap_link"}


def test_roles_of_this_file_are_of_the_cast() -> None:
    assert {"sam", "priya", "aisha", "admin"} <= set(ROLES)
