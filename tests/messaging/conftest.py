"""One university, one cohort, and a letter that tests can owe."""

import socket
from collections.abc import Iterator
from datetime import date, datetime
from types import SimpleNamespace

import pytest

from accounts.models import Institution, User
from accounts.services import create_institution, create_person
from mentoring.messaging.letters import LETTERS, Content, Letter
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from schemes.models import Cohort
from schemes.services import TermDates, add_unit, open_cohort, start_scheme
from tests.messaging.sink import Sink, SinkServer


@pytest.fixture
def university(db, now: datetime) -> Institution:
    return create_institution(name="Northfield", slug="nf", domains=["northfield.ac.uk"], by=None, now=now)


@pytest.fixture
def aisha(university: Institution, now: datetime) -> User:
    return _person(university, "aisha", now)


@pytest.fixture
def priya(university: Institution, now: datetime) -> User:
    return _person(university, "priya", now)


@pytest.fixture
def cohort(university: Institution, priya: User, now: datetime) -> Cohort:
    unit = add_unit(
        institution=university, kind="university", name="Northfield", code="nf", parent=None, by=None, now=now
    )
    scheme = start_scheme(
        unit=unit, name="Peer mentoring", slug="peer", blueprint_key="transition-plus",
        lead=priya, by=None, now=now, today=now.date(),
    )  # fmt: skip
    term = TermDates(year=0, number=1, first=date(2026, 9, 21), last=date(2026, 12, 11))
    return open_cohort(scheme=scheme, name="2026/27", slug="peer-2026", terms=[term], by=None, now=now)


@pytest.fixture
def letter() -> Iterator[SimpleNamespace]:
    """A letter "test.letter"; set ``.content`` to None to make it unwanted, ``.urgency`` is normal."""
    box = SimpleNamespace(
        name="test.letter",
        content=Content(subject="One thing", paragraphs=("Hello.",), why="You are in a test."),
        composed=0,
    )

    def compose(message: Message) -> Content | None:
        box.composed += 1
        return box.content(message) if callable(box.content) else box.content

    LETTERS[box.name] = Letter(name=box.name, urgency=Urgency.NORMAL, compose=compose, title="A test")
    yield box
    del LETTERS[box.name]


def _person(university: Institution, name: str, now: datetime) -> User:
    return create_person(
        institution=university, email=f"{name}@northfield.ac.uk", given_name=name.title(), by=None, now=now
    )


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A real SMTP server, and the settings that lead to it."""
    sink = Sink()
    server = SinkServer(sink)
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    yield sink
    server.stop()


@pytest.fixture
def unused_port() -> int:
    """A port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
