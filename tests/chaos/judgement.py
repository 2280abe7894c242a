"""Ledger against sink: what was doubled, lost, lost without a word, or sent after its reader had said no."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_TAKEN = re.compile(
    rb"^(\S+) .*/(cleanup|qmgr)\[\d+\]: (\w+): (?:message-id=(\S+)|from=.* nrcpt=(\d+) \(queue active\))"
)
ENDED = {"cancelled", "expired"}  # nobody expects it any more
SHOWN = {"uncertain", "failed"}  # a coordinator sees it


@dataclass(frozen=True)
class Row:
    """A message as the ledger has it; ``about`` is its participant."""

    message_id: str
    state: str
    about: str
    due_at: datetime
    handed_at: datetime | None


def journal(path: Path) -> dict[str, list[float]]:
    """Message-ID → the moments at which the sink took responsibility for it, one recipient each."""
    names: dict[bytes, str] = {}
    taken: dict[str, list[float]] = {}
    with path.open("rb") as lines:
        for line in lines:
            found = _TAKEN.match(line)
            if found is None:
                continue
            moment, daemon, queue_id, name, recipients = found.groups()
            if daemon == b"cleanup":
                names[queue_id] = name.decode()
            else:
                assert recipients == b"1", "one recipient a message"
                taken.setdefault(names[queue_id], []).append(datetime.fromisoformat(moment.decode()).timestamp())
    return taken


def count(rows: Sequence[Row], taken: Mapping[str, Sequence[float]], left: Mapping[int, float]) -> dict[str, Any]:
    """``taken``: Message-ID → when the sink took it, each time; ``left``: participant → when the opt-out was committed.

    *Missing*: owed, not called off, and not at the sink. *Silent*: missing and not shown to anybody,
    or sent as the ledger says and not at the sink, or called off as it says and at the sink. *Late*:
    handed over, as the ledger has it, after the opt-out was committed.
    """
    arrived = {row.message_id for row in rows if row.message_id in taken}
    missing = {row.message_id for row in rows if row.state not in ENDED} - arrived
    shown = {row.message_id for row in rows if row.state in SHOWN}
    falsely_sent = {row.message_id for row in rows if row.state == "sent"} - arrived
    falsely_ended = {row.message_id for row in rows if row.state in ENDED} & arrived
    return {
        "owed": len(rows),
        "arrived": len(arrived),
        "duplicates": sum(len(times) - 1 for times in taken.values()),
        "missing": len(missing),
        "silent": len((missing - shown) | falsely_sent | falsely_ended),
        "late": sum(_is_late(row, left) for row in rows if row.message_id in taken),
        "in_flight_at_optout": sum(max(taken.get(row.message_id, [0])) > _leaving(row, left) for row in rows),
        "unknown_to_ledger": len(set(taken) - {row.message_id for row in rows}),
        "states": dict(sorted(Counter(str(row.state) for row in rows).items())),
        **_speed(rows, taken),
    }


def _leaving(row: Row, left: Mapping[int, float]) -> float:
    return left.get(int(row.about), float("inf"))


def _is_late(row: Row, left: Mapping[int, float]) -> bool:
    return row.handed_at is not None and row.handed_at.timestamp() > _leaving(row, left)


def _speed(rows: Sequence[Row], taken: Mapping[str, Sequence[float]]) -> dict[str, float]:
    waits = sorted(taken[row.message_id][0] - row.due_at.timestamp() for row in rows if row.message_id in taken)
    moments = sorted(moment for times in taken.values() for moment in times)
    span = moments[-1] - moments[0] if len(moments) > 1 else 0
    return {
        "per_second": round(len(moments) / span, 1) if span else 0,
        "p50_late_s": round(waits[len(waits) // 2], 1) if waits else 0,
        "p99_late_s": round(waits[int(len(waits) * 0.99)], 1) if waits else 0,
    }
