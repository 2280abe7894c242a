"""Each page of the access table, asked for again and again in a small scheme and in a large one."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mentoring.lib import memory
from tests.bench.pages.scheme import fill
from tests.factories import NOW, build_northfield, match_priya
from tests.house.access import Row, World, every_row
from tests.house.conditions import lookers

# Who sees most: the manager sees the whole scheme, sam a faculty of it.
FIRST = "dr_lee"
NO_PAGES = {"health", "styleguide"}


@dataclass(frozen=True)
class Page:
    """One page as one reader gets it: its questions to the database, and the milliseconds of each time."""

    name: str
    role: str
    queries: int
    wall: list[float]
    cpu: list[float]


def pages(mentees: int, times: int, only: str = "") -> list[dict[str, Any]]:
    """Every page, ``times`` times, in a scheme of so many mentees, which is made in the database of the settings."""
    settings.DEBUG = False  # which would keep every query
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    with time_machine.travel(NOW, tick=True):
        northfield = build_northfield()
        world = World(northfield, match_priya(northfield))
        made = fill(northfield, mentees)
        _statistics()
        memory.settle()  # as the server does
        rows = [row for row in every_row() if row.get and row.name not in NO_PAGES and only in row.name]
        return [asdict(page) for row in rows for page in _of_row(row, world, made, times)]


def _statistics() -> None:
    """What the planner of a database that has been running for a while knows."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _of_row(row: Row, world: World, made: dict[str, Any], times: int) -> Iterator[Page]:
    with transaction.atomic():
        here = World(world.northfield, world.matches, dict(made))
        if row.prepare:
            row.prepare(here)
        path = reverse(row.name, kwargs=row.arguments(here))
        for role in _readers(row):
            yield _page(row.name, role, path, here, times)
        transaction.set_rollback(True)


def _readers(row: Row) -> Sequence[str]:
    let_in = row.get or frozenset()
    return list(dict.fromkeys([*([FIRST] if FIRST in let_in else []), *lookers(let_in)]))


def _page(name: str, role: str, path: str, world: World, times: int) -> Page:
    client = Client()
    if role != "anonymous":
        client.force_login(world.northfield.people[role])
    client.get(path)  # what a process reads once
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    queries = len(seen)  # now: the next request forgets them
    assert answer.status_code in {200, 302, 410}, (name, role, answer.status_code)
    wall, cpu = [], []
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        client.get(path)
        cpu.append(round(1000 * (time.process_time() - worked), 1))
        wall.append(round(1000 * (time.perf_counter() - began), 1))
    return Page(name, role, queries, wall, cpu)
