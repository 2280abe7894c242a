"""The same matrix where students lead (trust.md §2; R94, R95): what staff see elsewhere is closed to them.

The hardest state is tried: the year was led by staff, then closed, the scheme has gone back to staff, and a new
year is open. So staff hold every capability in the scheme again, and only the rows of the closed year are not theirs.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mentoring.console.selectors.reading import tried_now
from schemes.governance import let_staff_lead, let_students_lead
from schemes.models import Cohort, Scheme
from schemes.services import open_cohort
from tests.factories import NOW, TERMS, TODAY
from tests.house.access import Row, World, every_row
from tests.house.canaries import CONCERN, leaks, met

STAFF = ("dr_lee", "sam", "admin")
# Students of the closed year who hold no role that staff appointed them to.
STUDENTS = ("aisha", "ben", "chidi", "omar", "priya")
# What somebody asks about their own account is the institution's to answer, whoever leads (trust.md §2, first row);
# the style guide has names for show.
NOT_OF_THE_YEAR = ("protection:", "styleguide")


def lead(world: World) -> None:
    """Students lead: tom and una, whom the registry knows as students."""
    for number, name in enumerate(("tom", "una")):
        User.objects.filter(pk=world.northfield.people[name].pk).update(student_number=f"S{number}")
    let_students_lead(scheme=world.northfield.scheme, by=world.northfield.dr_lee, now=NOW)


def back_to_staff(world: World) -> None:
    """Closed, then staff again, with a new year beside it."""
    lead(world)
    scheme = world.northfield.scheme
    let_staff_lead(scheme=scheme, by=world.northfield.dr_lee, now=NOW + timedelta(hours=1))
    open_cohort(
        scheme=Scheme.objects.get(pk=scheme.pk), name="New", slug="northfield-new", terms=TERMS, by=None, now=NOW
    )


def _tells(answer: Any, words: list[str]) -> list[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace") + str(answer.headers)
    return [word for word in words if word in text]


def _answers(row: Row, url: str, clients: dict[str, Client]) -> Iterator[tuple[str, Any]]:
    """What staff get where staff are let in elsewhere; what is closed to them anyway is the other matrix's."""
    for role in STAFF:
        if role in (row.get or ()):
            yield role, clients[role].get(url, {"cohort": "northfield-2026"})
        if role in (row.post or ()) and role == "sam":
            yield role, clients[role].post(url)


def test_staff_read_nothing_of_a_year_that_students_led(world: World, clients: dict[str, Client]) -> None:
    """Every URL of staff, by GET and by POST: no name, no address and no confidence of the closed year."""
    words = [
        word for name in STUDENTS for one in [world.northfield.people[name]] for word in (one.full_name, one.email)
    ]
    told, asked = [], 0
    for row in every_row():
        if row.name.startswith(NOT_OF_THE_YEAR) or not set(STAFF) & (
            (row.get or frozenset()) | (row.post or frozenset())
        ):
            continue
        with transaction.atomic():
            here = World(world.northfield, world.matches, planted=world.planted)
            if row.prepare:
                row.prepare(here)
            url = reverse(row.name, kwargs=row.arguments(here))
            back_to_staff(here)
            for role, answer in _answers(row, url, clients):
                asked += 1
                told += [(row.name, role, word) for word in _tells(answer, words)] + leaks(row.name, role, answer)
            transaction.set_rollback(True)
    assert told == []
    assert asked > 200


def test_the_student_lead_has_the_cells_and_worries_reach_safeguarding(
    world: World, clients: dict[str, Client]
) -> None:
    """Otherwise the search above would find nothing because nothing is shown to anybody."""
    lead(world)
    pair = reverse("console:pair", kwargs={"pk": world.matches["chidi"].pk})
    assert "Chidi Eze" in clients["tom"].get(reverse("console:people")).content.decode()
    assert clients["tom"].get(pair).status_code == 200
    assert [clients[role].get(pair).status_code for role in ("sam", "carys", "dr_lee", "admin")] == [404] * 4
    concern = reverse("concerns:concern", kwargs={"public_key": world.planted["concern"].public_key})
    assert CONCERN in met(clients["dana"].get(concern))
    assert clients["tom"].get(concern).status_code == 404


def test_staff_see_counts_of_at_least_ten_and_the_proof(world: World, clients: dict[str, Client]) -> None:
    lead(world)
    page = clients["sam"].get(reverse("home"), follow=True).content.decode()
    assert "Students lead this year" in page
    assert "fewer than ten" in page
    assert [one.records for one in tried_now(Cohort.objects.get(pk=world.northfield.cohort.pk), TODAY)] == [0, 0, 0]
    assert clients["aisha"].get(reverse("console:who_can_read")).status_code == 200


def test_the_database_keeps_a_year_closed(world: World) -> None:
    lead(world)
    with pytest.raises(DatabaseError, match="stays closed"), transaction.atomic():
        Cohort.objects.filter(pk=world.northfield.cohort.pk).update(student_led_since=None)
