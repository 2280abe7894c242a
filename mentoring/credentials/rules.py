"""When a change to somebody's account comes into force, and whose yes counts. Pure.

Source: trust.md §1 no. 21. An administrator alone, or with an account that they made themself, becomes nobody else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mentoring.credentials.states import Kind

WAITS = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Asked:
    """What somebody asks for."""

    kind: str
    is_own: bool
    others: int  # other administrators of the university


def begins_unless_stopped(asked: Asked, now: datetime) -> datetime | None:
    """When it may happen by one administrator's word; ``None``: not without a second one.

    The only administrator makes the second one after a day, because nobody else is there to agree.
    """
    if asked.is_own:
        return None
    if asked.kind == Kind.ADMINISTRATOR:
        return None if asked.others else now + WAITS
    return now + WAITS


def begins_by_two(kind: str, now: datetime) -> datetime:
    """When it may happen once a second administrator has agreed: new power waits a day all the same."""
    return now + WAITS if kind == Kind.ADMINISTRATOR else now


def is_given_up(asked_at: datetime, now: datetime) -> bool:
    """Whether it has waited so long that nobody means it any more."""
    return now - asked_at >= GIVEN_UP_AFTER
