"""Fields encrypted at rest with a key that the database does not hold.

Fernet (AES-128-CBC with HMAC-SHA256) through ``cryptography``'s MultiFernet: the first key
encrypts, every key decrypts, so keys rotate while the product runs. A missing or wrong key
fails closed. Nothing can be searched by such a field.
"""

import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models


class CannotDecrypt(Exception):
    """The stored value was not written with any of the keys at hand."""


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    if not any(keys):
        raise ImproperlyConfigured("MENTORING_FIELD_KEYS is empty: confidential fields cannot be kept.")
    return MultiFernet([Fernet(key) for key in keys])


def _current() -> MultiFernet:
    return _cipher(tuple(settings.FIELD_KEYS))


def seal(data: bytes) -> bytes:
    """The bytes of a file, encrypted as the fields are."""
    return _current().encrypt(data)


def unseal(sealed: bytes) -> bytes:
    """What `seal` sealed. Raises ``CannotDecrypt``."""
    try:
        return _current().decrypt(sealed)
    except InvalidToken as error:
        raise CannotDecrypt("a sealed file") from error


def marks(value: str) -> list[str]:
    """Keyed hashes by which a value is known again and not guessed: hex, one for each key, the newest first."""
    text = value.strip().casefold().encode()
    return [hmac.new(key.encode(), text, hashlib.sha256).hexdigest() for key in settings.FIELD_KEYS]


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
            raise CannotDecrypt(f"{self.model.__name__}.{self.name}") from error

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
