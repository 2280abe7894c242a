"""The chain over the audit trail: each link's hash holds its entry and everything before it.

Pure: rows in, hashes and findings out. What an entry is hashed as never changes, or old seals would seem broken.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

BEGINNING = "0" * 64
KEPT = timedelta(days=730)
"""How long an entry is kept; a link outlives it by a day at most."""
LATE_BY = timedelta(hours=1)
"""A transaction may commit so long after the time that its entries carry. One that comes later was slipped in."""


class Kind(StrEnum):
    """What can have happened to the trail."""

    EDITED = "edited"
    REMOVED = "removed"
    INSERTED = "inserted"
    BROKEN = "broken"  # the chain itself was tampered with


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: what, and with which entry (or link, for a broken chain)."""

    kind: Kind
    key: int

    def __str__(self) -> str:
        return f"link {self.key}: {self.kind}" if self.kind == Kind.BROKEN else f"entry {self.key}: {self.kind}"


@dataclass(frozen=True)
class Link:
    """A link as it is stored."""

    number: int
    entry_key: int
    entry_at: datetime
    digest: str
    chain: str
    sealed_at: datetime


@dataclass(frozen=True)
class Anchor:
    """A link as it is kept off the machine: its number, its hash, and the day of its entry."""

    number: int
    chain: str
    entry_on: date

    def __str__(self) -> str:
        return f"{self.number}:{self.chain}:{self.entry_on}"

    @classmethod
    def read(cls, text: str) -> "Anchor":
        """The anchor of such a line. Raises ``ValueError``."""
        number, chain, day = text.strip().split(":")
        if len(chain) != len(BEGINNING):
            raise ValueError(text)
        return cls(int(number), chain, date.fromisoformat(day))


FIELDS = ("pk", "at", "actor_id", "verb", "object_type", "object_id", "scheme_id_at", "fields")


def digest_of(entry: Mapping[str, Any]) -> str:
    """The hash of one entry, given its ``FIELDS``."""
    told = [entry[name] for name in FIELDS]
    told[1] = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def chained(before: str, number: int, digest: str) -> str:
    """The hash of a link that follows ``before``."""
    return hashlib.sha256(f"{before}:{number}:{digest}".encode()).hexdigest()


class Inspection:
    """Goes along the links in their order. ``findings`` grow; ``head`` is the last link seen."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.findings: list[Finding] = []
        self.head: Link | None = None
        self.count = 0
        self._run_before: datetime | None = None  # when the entries before this run were sealed

    def see(self, link: Link, entry: Mapping[str, Any] | None) -> None:
        """Take in the next link with its entry; without one it was removed, or is two years old."""
        if self.head is not None and link.sealed_at > self.head.sealed_at:
            self._run_before = self.head.sealed_at
        self._hold_chain(link)
        if entry is None:
            if link.entry_at > self.now - KEPT + timedelta(days=1):
                self._find(Kind.REMOVED, link.entry_key)
        elif digest_of(entry) != link.digest:
            self._find(Kind.EDITED, link.entry_key)
        elif was_slipped_in(link.entry_at, self._run_before):
            self._find(Kind.INSERTED, link.entry_key)
        self.head, self.count = link, self.count + 1

    def see_unsealed(self, key: int, at: datetime) -> None:
        """An entry without a link: new, or slipped in since the last sealing."""
        if self.head is not None and was_slipped_in(at, self.head.sealed_at):
            self._find(Kind.INSERTED, key)

    def _hold_chain(self, link: Link) -> None:
        if self.head is None:
            # The first link that is kept: what came before it is two years old, or nothing.
            fits = link.number > 1 or link.chain == chained(BEGINNING, 1, link.digest)
        else:
            follows = link.number == self.head.number + 1
            fits = follows and link.chain == chained(self.head.chain, link.number, link.digest)
        if not fits:
            self._find(Kind.BROKEN, link.number)

    def _find(self, kind: Kind, key: int) -> None:
        self.findings.append(Finding(kind, key))


def was_slipped_in(at: datetime, sealed_before: datetime | None) -> bool:
    """Whether a sealing that ran well after an entry's time did not find it there."""
    return sealed_before is not None and at + LATE_BY < sealed_before
