"""When something has been kept long enough, and of which acts an administrator does not learn whose they were. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

COOLING_OFF = timedelta(hours=24)
"""Between granting an erasure and doing it: the time in which it can be taken back."""

COPY_KEPT = timedelta(days=7)
STATUTORY = timedelta(days=30)
"""A request about one's own data is answered within a month (GDPR article 12)."""

NIGHTLY = timedelta(hours=24)

# What the audit trail calls things about which people speak in confidence (trust.md §2): whole apps, and single kinds.
NAMELESS_APPS = ("concerns", "confidences")
NAMELESS_KINDS = (
    "accounts.consent",  # to the use of wishes, or to notes: each is written beside the deed it is for
    "contacts.contact",
    "contacts.courtesyreply",
    "contacts.invitation",
    "contacts.maskedquestion",
    "contacts.quietreport",
    "matching.swaprequest",
    "participation.wishes",
    "protection.datacopy",  # whose copy is reviewed is somebody about whom something was told
    "support.meetingnote",
    "support.theme",
)
UNNUMBERED_KINDS = ("concerns.concern", "matching.swaprequest", "safeguarding.opening")
"""Of which somebody may see all but the one that is kept from them: the gap in running numbers would tell of it."""
NAMELESS_DEEDS = (("matching.match", "match active"), ("participation.participant", "wishes answered"))
"""What says of one thing, by its key alone, that somebody was heard or told something in confidence, where the rest of
its life is nobody's confidence."""
SAFEGUARDING = "safeguarding"
SET_UP = (
    "appointed",
    "appointment ended",
    "cohort opened",
    "milestone moved",
    "policy changed",
    "quiet period added",
    "quiet period removed",
    "scheme started",
    "staff lead the next year",
    "students lead from now on",
    "words changed",
    "year closed to staff",
)
"""Deeds of setting up a scheme: who does them is known where students lead as well."""


@dataclass(frozen=True)
class Wish:
    """An erasure that was granted, and when."""

    granted_at: datetime


def is_due(wish: Wish, now: datetime) -> bool:
    """Whether an erasure may be done: the day for taking it back is over."""
    return now >= wish.granted_at + COOLING_OFF


def kept_since(today: date, days: int) -> date:
    """The last day of a trigger whose period is over today."""
    return today - timedelta(days=days + 1)


def is_tidying_due(last: datetime | None, now: datetime) -> bool:
    """Once a day, whoever looks first."""
    return last is None or now - last >= NIGHTLY
