"""Rewriting encrypted fields under the newest key while the product runs.

Every process reads with all keys and writes with the first. So: put the new key first everywhere, restart, rewrite,
and take the old one away once nothing lies under it. Stopped half-way it is simply run again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, models, transaction

from accounts.encryption import CannotDecrypt, EncryptedTextField, id_of_token, key_id, mark_key, rotated
from accounts.models import FieldKey
from accounts.services import record
from mentoring.credentials.sealing import opened, sealed, secrets_in, with_secrets
from mentoring.protection.models import DataCopy

FILES = "protection.DataCopy.file"
SECOND_STEPS = "mfa.Authenticator.data"


@dataclass
class Tally:
    """What a look at every encrypted value found: how many under which key, how many rewritten, which nobody opens."""

    under: Counter[str] = field(default_factory=Counter)
    rewritten: Counter[str] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)

    def see(self, token: bytes, where: str, key: Any) -> str | None:
        """Note a value's key, and give its id."""
        found = id_of_token(token)
        if found is None:
            self.unreadable.append(f"{where} {key}")
        else:
            self.under[found] += 1
        return found

    @property
    def is_clean(self) -> bool:
        """Whether everything can be read, and lies under the newest key."""
        return not self.unreadable and set(self.under) <= {newest()}


def newest() -> str:
    """The id of the key that encrypts."""
    return key_id(settings.FIELD_KEYS[0])


def encrypted_fields() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Every encrypted column there is, in a fixed order."""
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        for one in model._meta.local_concrete_fields:
            if isinstance(one, EncryptedTextField):
                yield model, one


def look(*, batch: int = 500) -> Tally:
    """Count what lies under which key, and change nothing."""
    tally = Tally()
    for model, one in encrypted_fields():
        for rows in _batches(model, one, batch):
            for key, token in rows:
                tally.see(token.encode(), f"{model._meta.label}.{one.name}", key)
    for step in Authenticator.objects.order_by("pk").iterator(chunk_size=batch):
        for secret in secrets_in(step.data):
            tally.see(secret.encode(), SECOND_STEPS, step.pk)
    for copy in _copies():
        tally.see(_sealed(copy), FILES, copy.pk)
    return tally


def rotate(*, now: datetime, batch: int = 500, told: Callable[[str, int], None] = lambda name, count: None) -> Tally:
    """Rewrite what does not lie under the newest key, ``batch`` rows a transaction; then look again.

    ``told`` hears after each batch which column it was and how many of it are rewritten. Keys under which
    nothing lies any more are retired. Raises ``ImproperlyConfigured`` without a usable key.
    """
    know_keys(now)
    done = Tally()
    for model, one in encrypted_fields():
        name = f"{model._meta.label}.{one.name}"
        for rows in _batches(model, one, batch):
            with transaction.atomic():
                done.rewritten[name] += sum(_rewrite(model, one, key, token, done) for key, token in rows)
            told(name, done.rewritten[name])
    done.rewritten[SECOND_STEPS] = sum(_rewrite_step(key) for key in Authenticator.objects.values_list("pk", flat=True))
    done.rewritten[FILES] = sum(_rewrite_file(copy) for copy in _copies())
    after = look(batch=batch)
    after.rewritten = +done.rewritten
    _note(after, now)
    return after


def _batches(model: type[models.Model], one: models.Field, size: int) -> Iterator[list[tuple[Any, str]]]:
    """(key, stored text) of the rows that hold something, as the database has them."""
    table, column, key = _quoted(model, one)
    some = f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL AND {column} <> ''"  # noqa: S608
    rows: list[tuple[Any, str]] = []
    while True:
        with connection.cursor() as cursor:
            after, given = (f" AND {key} > %s", [rows[-1][0]]) if rows else ("", [])
            cursor.execute(f"{some}{after} ORDER BY {key} LIMIT {int(size)}", given)
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows


def _quoted(model: type[models.Model], one: models.Field) -> tuple[str, str, str]:
    """The names of the table, the column and the key, as SQL has them."""
    own = model._meta.pk
    names = (model._meta.db_table, one.column, own.column if own else "id")
    table, column, key = (connection.ops.quote_name(str(name)) for name in names)
    return table, column, key


def _rewrite(model: type[models.Model], one: models.Field, key: Any, token: str, tally: Tally) -> bool:
    """Rewrite one value unless somebody has written another one meanwhile; whether it was."""
    found = tally.see(token.encode(), f"{model._meta.label}.{one.name}", key)
    if found is None or found == newest():
        return False
    table, column, pk = _quoted(model, one)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE {pk} = %s AND {column} = %s",  # noqa: S608
            [rotated(token.encode()).decode(), key, token],
        )
        return bool(cursor.rowcount)


@transaction.atomic
def _rewrite_step(key: int) -> bool:
    """Rewrite the secrets of one second step, or encrypt what the release before left plain; whether it was needed.

    The row is locked: a recovery code that is used meanwhile stays used.
    """
    step = Authenticator.objects.select_for_update().filter(pk=key).first()
    if step is None or all(id_of_token(each.encode()) == newest() for each in secrets_in(step.data)):
        return False
    try:
        step.data = with_secrets(step.data, lambda text: sealed(opened(text)))
    except CannotDecrypt:
        return False  # the look afterwards names it
    step.save(update_fields=["data"])
    return True


def _copies() -> list[DataCopy]:
    found = DataCopy.objects.exclude(file="").order_by("pk")
    return [copy for copy in found if copy.file.storage.exists(str(copy.file.name))]


def _sealed(copy: DataCopy) -> bytes:
    with copy.file.open("rb") as kept:
        return bytes(kept.read())


def _rewrite_file(copy: DataCopy) -> bool:
    """A new file beside the old one, then the row, then the old one goes: a stop between leaves both readable."""
    sealed = _sealed(copy)
    if id_of_token(sealed) in {newest(), None}:
        return False
    old, storage = str(copy.file.name), copy.file.storage
    copy.file.save(old.rsplit("/", 1)[-1], ContentFile(rotated(sealed)), save=False)
    afresh = str(copy.file.name)
    if not DataCopy.objects.filter(pk=copy.pk, file=old).update(file=afresh):
        storage.delete(afresh)  # it was forgotten meanwhile
        return False
    storage.delete(old)
    return True


def know_keys(now: datetime) -> None:
    """Have the database know the keys at hand by their ids; doing so again changes nothing."""
    known = set(FieldKey.objects.filter(retired_at=None).values_list("key_id", flat=True))
    for key in settings.FIELD_KEYS:
        if key_id(key) in known:
            continue
        with transaction.atomic():
            made, _new = FieldKey.objects.update_or_create(
                key_id=key_id(key),
                defaults={"retired_at": None},
                create_defaults={"mark": mark_key(key), "first_used_at": now},
            )
            record(verb="field key in use", obj=made, by=None, now=now, fields=["key_id"])


@transaction.atomic
def _note(tally: Tally, now: datetime) -> None:
    """Put the rotation on the trail, and retire the keys under which nothing lies."""
    current = FieldKey.objects.get(key_id=newest())
    record(verb="fields rewritten", obj=current, by=None, now=now, fields=tally.rewritten)
    if not tally.is_clean:
        return
    for old in FieldKey.objects.filter(retired_at=None).exclude(pk=current.pk):
        old.retired_at = now
        old.save(update_fields=["retired_at"])
        record(verb="field key retired", obj=old, by=None, now=now, fields=["retired_at"])
