"""Keys that an address or a form names, as far as a database could hold them."""

from collections.abc import Iterable

_LONGEST = 18  # digits: every number of so many fits into eight bytes


def keys_from(texts: Iterable[str]) -> list[int]:
    """The texts that are keys, as numbers; anything else names nothing and is left out."""
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) <= _LONGEST]
