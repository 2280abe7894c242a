"""Everything in the database into one locked file, and back into an empty place.

Left out: sessions, what `migrate` makes by itself, and Django's own log of the back office (ours is kept). Files are
not in it: uploads are gone in a day, copies in a week, and both can be asked for again.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import Erased, User
from accounts.services import record_each
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState
from mentoring.protection.services.erasing import erase_again
from mentoring.protection.vault import BadBackup, head_of, lock, unlock

LEFT_OUT = {"contenttypes.ContentType", "auth.Permission", "auth.Group", "sessions.Session", "admin.LogEntry"}
BATCH = 500
RESTORED = "restored from a backup: perhaps sent"
OPEN = (MessageState.DUE, MessageState.CLAIMED, MessageState.HANDING)


def kept_models() -> list[type[models.Model]]:
    """What a backup holds, in a fixed order."""
    found = [model for model in apps.get_models() if model._meta.label not in LEFT_OUT and not model._meta.proxy]
    return sorted(found, key=lambda model: model._meta.label)


def migrations_now() -> list[list[str]]:
    """The migrations that the database has, which a restore must have as well."""
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def back_up(path: Path, *, public_key: bytes, now: datetime) -> dict[str, int]:
    """Write a backup in one consistent view of the database; rows by model."""
    counts: dict[str, int] = {}
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        head = {"made_at": now.isoformat(), "migrations": migrations_now()}
        lock(path, _lines(counts), public_key=public_key, head=head)
    return counts


def _lines(counts: dict[str, int]) -> Iterator[str]:
    """A line a row, and after each model a line with its count and checksum."""
    for model in kept_models():
        label, seen, digest = model._meta.label, 0, hashlib.sha256()
        for row in model._base_manager.order_by("pk").iterator(chunk_size=BATCH):
            line = serializers.serialize("jsonl", [row]).strip()
            digest.update(line.encode())
            seen += 1
            yield line
        counts[label] = seen
        yield json.dumps({"end": label, "rows": seen, "sha256": digest.hexdigest()})


def write_erased(path: Path) -> int:
    """The keys of everybody who was erased, to lie beside the backups: a restore erases them again. No other word."""
    keys = list(Erased.objects.order_by("pk").values("person_key", "marks", "erased_at"))
    path.write_text(json.dumps(keys, default=str))
    return len(keys)


def restore(path: Path, *, private_key: bytes, erased: Path | None, now: datetime) -> dict[str, int]:
    """Read a backup into an empty database, all or nothing; rows by model.

    Whoever was erased since is erased again, and what was owed is held: it may have been sent after the backup was
    made, so it becomes *uncertain* and a coordinator decides. Raises ``BadBackup``.
    """
    _hold_empty()
    if head_of(path)["migrations"] != migrations_now():
        raise BadBackup("The backup was made by another version. Restore it with that version, then upgrade.")
    counts: dict[str, int] = {}
    with transaction.atomic():
        for model, rows in _groups(unlock(path, private_key=private_key), counts):
            _put(model, rows)
        if missing := {model._meta.label for model in kept_models()} - set(counts):
            raise BadBackup(f"The backup lacks {min(missing)}.")
        connection.check_constraints()
        _renew_sequences()
        _hold_messages(now)
        if erased is not None:
            _know_erased(erased)
        erase_again(now)
    return counts


def _hold_empty() -> None:
    if User.objects.exists():
        raise BadBackup("There are people here already. A backup is restored into an empty place.")


def _groups(lines: Iterable[str], counts: dict[str, int]) -> Iterator[tuple[type[models.Model], list[Any]]]:
    """Batches of rows of one model; each model's count and checksum are held at its end."""
    digest, seen, batch = hashlib.sha256(), 0, []
    for line in lines:
        told = json.loads(line)
        if "end" not in told:
            digest.update(line.encode())
            seen += 1
            batch.append(line)
        if batch and ("end" in told or len(batch) == BATCH):
            rows = list(serializers.deserialize("jsonl", "\n".join(batch)))
            yield type(rows[0].object), rows
            batch = []
        if "end" in told:
            if (told["rows"], told["sha256"]) != (seen, digest.hexdigest()):
                raise BadBackup(f"{told['end']} is not what it was when the backup was made.")
            counts[told["end"]] = seen
            digest, seen = hashlib.sha256(), 0


def _put(model: type[models.Model], rows: list[Any]) -> None:
    model._base_manager.bulk_create([row.object for row in rows], batch_size=BATCH)
    for row in rows:
        for name, others in (row.m2m_data or {}).items():
            getattr(row.object, name).set(others)


def _renew_sequences() -> None:
    """PostgreSQL goes on counting after the highest key."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)


def _hold_messages(now: datetime) -> None:
    owed = list(Message.objects.filter(state__in=OPEN))
    Message.objects.filter(pk__in=[message.pk for message in owed]).update(
        state=MessageState.UNCERTAIN, reason=RESTORED, lease_until=None
    )
    record_each(verb="message held after a restore", objs=owed, by=None, now=now, fields=["state", "reason"])


def _know_erased(path: Path) -> None:
    """Take in who was erased after the backup was made."""
    try:
        told = json.loads(path.read_text())
        rows = [(int(row["person_key"]), list(row["marks"]), row["erased_at"]) for row in told]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BadBackup("The list of erased people cannot be read.") from problem
    for key, marks, at in rows:
        Erased.objects.get_or_create(person_key=key, defaults={"marks": marks, "erased_at": datetime.fromisoformat(at)})
