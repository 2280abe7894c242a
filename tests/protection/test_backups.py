"""A backup that its machine cannot read, restored into an empty place: the same rows, and nothing sent."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import AuditEntry, User
from mentoring.contacts.models import Contact
from mentoring.matching.models import Match as MatchRow
from mentoring.messaging.models import Message
from mentoring.protection.services import erase
from mentoring.protection.services.backups import RESTORED, back_up, kept_models, restore, write_erased
from mentoring.protection.vault import BadBackup, lock, new_keys, unlock
from tests.factories import NOW, Match, Northfield
from tests.protection.canaries import PREFIX, plant

PUBLIC, PRIVATE = new_keys()


def _rows() -> dict[str, list[Any]]:
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in kept_models()}


ASIDE = {
    "postgresql": ["SET CONSTRAINTS ALL IMMEDIATE", "SET LOCAL session_replication_role = replica"],
    "sqlite": ["DROP TRIGGER audit_no_delete", "DROP TRIGGER seal_no_delete", "PRAGMA defer_foreign_keys = ON"],
}
BACK = {"postgresql": ["SET LOCAL session_replication_role = origin", "SET CONSTRAINTS ALL DEFERRED"], "sqlite": []}


def _emptied() -> None:
    """As after `migrate`, within the test's own transaction: triggers and links stand aside for that."""
    links = [field.m2m_db_table() for model in kept_models() for field in model._meta.local_many_to_many]
    tables = [*links, "django_admin_log", *(model._meta.db_table for model in kept_models())]
    emptying = [f'DELETE FROM "{table}"' for table in tables]  # noqa: S608
    with connection.cursor() as cursor:
        for statement in [*ASIDE[connection.vendor], *emptying, *BACK[connection.vendor]]:
            cursor.execute(statement)


@pytest.fixture
def full(northfield: Northfield, matched: dict[str, Match]) -> Northfield:
    plant(northfield.aisha, northfield)
    Contact.objects.get().matches.set(matched.values())
    return northfield


def test_what_was_backed_up_comes_back_to_the_letter(full: Northfield, tmp_path: Path) -> None:
    Message.objects.all().delete()
    file = tmp_path / "one.backup"
    counts = back_up(file, public_key=PUBLIC, now=NOW)
    before = _rows()
    assert counts["accounts.User"] == len(before["accounts.User"]) > 10
    _emptied()
    assert restore(file, private_key=PRIVATE, erased=None, now=NOW) == counts
    assert _told(_rows()) == _told(before)
    assert Contact.objects.get().matches.count() == 3


def _told(rows: dict[str, list[Any]]) -> dict[str, str]:
    return {label: json.dumps(each, default=str) for label, each in rows.items()}


@pytest.mark.abuse(6)
def test_backup_holds_nothing_readable(full: Northfield, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    back_up(file, public_key=PUBLIC, now=NOW)
    told = file.read_bytes()
    assert PREFIX.encode() not in told
    assert full.aisha.email.encode() not in told
    assert [path.name for path in tmp_path.iterdir()] == ["one.backup"]


def test_what_was_owed_is_held_and_never_sent_blindly(full: Northfield, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    owed = Message.objects.filter(state="due").count()
    assert owed
    back_up(file, public_key=PUBLIC, now=NOW)
    _emptied()
    restore(file, private_key=PRIVATE, erased=None, now=NOW)
    held = Message.objects.filter(state="uncertain", reason=RESTORED)
    assert held.count() == owed
    assert not Message.objects.filter(state="due").exists()
    assert AuditEntry.objects.filter(verb="message held after a restore").count() == owed


def test_who_was_erased_since_is_erased_again(full: Northfield, tmp_path: Path) -> None:
    file, list_of = tmp_path / "one.backup", tmp_path / "erased.json"
    back_up(file, public_key=PUBLIC, now=NOW)
    erase(person=full.aisha, by=None, now=NOW)
    assert write_erased(list_of) == 1
    assert "aisha" not in list_of.read_text()
    _emptied()
    restore(file, private_key=PRIVATE, erased=list_of, now=NOW)
    assert User.objects.get(pk=full.aisha.pk).given_name == ""
    assert MatchRow.objects.filter(mentee__user=full.aisha).exclude(state="ended").count() == 0


def test_a_place_with_people_is_refused(full: Northfield, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    back_up(file, public_key=PUBLIC, now=NOW)
    with pytest.raises(BadBackup, match="empty place"):
        restore(file, private_key=PRIVATE, erased=None, now=NOW)


@pytest.mark.django_db
@pytest.mark.abuse(6)
def test_a_wrong_key_a_cut_and_a_change_are_refused_and_leave_nothing(tmp_path: Path, northfield: Northfield) -> None:
    file = tmp_path / "one.backup"
    back_up(file, public_key=PUBLIC, now=NOW)
    lines = file.read_text().splitlines()
    cut, changed = tmp_path / "cut", tmp_path / "changed"
    cut.write_text("\n".join(lines[:-2]))
    changed.write_text("\n".join([lines[0], lines[1][:-9] + "AAAAAAA==", *lines[2:]]))
    _emptied()
    for path, key in ((file, new_keys()[1]), (cut, PRIVATE), (changed, PRIVATE), (tmp_path / "none", PRIVATE)):
        with pytest.raises(BadBackup), transaction.atomic():
            restore(path, private_key=key, erased=None, now=NOW)
    assert not User.objects.exists()


def test_a_backup_of_another_version_is_refused(northfield: Northfield, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    lock(file, [], public_key=PUBLIC, head={"made_at": "", "migrations": [["accounts", "0001_initial"]]})
    _emptied()
    with pytest.raises(BadBackup, match="another version"):
        restore(file, private_key=PRIVATE, erased=None, now=NOW)


@pytest.mark.parametrize("lines", [[], ["one"], [f"line {n} {'x' * 300}" for n in range(5_000)]], ids=len)
def test_lines_come_back_as_they_went_in(lines: list[str], tmp_path: Path) -> None:
    lock(tmp_path / "a", lines, public_key=PUBLIC, head={})
    assert list(unlock(tmp_path / "a", private_key=PRIVATE)) == lines


def test_commands_make_keys_back_up_and_say_what_is_wrong(northfield: Northfield, tmp_path: Path) -> None:
    said = io.StringIO()
    call_command("backup", tmp_path, "--new-keys", stdout=said)
    with pytest.raises(CommandError, match="already"):
        call_command("backup", tmp_path, "--new-keys", stdout=said)
    with pytest.raises(CommandError, match="which key"):
        call_command("backup", tmp_path, stdout=said)
    call_command("backup", tmp_path, "--public-key", tmp_path / "backup-public.pem", stdout=said)
    file = next(tmp_path.glob("*.backup"))
    assert (tmp_path / "erased.json").exists()
    with pytest.raises(CommandError, match="empty place"):
        call_command("restore", file, "--private-key", tmp_path / "backup-private.pem", stdout=said)
    assert (tmp_path / "backup-private.pem").stat().st_mode & 0o077 == 0
