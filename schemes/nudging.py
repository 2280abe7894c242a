"""The table of nudges: data that a blueprint brings and a cohort freezes, never code.

A row says who hears which text when. What a trigger means is decided in ``mentoring.nudges.rules``.
Source: look/README.md §4; R54, R66, R69.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

STANDARD = Path(__file__).parent / "nudges.toml"
LONGEST = 365  # days


class BadRow(ValueError):
    """A row of the table does not hold together; the message names it."""


class Trigger(StrEnum):
    """What has to be so for a row to apply."""

    ENROLLED = "enrolled"  # takes part, and has no mentor yet
    NO_HELLO = "no-hello"  # introduced, and nothing on record from either side
    UNSIGNED = "unsigned"  # matched, and a text not accepted
    UNTRAINED = "untrained"  # has mentees, and no training
    SILENT = "silent"  # a pair of which nothing was heard
    UNLOGGED = "unlogged"  # a mentor who logged nothing
    UNANSWERED = "unanswered"  # a mentee who has not tapped
    MILESTONE = "milestone"  # a day of the cohort's year has come


class Audience(StrEnum):
    MENTOR = "mentor"
    MENTEE = "mentee"
    EITHER = "either"


class InPhase(StrEnum):
    ANY = "any"
    SETTLING_IN = "settling-in"
    STUDYING = "studying"


class Repeat(StrEnum):
    ONCE = "once"  # in a cohort
    EACH_TIME = "each-time"  # when it begins anew
    AGAIN = "again"  # every ``after_days`` while it lasts


class Text(StrEnum):
    """The messages there are words for."""

    WELCOME = "welcome"
    FIRST_HELLO = "first-hello"
    AGREEMENT_DUE = "agreement-due"
    TRAINING_DUE = "training-due"
    PHASE_MENTOR = "phase-mentor"
    PHASE_MENTEE = "phase-mentee"
    SECOND_TERM = "second-term"
    HALF_WAY = "half-way"
    QUIET_PAIR = "quiet-pair"
    STILL_HERE = "still-here"
    LOG_REMINDER = "log-reminder"
    THANKS = "thanks"


# Whom each trigger can be about; the others concern both.
_ONLY = {
    Trigger.ENROLLED: Audience.MENTEE,
    Trigger.NO_HELLO: Audience.MENTOR,
    Trigger.UNTRAINED: Audience.MENTOR,
    Trigger.SILENT: Audience.MENTOR,
    Trigger.UNLOGGED: Audience.MENTOR,
    Trigger.UNANSWERED: Audience.MENTEE,
}


@dataclass(frozen=True)
class NudgeRow:
    """One row of the table, as in ``nudges.toml``."""

    key: str
    trigger: str
    audience: str
    text: str
    after_days: int = 0
    until_days: int = 0
    phase: str = InPhase.ANY
    repeat: str = Repeat.ONCE
    milestone: str = ""
    asks: bool = True
    is_on: bool = True


def rows_from(told: Iterable[Mapping[str, Any] | NudgeRow]) -> tuple[NudgeRow, ...]:
    """The table from JSON-like rows. Raises ``BadRow``."""
    rows = tuple(row if isinstance(row, NudgeRow) else _row_from(row) for row in told)
    keys = [row.key for row in rows]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise BadRow(f"Two rows are called {', '.join(twice)}.")
    for row in rows:
        _hold_together(row)
    return rows


def _row_from(told: Mapping[str, Any]) -> NudgeRow:
    known = {field.name for field in fields(NudgeRow)}
    if unknown := sorted(set(told) - known):
        raise BadRow(f"A row of nudges knows no {', '.join(unknown)}.")
    try:
        return NudgeRow(**told)
    except TypeError as problem:
        raise BadRow(f"A row of nudges is not complete: {told.get('key', '?')}.") from problem


def _hold_together(row: NudgeRow) -> None:
    for name, kind in (("trigger", Trigger), ("audience", Audience), ("phase", InPhase), ("repeat", Repeat)):
        if getattr(row, name) not in set(kind):
            raise BadRow(f"{row.key}: {name} is one of {', '.join(kind)}.")
    if row.text not in set(Text):
        raise BadRow(f"{row.key}: there are no words called {row.text}.")
    if not (0 <= row.after_days <= LONGEST and 0 <= row.until_days <= LONGEST):
        raise BadRow(f"{row.key}: days are between 0 and {LONGEST}.")
    if (row.trigger == Trigger.MILESTONE) != bool(row.milestone):
        raise BadRow(f"{row.key}: a milestone is named when, and only when, it is the trigger.")
    if row.repeat == Repeat.AGAIN and not row.after_days:
        raise BadRow(f"{row.key}: what comes again needs days between.")
    only = _ONLY.get(Trigger(row.trigger))
    if only and row.audience != only:
        raise BadRow(f"{row.key}: this trigger is about a {only}.")


@cache
def standard_rows() -> tuple[NudgeRow, ...]:
    """The table that a scheme starts from when its blueprint has none of its own."""
    return rows_from(tomllib.loads(STANDARD.read_text())["nudges"])
