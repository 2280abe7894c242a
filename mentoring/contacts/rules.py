"""Pure decisions about contacts and replies. Silence is never fine (R59)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from mentoring.contacts.states import Channel, ContactKind, Reply, Standing

TRIED = "tried"
TOGETHER = (Channel.IN_PERSON, Channel.VIDEO)
WRITTEN = (Channel.MESSAGE, Channel.EMAIL)
BOTH_HEARD = (ContactKind.REPLY, ContactKind.TWO_WAY, ContactKind.GROUP)
STANDS_OVERNIGHT = timedelta(days=1)
QUESTION_WAIT = timedelta(hours=48)
MEETING = timedelta(minutes=45)
DAYS_OFFERED = 7
FURTHEST = timedelta(days=90)
TIMES_OFFERED = tuple(time(hour, minute) for hour, minute in (
    (10, 0), (11, 0), (12, 15), (12, 45), (13, 15), (14, 0), (15, 0), (16, 0), (17, 0),
))  # fmt: skip
ASKED_FOR = timedelta(days=7)  # so long after a meeting its mentor may still be asked about it
HIDES_AMONG = 2  # a group in which a question without a name could be anybody's


def kind_of(how: str, *, said: str, people: int) -> str:
    """What a contact was (R57): as the mentor said, else by how it was and with how many.

    Who met or talked was in touch. Of who was written to nothing is known until they answer (R59).
    """
    if how == TRIED:
        return ContactKind.ATTEMPT
    if said:
        return said
    if how in WRITTEN:
        return ContactKind.ATTEMPT
    return ContactKind.GROUP if people > 1 and how in TOGETHER else ContactKind.TWO_WAY


def channel_of(how: str, last: str) -> str:
    """The way it was; for an attempt the way that the mentor mostly uses."""
    return (last or Channel.MESSAGE) if how == TRIED else how


def how_of(kind: str, channel: str) -> str:
    """What was chosen for how a contact was, from what was kept of it."""
    return TRIED if kind == ContactKind.ATTEMPT and channel not in WRITTEN else channel


def said_of(kind: str, channel: str) -> str:
    """What was chosen for what came of a contact, from what was kept of it."""
    if kind == ContactKind.TWO_WAY and channel in WRITTEN:
        return ContactKind.REPLY
    return kind if kind in {ContactKind.REPLY, ContactKind.GROUP} else ""


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

    @property
    def is_everybody(self) -> bool:
        return self.heard == self.people


def days_offered(today: date) -> list[date]:
    """The coming weekdays on which to meet, tomorrow first."""
    days = (today + timedelta(days=number) for number in range(1, 15))
    return [day for day in days if day.weekday() < 5][:DAYS_OFFERED]


def is_time_to_meet(starts_at: datetime, now: datetime) -> bool:
    """A meeting lies ahead, and not beyond a term."""
    return now < starts_at <= now + FURTHEST


class Turn(StrEnum):
    """Whose turn it is with a question that waits (look/README.md §4)."""

    MENTOR = "mentor"
    SENIOR_MENTOR = "senior-mentor"
    COORDINATOR = "coordinator"


def turn_of(asked_at: datetime, taken_at: datetime | None, now: datetime) -> Turn:
    """The mentor has 48 hours, then the senior mentor as long, counted from when one took it, then the coordinator."""
    if now - asked_at < QUESTION_WAIT:
        return Turn.MENTOR
    since = max(asked_at + QUESTION_WAIT, taken_at or asked_at)
    return Turn.COORDINATOR if now - since >= QUESTION_WAIT else Turn.SENIOR_MENTOR


@dataclass(frozen=True)
class Helper:
    """What somebody holds over the unit of a question: they are its senior mentor, or its coordinator, or both."""

    is_senior_mentor: bool = False
    is_coordinator: bool = False


def may_step_in(helper: Helper, turn: Turn, *, to_coordinators: bool, has_seniors: bool) -> bool:
    """Whose turn it is with a question without a name, and whose it was before, may read it; nobody earlier (R60).

    One that was put to the coordinators is no senior mentor's. Where there is no senior mentor the coordinator
    comes in their place.
    """
    if to_coordinators:
        return helper.is_coordinator
    if turn == Turn.MENTOR:
        return False
    is_late = turn == Turn.COORDINATOR or not has_seniors
    return helper.is_senior_mentor or (helper.is_coordinator and is_late)


def can_hide(group: int) -> bool:
    """Whether a question to a mentor could be anybody's: one of one gives the asker away (R60)."""
    return group >= HIDES_AMONG
