"""What every test stands on: its own data folder and databases, a fixed clock, no network, no real mail.

The environment is set before the settings are read, which is why both are done here, at import.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import django
import hypothesis
import pytest
import time_machine
from celery.app.task import Task
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import translation

from tests import environment

DATA = tempfile.mkdtemp(prefix="mentoring-test-")
environment.prepare(DATA, worker=os.environ.get("PYTEST_XDIST_WORKER", ""))
if django_settings.configured:
    pytest.exit("Unset DJANGO_SETTINGS_MODULE: the tests choose their own settings and databases.")
django.setup()
# A process of xdist must read this file before its settings, as we did.
os.environ.pop("DJANGO_SETTINGS_MODULE", None)

from django.db.backends.postgresql.operations import DatabaseOperations as PostgresqlOperations  # noqa: E402
from django.db.backends.sqlite3.base import DatabaseOperations  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.sessions import begin  # noqa: E402
from schemes.models import Appointment  # noqa: E402
from schemes.states import Role  # noqa: E402
from tests.factories import Match, Northfield, UserFactory, build_northfield, match_priya  # noqa: E402
from tests.trail import watching_requests, watching_tasks  # noqa: E402

# The same examples each time, on however busy a machine.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")

# A Monday morning in week 3 of the autumn term.
NOW = datetime(2026, 10, 12, 9, 0, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """The clock stands still at NOW; `clock.move_to(…)` and `clock.shift(…)` move it."""
    if request.node.get_closest_marker("real_clock"):
        yield None
        return
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits and the like never leak from one test into the next."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """A page that was asked for in Welsh leaves this thread in Welsh: not the next test."""
    yield
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture
def northfield(db: None) -> Northfield:
    """The university of every test, with its cast, unmatched."""
    return build_northfield()


@pytest.fixture
def manager(northfield: Northfield) -> User:
    """A manager of the whole scheme, who is nothing else."""
    user: User = UserFactory()
    unit = northfield.university
    Appointment.objects.create(scheme=northfield.scheme, user=user, role=Role.MANAGER, unit=unit, starts_on=NOW.date())
    return user


@pytest.fixture
def matched(northfield: Northfield) -> dict[str, Match]:
    """priya's matches with aisha, ben and chidi, by mentee's name."""
    return match_priya(northfield)


REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;"
NO_DELETE = {
    "audit_no_delete": ("accounts_auditentry", "at"),
    "seal_no_delete": ("accounts_auditlink", "entry_at"),
}


@pytest.fixture(autouse=True, scope="session")
def _flushing_spares_the_trail() -> Iterator[None]:
    """Emptying the tables between tests is not a change to the trail: the flush leaves its triggers aside."""
    flush, flush_postgresql = DatabaseOperations.sql_flush, PostgresqlOperations.sql_flush

    def sql_flush(self, style, tables, **kwargs):
        off = [f"DROP TRIGGER IF EXISTS {name};" for name in NO_DELETE]
        on = [
            f"CREATE TRIGGER {name} BEFORE DELETE ON {table} WHEN OLD.{at} >= datetime('now', '-730 days') {REFUSE}"
            for name, (table, at) in NO_DELETE.items()
        ]
        return [*off, *flush(self, style, tables, **kwargs), *on]

    def sql_flush_postgresql(self, style, tables, **kwargs):
        aside, back = (f"SET LOCAL session_replication_role = {role};" for role in ("replica", "origin"))
        return [aside, *flush_postgresql(self, style, tables, **kwargs), back]

    DatabaseOperations.sql_flush, PostgresqlOperations.sql_flush = sql_flush, sql_flush_postgresql
    yield
    DatabaseOperations.sql_flush, PostgresqlOperations.sql_flush = flush, flush_postgresql


@pytest.fixture(autouse=True, scope="session")
def _every_write_leaves_an_entry() -> Iterator[None]:
    """Each request of every test also proves that a GET changes nothing and that a POST, or a task, is on the trail."""
    request, run = Client.request, Task.__call__
    Client.request, Task.__call__ = watching_requests(request), watching_tasks(run)
    yield
    Client.request, Task.__call__ = request, run


@pytest.fixture(autouse=True, scope="session")
def _whoever_is_signed_in_has_begun() -> Iterator[None]:
    """`force_login` notes when the session began, as signing in does, so that the first page need not."""
    force_login = Client.force_login

    def signed_in(self: Client, *args, **kwargs) -> None:
        force_login(self, *args, **kwargs)
        session = self.session
        begin(session, timezone.now().timestamp())
        session.save()

    Client.force_login = signed_in
    yield
    Client.force_login = force_login


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the second database only what asks a database is run again."""
    if os.environ.get("MENTORING_SECOND_ROUND") != "1":
        return
    asking = [item for item in items if _asks_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
    items[:] = asking


def _asks_a_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("once"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(
        fixtures & {"db", "transactional_db", "live_server", "django_db_setup"}
    )


def pytest_unconfigure() -> None:
    shutil.rmtree(DATA, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Failures of `manage.py test`'s other checks are said again here, and count in the closing line."""
    for name in filter(None, os.environ.get("MENTORING_FAILED_CHECKS", "").split("|")):
        report = pytest.TestReport(
            f"manage.py test: {name}",
            ("manage.py", None, name),
            {},
            "failed",
            "see its output above",
            "setup",
        )
        terminalreporter.stats.setdefault("error", []).append(report)
