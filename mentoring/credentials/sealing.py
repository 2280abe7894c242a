"""The secrets within a second step's row: which they are, and how they lie in the database."""

from collections.abc import Callable
from typing import Any

from accounts.encryption import seal, unseal

SECRETS = ("secret", "seed")
LISTS = ("migrated_codes",)
OF_FERNET = "gAAAAA"  # how every sealed value begins; neither base32 nor hexadecimal holds these letters


def is_sealed(text: str) -> bool:
    """Whether a value is encrypted. The release before this one wrote plain ones, as long as both ran."""
    return text.startswith(OF_FERNET)


def sealed(text: str) -> str:
    """The value as it lies in the database."""
    return seal(text.encode()).decode()


def opened(text: str) -> str:
    """The value itself. Raises ``CannotDecrypt``."""
    return unseal(text.encode()).decode() if is_sealed(text) else text


def secrets_in(data: dict[str, Any]) -> list[str]:
    """Every secret of a row's data, as it lies there."""
    return [data[name] for name in SECRETS if name in data] + [each for name in LISTS for each in data.get(name, [])]


def with_secrets(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The same data with every secret changed."""
    one = {name: change(data[name]) for name in SECRETS if name in data}
    many = {name: [change(each) for each in data[name]] for name in LISTS if name in data}
    return {**data, **one, **many}
