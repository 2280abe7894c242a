"""When confidences may be opened in an emergency, who is told when, and when a lead's grant begins. Pure.

Source: trust.md §2 (break-glass), §1 no. 21 (two administrators).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from mentoring.lib.reasons import is_sentence

OPEN_FOR = timedelta(minutes=60)
PROOF_LASTS = timedelta(minutes=5)
TOLD_WITHIN = timedelta(days=7)
TOLD_AFTER = TOLD_WITHIN - timedelta(days=1)
"""A day before the limit, so that a letter in the night or a mail server's bad day keeps to it."""
LONGEST_DELAY = 60  # days; a longer one is decided again
REVIEW_WITHIN = 5  # working days
GRANT_WAITS = timedelta(hours=24)
ADMINISTRATORS = 2


class Condition(StrEnum):
    """What an opening needs. There is no approval among them: it must never stand in the way of an emergency."""

    GRANT = "the safeguarding lead's grant"
    PROOF = "a second factor shown within five minutes"
    SUBJECT = "one subject, in reach, not oneself"
    CATEGORY = "a category"
    REASON = "a reason in words"


@dataclass(frozen=True)
class Asked:
    """What somebody brings who wants to open confidences."""

    has_grant: bool
    proved_at: datetime | None
    subjects: Collection[int]
    own_key: int
    category: str
    reason: str


def missing(asked: Asked, now: datetime, categories: Collection[str]) -> set[Condition]:
    """The conditions that are not met; all of them must be."""
    proved = asked.proved_at is not None and timedelta() <= now - asked.proved_at <= PROOF_LASTS
    met = {
        Condition.GRANT: asked.has_grant,
        Condition.PROOF: proved,
        Condition.SUBJECT: len(asked.subjects) == 1 and asked.own_key not in asked.subjects,
        Condition.CATEGORY: asked.category in categories,
        Condition.REASON: is_sentence(asked.reason),
    }
    return {condition for condition, holds in met.items() if not holds}


def is_open(*, opened_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether what was opened can still be read."""
    return opened_at <= now < min(ends_at, opened_at + OPEN_FOR)


def working_day_after(day: date, count: int) -> date:
    """The working day, Monday to Friday, that is ``count`` after a day."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def review_due(opened_on: date) -> date:
    """By when somebody else closes the review."""
    return working_day_after(opened_on, REVIEW_WITHIN)


def must_be_told(*, opened_at: datetime, delayed_until: date | None, now: datetime, today: date) -> bool:
    """Whether the subject is told now: their time has come, and no delay with a reason stands."""
    if delayed_until is not None:
        return today > delayed_until
    return now >= opened_at + TOLD_AFTER


def may_approve(administrator: int, approved_by: Collection[int]) -> bool:
    """Whether an administrator's yes adds anything: each counts once."""
    return administrator not in approved_by


def is_approved(approved_by: Collection[int]) -> bool:
    """Whether enough different administrators said yes. The person themself may be one of them, never both."""
    return len(set(approved_by)) >= ADMINISTRATORS


def begins(approved_at: datetime) -> datetime:
    """When an approved grant comes into force: a day in which it can be seen and stopped."""
    return approved_at + GRANT_WAITS
