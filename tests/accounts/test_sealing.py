"""The seals of the audit trail: what was edited, removed or inserted behind the product's back is named."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEntry, AuditLink
from accounts.sealing import OLD, drop_old, inspect, seal
from accounts.services import record
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.protection.models import TrailAnchor
from mentoring.protection.tasks import sweep
from tests.factories import NOW, Northfield

OFF = {
    "sqlite": [f"DROP TRIGGER {name}" for name in ("audit_no_update", "audit_no_delete", "seal_no_delete")],
    "postgresql": ["SET LOCAL session_replication_role = replica"],
}


@contextmanager
def as_the_hosts_administrator() -> Iterator[Any]:
    """Somebody with every right on the database, triggers and all."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in OFF[connection.vendor]:
            cursor.execute(statement)
        yield cursor


@pytest.fixture
def entries(northfield: Northfield) -> list[AuditEntry]:
    """Three more entries, an hour apart; all is sealed after each."""
    made = []
    for hours in (0, 2, 4):
        now = NOW + timedelta(hours=hours)
        made.append(record(verb="tried", obj=northfield.cohort, by=northfield.sam, now=now, fields=["name"]))
        seal(now=now + timedelta(minutes=5))
    return made


def _verify(*arguments: str) -> str:
    out = io.StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


def test_everything_is_sealed_once_and_holds(entries: list[AuditEntry]) -> None:
    assert seal(now=NOW + timedelta(hours=5)) == 0
    assert AuditLink.objects.count() == AuditEntry.objects.count()
    assert list(AuditLink.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, AuditEntry.objects.count() + 1)
    )
    assert inspect(NOW + timedelta(hours=5)).findings == []
    assert "The trail holds." in _verify()


def test_each_way_of_tampering_is_named_with_its_entry(entries: list[AuditEntry]) -> None:
    first, second, third = (entry.pk for entry in entries)
    with as_the_hosts_administrator() as cursor:
        cursor.execute("UPDATE accounts_auditentry SET verb = 'never' WHERE id = %s", [first])
        cursor.execute("DELETE FROM accounts_auditentry WHERE id = %s", [second])
        cursor.execute(
            "INSERT INTO accounts_auditentry (at, verb, object_type, object_id, fields) "
            "VALUES (%s, 'slipped in', 'x.y', '1', '[]')",
            [NOW - timedelta(hours=3)],
        )
    slipped = AuditEntry.objects.get(verb="slipped in").pk
    with pytest.raises(CommandError) as told:
        _verify("--seal")
    for words in (f"entry {first}: edited", f"entry {second}: removed", f"entry {slipped}: inserted"):
        assert words in str(told.value)
    assert f"entry {third}" not in str(told.value)
    with pytest.raises(CommandError, match=f"entry {slipped}: inserted"):  # sealing it does not make it good
        _verify()


def test_whoever_rewrites_trail_and_chain_is_found_by_an_anchor(entries: list[AuditEntry], tmp_path: Path) -> None:
    kept = tmp_path / "anchors"
    kept.write_text(
        "\n".join(f"log line: audit {line}" for line in _verify().splitlines() if line.startswith("anchor"))
    )
    with as_the_hosts_administrator() as cursor:
        cursor.execute("UPDATE accounts_auditentry SET verb = 'never' WHERE id = %s", [entries[0].pk])
        cursor.execute("DELETE FROM accounts_auditlink")
    seal(now=NOW + timedelta(hours=4, minutes=5))
    assert "The trail holds." in _verify()
    with pytest.raises(CommandError, match="the chain is another"):
        _verify("--anchors", str(kept))
    with pytest.raises(CommandError, match="no anchor"):
        _verify("--anchor", "7:x")


@pytest.mark.parametrize("statement", ["UPDATE accounts_auditlink SET chain = ''", "DELETE FROM accounts_auditlink"])
def test_seals_cannot_be_changed_through_the_database(entries: list[AuditEntry], statement: str) -> None:
    young = NOW.replace(year=2126)  # by the database's own clock
    record(verb="tried", obj=entries[0], by=None, now=young)
    seal(now=young)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_look_at_everything_finds_what_committed_very_late(entries: list[AuditEntry], monkeypatch: Any) -> None:
    with as_the_hosts_administrator() as cursor:
        cursor.execute("DELETE FROM accounts_auditlink WHERE entry_key = %s", [entries[0].pk])
    monkeypatch.setattr("accounts.sealing.RECENT", 0)
    assert seal(now=NOW) == 0
    assert seal(now=NOW, everything=True) == 1


def test_two_years_go_from_trail_and_chain_and_the_rest_holds(entries: list[AuditEntry]) -> None:
    """By the database's own clock: entries of 2020, then of 2126."""
    with as_the_hosts_administrator() as cursor:
        cursor.execute("DELETE FROM accounts_auditlink")
        cursor.execute("DELETE FROM accounts_auditentry")
        for statement in ("SET LOCAL session_replication_role = origin",) if connection.vendor == "postgresql" else ():
            cursor.execute(statement)
    at = [datetime(2020, 1, day, tzinfo=NOW.tzinfo) for day in (1, 2)] + [NOW.replace(year=2126)]
    for each in at:
        record(verb="tried", obj=entries[0], by=None, now=each)
    seal(now=at[-1])
    drop_old()
    assert AuditEntry.objects.count() == AuditLink.objects.count() == 1
    assert AuditLink.objects.get().number == 3
    assert inspect(at[-1] + timedelta(days=1)).findings == []
    assert set(OLD) == {"sqlite", "postgresql"}


def test_the_day_leaves_an_anchor_in_log_and_letter_and_says_when_it_does_not_hold(
    entries: list[AuditEntry], settings: Any, caplog: pytest.LogCaptureFixture, clock: Any
) -> None:
    settings.AUDIT_ANCHOR_EMAIL = "vault@northfield.ac.uk"
    clock.shift(timedelta(hours=6))
    sweep.apply(throw=True)
    sweep.apply(throw=True)
    anchor = TrailAnchor.objects.get()
    assert (anchor.findings, f"audit anchor {anchor}" in caplog.text) == (0, True)
    letter = Message.objects.get(letter="protection.anchor")
    content = LETTERS["protection.anchor"].compose(letter)
    assert (letter.address, content.quote if content else "") == ("vault@northfield.ac.uk", str(anchor))
    assert "The trail holds." in _verify("--anchor", str(anchor))
    with as_the_hosts_administrator() as cursor:
        cursor.execute("UPDATE accounts_auditentry SET verb = 'never' WHERE id = %s", [entries[1].pk])
    clock.shift(timedelta(hours=25))
    sweep.apply(throw=True)
    assert TrailAnchor.objects.latest("made_at").findings == 1
    assert Message.objects.filter(letter="protection.anchor", recipient__given_name="Alex").count() == 1
    assert f"entry {entries[1].pk}: edited" in caplog.text
