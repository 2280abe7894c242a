"""A database role that adds to the trail and cannot change it (PostgreSQL)."""

import io
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEntry
from accounts.sealing import drop_old, seal
from accounts.services import record
from mentoring.protection.management.commands.audit_role import sql_for
from schemes.models import Scheme
from tests.factories import NOW, Northfield

ROLE = "mentoring_app_of_the_tests"


def test_it_prints_what_the_owner_runs() -> None:
    out = io.StringIO()
    call_command("audit_role", stdout=out)
    assert (
        "REVOKE UPDATE, DELETE, TRUNCATE ON accounts_auditentry, accounts_auditlink FROM mentoring_app;"
        in out.getvalue()
    )
    with pytest.raises(CommandError):
        call_command("audit_role", "x; DROP TABLE accounts_user")


@pytest.fixture
def role(northfield: Northfield) -> Iterator[str]:
    """The rest of the test's transaction runs as that role."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    with connection.cursor() as cursor:
        cursor.execute(sql_for(ROLE))
        cursor.execute(sql_for(ROLE))
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield ROLE
        cursor.execute("RESET ROLE")


def test_the_role_works_and_cannot_touch_the_trail(northfield: Northfield, role: str) -> None:
    entry = record(verb="tried", obj=northfield.cohort, by=northfield.sam, now=NOW)
    assert seal(now=NOW) > 0
    Scheme.objects.update(name="Renamed")
    drop_old()  # what is two years old may go, by the owner's function alone
    for statement in (
        "UPDATE accounts_auditentry SET verb = 'never'",
        "DELETE FROM accounts_auditentry",
        "DELETE FROM accounts_auditentry WHERE at < now() - interval '800 days'",
        "TRUNCATE accounts_auditentry CASCADE",
        "UPDATE accounts_auditlink SET chain = ''",
        "DELETE FROM accounts_auditlink",
        "TRUNCATE accounts_auditlink",
        "ALTER TABLE accounts_auditentry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_no_update ON accounts_auditentry",
        "SET session_replication_role = replica",
        "DROP FUNCTION audit_drop_old()",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert AuditEntry.objects.get(pk=entry.pk).verb == "tried"


def test_even_the_owner_cannot_empty_the_trail_in_passing(northfield: Northfield) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE accounts_auditentry")
