"""Pure decisions about contacts and replies. Silence is never fine (R59)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mentoring.contacts.states import Channel, ContactKind, Reply, Standing

TRIED = "tried"
TOGETHER = (Channel.IN_PERSON, Channel.VIDEO)
BOTH_HEARD = (ContactKind.REPLY, ContactKind.TWO_WAY, ContactKind.GROUP)
STANDS_OVERNIGHT = timedelta(days=1)


def kind_of(how: str, *, said: str, people: int) -> str:
    """What a contact was (R57): as the mentor said, else by how it was and with how many."""
    if how == TRIED:
        return ContactKind.ATTEMPT
    if said:
        return said
    return ContactKind.GROUP if people > 1 and how in TOGETHER else ContactKind.TWO_WAY


def channel_of(how: str, last: str) -> str:
    """The way it was; for an attempt the way that the mentor mostly uses."""
    return (last or Channel.MESSAGE) if how == TRIED else how


def is_day_possible(day: date, *, today: date, since: Iterable[date]) -> bool:
    """A contact is not in the future, and not before the newest of its matches was made."""
    return max(since, default=day) <= day <= today


def is_correctable(logged_at: datetime, now: datetime, days: int) -> bool:
    """Whether a contact can still be corrected or withdrawn by who logged it."""
    return now <= logged_at + timedelta(days=days)


def standing_of(reply: str, kinds: Iterable[str]) -> Standing:
    """What is known of a mentee by their standing reply and the kinds of contact there were.

    Trying to reach somebody says nothing about them, and nor does silence.
    """
    if reply == Reply.FINE:
        return Standing.FINE
    if reply or any(kind in BOTH_HEARD for kind in kinds):
        return Standing.HEARD
    return Standing.NOT_HEARD


def is_change_of_mind(replied_at: datetime, now: datetime) -> bool:
    """Whether another reply replaces the standing one, or comes after it as a new one."""
    return now - replied_at < STANDS_OVERNIGHT


@dataclass(frozen=True)
class Heard:
    """How many of a group were heard; kindly said, never as a score (R61, R62)."""

    heard: int
    people: int

    @property
    def is_nobody(self) -> bool:
        return self.heard == 0
