"""Fields encrypted at rest with a key that the database does not hold.

Fernet (AES-128-CBC with HMAC-SHA256) through ``cryptography``'s MultiFernet: the first key
encrypts, every key decrypts, so keys rotate while the product runs (``manage.py rotate_keys``).
A missing or wrong key fails closed. Nothing can be searched by such a field.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models


class CannotDecrypt(Exception):
    """The stored value was not written with any of the keys at hand."""


@lru_cache(maxsize=16)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    if not any(keys):
        raise ImproperlyConfigured("MENTORING_FIELD_KEYS is empty: confidential fields cannot be kept.")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured("MENTORING_FIELD_KEYS holds something that is not a Fernet key.") from error


def _current() -> MultiFernet:
    return _cipher(tuple(settings.FIELD_KEYS))


def key_id(key: str) -> str:
    """What a key is called where it may be named: in the database, in reports. It tells nothing of the key."""
    return hashlib.sha256(f"id of {key}".encode()).hexdigest()[:12]


def id_of_token(token: bytes) -> str | None:
    """Which of the keys at hand wrote a stored value; ``None`` when none of them did."""
    for key in settings.FIELD_KEYS:
        try:
            _cipher((key,)).decrypt(token)
        except InvalidToken:
            continue
        return key_id(key)
    return None


def rotated(token: bytes) -> bytes:
    """The same value under the first key. Raises ``CannotDecrypt``."""
    try:
        return _current().rotate(token)
    except InvalidToken as error:
        raise CannotDecrypt("a stored value") from error


def seal(data: bytes) -> bytes:
    """The bytes of a file, encrypted as the fields are."""
    return _current().encrypt(data)


def unseal(sealed: bytes) -> bytes:
    """What `seal` sealed. Raises ``CannotDecrypt``."""
    try:
        return _current().decrypt(sealed)
    except InvalidToken as error:
        raise CannotDecrypt("a sealed file") from error


def mark_key(key: str) -> str:
    """What a key is for marks: derived one way, so that keeping it opens nothing."""
    return hmac.new(key.encode(), b"marks", hashlib.sha256).hexdigest()


def marks(value: str, keys: Iterable[str] | None = None) -> list[str]:
    """Keyed hashes by which a value is known again and not guessed: hex, one for each key, the newest first.

    ``keys`` are mark keys; those of the field keys at hand unless they are given.
    """
    text = value.strip().casefold().encode()
    used = [mark_key(key) for key in settings.FIELD_KEYS] if keys is None else keys
    return [hmac.new(key.encode(), text, hashlib.sha256).hexdigest() for key in used]


class EncryptedTextField(models.TextField):
    """Text, encrypted. ``None`` and ``""`` are kept as they are."""

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "":
            return value
        return _current().encrypt(self.written(value).encode()).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None or value == "":
            return value
        try:
            return self.read(_current().decrypt(value.encode()).decode())
        except InvalidToken as error:
            where = f"{self.model.__name__}.{self.name}"
            raise CannotDecrypt(f"{where}: none of the keys in MENTORING_FIELD_KEYS opens it") from error

    def written(self, value: Any) -> str:
        return str(value)

    def read(self, text: str) -> Any:
        return text

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be searched.")
        return super().get_lookup(lookup_name)


class EncryptedJSONField(EncryptedTextField):
    """A JSON value, encrypted. Shape: whatever its model says."""

    _pyi_private_set_type: Any  # for the type checker: a value of any shape, not only text
    _pyi_private_get_type: Any

    def written(self, value: Any) -> str:
        return json.dumps(value, sort_keys=True)

    def read(self, text: str) -> Any:
        return json.loads(text)

    def value_to_string(self, obj: models.Model) -> str:
        """For a serializer, which reads it back by ``to_python``."""
        return self.written(self.value_from_object(obj))

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) and value else value
