"""The same matrix where students lead (trust.md §2; R94, R95): what staff see elsewhere is closed to them.

The hardest state is tried: the year was led by staff, then closed, the scheme has gone back to staff, and a new
year is open. So staff hold every capability in the scheme again, and only the rows of the closed year are not theirs.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from schemes.governance import let_staff_lead, let_students_lead
from schemes.models import Cohort
from schemes.services import open_cohort
from tests.factories import NOW, TERMS
from tests.house.access import World, every_row
from tests.house.canaries import leaks, met

STAFF = ("dr_lee", "sam", "carys", "admin")
# Students of the closed year who hold no role that staff appointed them to.
STUDENTS = ("aisha", "ben", "chidi", "omar", "priya")
# Accounts are the institution's, whoever leads; who raised a worry is told to whoever reads worries.
OF_ACCOUNTS = {"protection:wishes", "protection:wish", "protection:decide"}


def _students(world: World) -> None:
    """tom and una are students, whom the registry knows; tom leads."""
    for number, name in enumerate(("tom", "una")):
        User.objects.filter(pk=world.northfield.people[name].pk).update(student_number=f"S{number}")


def lead(world: World) -> None:
    _students(world)
    let_students_lead(scheme=world.northfield.scheme, by=world.northfield.dr_lee, now=NOW)


def back_to_staff(world: World) -> None:
    """Closed, then staff again, with a new year beside it."""
    lead(world)
    let_staff_lead(scheme=world.northfield.scheme, by=world.northfield.dr_lee, now=NOW + timedelta(hours=1))
    world.northfield.scheme.refresh_from_db()
    open_cohort(scheme=world.northfield.scheme, name="New", slug="northfield-new", terms=TERMS, by=None, now=NOW)


def _words(world: World) -> dict[str, str]:
    """What gives a student of the closed year away: name and address, by whose it is."""
    people = {name: world.northfield.people[name] for name in STUDENTS}
    return {word: name for name, one in people.items() for word in (one.full_name, one.email)}


def _tells(answer: Any, words: dict[str, str]) -> set[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace") + str(answer.headers)
    return {word for word in words if word in text}


def test_staff_read_nothing_of_a_year_that_students_led(world: World, clients: dict[str, Client]) -> None:
    """Every URL, by GET and by POST: no name, no address and no confidence of the closed year."""
    words, told, asked = _words(world), [], 0
    for row in every_row():
        with transaction.atomic():
            here = World(world.northfield, world.matches, planted=world.planted)
            if row.prepare:
                row.prepare(here)
            url = reverse(row.name, kwargs=row.arguments(here))
            back_to_staff(here)
            for role in STAFF:
                answers = [clients[role].get(url, {"cohort": "northfield-2026"})] if row.get is not None else []
                answers += [clients[role].post(url)] if row.post is not None and role == "sam" else []
                for answer in answers:
                    asked += 1
                    told += [(row.name, role, word) for word in _tells(answer, words)]
                    told += leaks(row.name, role, answer)
            transaction.set_rollback(True)
    assert [one for one in told if one[0] not in OF_ACCOUNTS] == []
    assert asked > 600
