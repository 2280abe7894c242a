"""Asking a relay what became of a message: Postfix's own log, read by Message-ID.

Postfix writes ``cleanup[…]: QUEUE-ID: message-id=<…>`` when it has read a message's headers, and
``qmgr[…]: QUEUE-ID: from=…, nrcpt=… (queue active)`` once it has taken responsibility for it (RFC
5321 §4.2.5). Only both together are an arrival. That something did *not* arrive is believed only of
a log that covers the time of the hand-over and that was still being written afterwards.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

# A relay's clock may differ a little from ours.
SKEW = timedelta(seconds=60)
_ENTRY = re.compile(rb"/(cleanup|qmgr)\[\d+\]: ([0-9A-Za-z]+): (.*)")
_QUEUED = re.compile(rb"from=<.*\(queue active\)")
_ISO = re.compile(rb"\d{4}-\d\d-\d\dT\S+")
_TRADITIONAL = re.compile(rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")


class RelayLog:
    """A Postfix log file, with the one that was rotated away last (``….1``)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def arrivals(self, handed: Mapping[str, datetime]) -> dict[str, bool]:
        """Of messages by Message-ID, with the time of their hand-over: whether each arrived, where that is known."""
        since = min(handed.values()) - SKEW
        wanted = {message_id.encode() for message_id in handed}
        seen = _Seen(wanted)
        covered_from = last = None
        for path in (self.path.with_name(f"{self.path.name}.1"), self.path):
            with contextlib.suppress(OSError), path.open("rb") as log:
                first_line = log.readline()
                covered_from = covered_from or moment_of(first_line, path)
                for line in _lines_since(log, since, path):
                    seen.read(line)
                last = _last_moment(log, path) or last
        arrived = seen.arrived
        return {
            message_id: message_id.encode() in arrived
            for message_id, at in handed.items()
            if message_id.encode() in arrived or _covers(covered_from, last, at)
        }


class _Seen:
    """What was read so far of the messages asked about."""

    def __init__(self, wanted: set[bytes]) -> None:
        self.wanted = wanted
        self.names: dict[bytes, bytes] = {}
        self.arrived: set[bytes] = set()

    def read(self, line: bytes) -> None:
        entry = _ENTRY.search(line)
        if entry is None:
            return
        daemon, queue_id, rest = entry.groups()
        if daemon == b"cleanup" and rest.startswith(b"message-id="):
            name = rest.removeprefix(b"message-id=").strip()
            if name in self.wanted:
                self.names[queue_id] = name
        elif daemon == b"qmgr" and queue_id in self.names and _QUEUED.match(rest):
            self.arrived.add(self.names[queue_id])


def _covers(covered_from: datetime | None, last: datetime | None, at: datetime) -> bool:
    return covered_from is not None and last is not None and covered_from <= at - SKEW / 60 and last >= at


def moment_of(line: bytes, path: Path) -> datetime | None:
    """When a line was written: RFC 3339, or the traditional form without a year, in this machine's time."""
    if found := _ISO.match(line):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(found[0].decode()).astimezone(UTC)
    if found := _TRADITIONAL.match(line):
        written = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        with contextlib.suppress(ValueError):
            named = datetime.strptime(f"{written.year} {found[0].decode()}", "%Y %b %d %H:%M:%S").astimezone()
            is_last_years = named > written + timedelta(days=1)
            return (named.replace(year=named.year - 1) if is_last_years else named).astimezone(UTC)
    return None


def _lines_since(log: BinaryIO, since: datetime, path: Path) -> Iterator[bytes]:
    """The lines written since, found by halving: a log of gigabytes costs a few reads."""
    low, high = 0, log.seek(0, 2)
    while high - low > 65536:
        middle = (low + high) // 2
        at = _next_moment(log, middle, path)
        if at is not None and at < since:
            low = middle
        else:
            high = middle
    log.seek(low)
    if low:
        log.readline()
    yield from log


def _next_moment(log: BinaryIO, offset: int, path: Path) -> datetime | None:
    """The time of the first dated line that begins after an offset."""
    log.seek(offset)
    log.readline()
    for _ in range(50):
        if moment := moment_of(log.readline(), path):
            return moment
    return None


def _last_moment(log: BinaryIO, path: Path) -> datetime | None:
    """The time of the last whole line."""
    log.seek(max(0, log.seek(0, 2) - 65536))
    lines = log.read().split(b"\n")[:-1]
    return next(filter(None, (moment_of(line, path) for line in reversed(lines))), None)
