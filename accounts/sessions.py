"""How long one stays signed in: how old a session may grow, and how long staff may be away (trust.md §5).

What somebody was sending when their session ended is held for them: ``held_forms``.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SECOND_STEP_ELSEWHERE = "second_step_elsewhere"  # taken at a university that is trusted with it
BEGAN, SEEN = "began", "seen"
EVERY = 60  # seconds between two notes that somebody is here

Session = MutableMapping[str, Any]


class Standing(StrEnum):
    GOOD = "good"
    IDLE = "idle"
    OLD = "old"


@dataclass(frozen=True)
class Limits:
    """In seconds; ``idle`` 0: one may be away as long as the session lasts."""

    age: int
    idle: int = 0


def standing(*, began: float, seen: float, now: float, limits: Limits) -> Standing:
    """Whether a session still stands. Both ends are reached exactly at the limit."""
    if now - began >= limits.age:
        return Standing.OLD
    if limits.idle and now - seen >= limits.idle:
        return Standing.IDLE
    return Standing.GOOD


def begin(session: Session, now: float) -> None:
    """Somebody has just signed in."""
    session[BEGAN] = session[SEEN] = now


def times_of(session: Session, now: float) -> tuple[float, float]:
    """When it began and when its person was last here; a session that does not know begins now."""
    if not isinstance(session.get(BEGAN), int | float):
        begin(session, now)
    return float(session[BEGAN]), float(session.get(SEEN, session[BEGAN]))


def touch(session: Session, now: float) -> None:
    """Somebody is here. Noted once a minute, not at every request."""
    if now - float(session.get(SEEN, 0)) >= EVERY:
        session[SEEN] = now
