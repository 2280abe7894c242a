"""How long one stays signed in: how old a session may grow, and how long staff may be away (trust.md §5).

What somebody was sending when their session ended is kept for them: encrypted, bound to them, for an hour.
"""

import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest

from accounts.encryption import CannotDecrypt, seal, unseal

SECOND_STEP_ELSEWHERE = "second_step_elsewhere"  # taken at a university that is trusted with it
BEGAN, SEEN, KEPT = "began", "seen", "kept"
EVERY = 60  # seconds between two notes that somebody is here
KEPT_FOR = 3600
LARGEST = 200_000  # characters of a form that is kept
OUR_OWN = ("csrfmiddlewaretoken",)

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


@dataclass(frozen=True)
class Sending:
    """What somebody was sending: where to, and the fields in order."""

    path: str
    fields: list[tuple[str, str]]


def keep_what_was_sent(request: HttpRequest, session: Session, *, person: int, now: float) -> bool:
    """Keep a form for its person, in a session that is no longer theirs. Files and very long forms cannot be kept,
    and nothing secret is.
    """
    if request.method != "POST" or request.FILES or any("password" in name for name in request.POST):
        return False
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in OUR_OWN]
    told = json.dumps({"path": request.get_full_path(), "fields": fields, "person": person, "until": now + KEPT_FOR})
    if not fields or len(told) > LARGEST:
        return False
    session[KEPT] = seal(told.encode()).decode()
    return True


def what_was_sent(session: Session, *, person: int, now: float) -> Sending | None:
    """What was kept for this person; anybody else's is forgotten at once."""
    kept = session.get(KEPT)
    if not kept:
        return None
    try:
        told = json.loads(unseal(str(kept).encode()))
    except (CannotDecrypt, ValueError):
        told = {}
    if told.get("person") != person or now > told.get("until", 0):
        del session[KEPT]
        return None
    return Sending(told["path"], [(name, value) for name, value in told["fields"]])


def sent_at_last(session: Session, path: str, *, person: int, now: float) -> None:
    """Something is sent to ``path``: if that is what was kept, it need be kept no longer."""
    sending = what_was_sent(session, person=person, now=now)
    if sending and sending.path == path:
        del session[KEPT]


def forget_what_was_sent(session: Session) -> None:
    """It is not wanted."""
    session.pop(KEPT, None)
