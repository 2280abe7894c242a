"""Pure decisions about taking part."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

PREFER, MUST = "prefer", "must"
WISH_KINDS = (PREFER, MUST)


def undo_ends_at(left_at: datetime, undo_days: int) -> datetime:
    """The moment until which stopping can be undone as if it had never happened (R2)."""
    return left_at + timedelta(days=undo_days)


def is_undo_open(left_at: datetime | None, now: datetime, undo_days: int) -> bool:
    """Whether stopping can still be undone; later, coming back is a fresh return."""
    return left_at is not None and now <= undo_ends_at(left_at, undo_days)


def least_told(
    told: Mapping[str, Any], *, is_mentor: bool, asked: Collection[str], exceptions: Collection[str]
) -> dict[str, Any]:
    """What honouring wishes needs of what somebody told, and nothing more (R32 to R35).

    Mentees wish about ``asked``; of their own attributes only those are kept that a mentor's
    exception may need. Mentors have ``exceptions``, and own attributes that mentees may wish for.
    The shape is that of ``Wishes.told``; an empty dict when nothing is left.
    """
    needed = {*asked, *exceptions} if is_mentor else set(exceptions)
    kept = {
        "own": {a: value for a, value in told.get("own", {}).items() if value and a in needed},
        "wishes": {} if is_mentor else _wishes(told.get("wishes", {}), asked),
        "exceptions": sorted(set(told.get("exceptions", [])) & set(exceptions)) if is_mentor else [],
    }
    return kept if any(kept.values()) else {}


def _wishes(wishes: Mapping[str, Mapping[str, str]], asked: Collection[str]) -> dict[str, Any]:
    return {
        a: {"kind": wish["kind"], "value": wish["value"]}
        for a, wish in wishes.items()
        if a in asked and wish.get("value") and wish.get("kind") in WISH_KINDS
    }


AWARD = re.compile(r"^[^()]{1,20} \(Hons\)\s+")


def subject_of(programme_name: str) -> str:
    """A programme's name as students say it: "BSc (Hons) Sociology" is Sociology."""
    return AWARD.sub("", programme_name)
