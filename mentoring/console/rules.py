"""What the queue says, from plain counts: order of harm, then promised deadline; and what a report may say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mentoring.contacts.rules import QUESTION_WAIT
from mentoring.lib.small_numbers import Cell, Shown, shown


@dataclass(frozen=True)
class Waiting:
    """One kind of work: how many wait, since when the oldest, and by when it was promised."""

    key: str
    count: int
    oldest: datetime | None = None
    promised_by: date | None = None
    free_places: int = 0
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class PairFacts:
    """What is known of one introduced match. ``last_sign`` is the newest contact or reply."""

    introduced_on: date | None
    last_sign: date | None
    standing_reply: str  # "" when none stands
    replied_at: datetime | None


# Order of harm (look/README.md §3).
ORDER = (
    "concerns",
    "untaken-concerns",
    "reviews",
    "late-reviews",
    "swaps",
    "unmatched",
    "questions",
    "step-in",
    "masked",
    "quiet",
    "worn",
    "check-ins",
    "failed-messages",
    "failed-addresses",
    "announcements",
    "applications",
    "agreements",
    "training",
)

EXPECTED_SILENCE = frozenset({"fine", "not-now"})


def is_quiet(pair: PairFacts, *, today: date, after_days: int) -> bool:
    """Whether an introduced pair has shown no sign for so long; after "fine for now" silence is expected."""
    if pair.introduced_on is None or pair.standing_reply in EXPECTED_SILENCE:
        return False
    last = max(filter(None, [pair.introduced_on, pair.last_sign]))
    return (today - last).days >= after_days


def waits_for_answer(pair: PairFacts, *, now: datetime) -> bool:
    """Whether a question has waited for its mentor for two days."""
    return pair.standing_reply == "question" and pair.replied_at is not None and now - pair.replied_at >= QUESTION_WAIT


def in_order(rows: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
    """(what needs somebody, what is all done), each in order of harm."""
    ordered = sorted(rows, key=lambda row: ORDER.index(row.key))
    return [row for row in ordered if row.count], [row for row in ordered if not row.count]


FEWEST = 10
ROUNDED_TO = 5


def in_bulk(count: int) -> int | None:
    """A count that staff may see of a year that students lead: of at least ten, rounded down to fives (R95).

    ``None`` for fewer. Rounding keeps one person's coming or going from showing between two looks.
    """
    return count - count % ROUNDED_TO if count >= FEWEST else None


def share(part: int, whole: int) -> int | None:
    """A percentage, whole; ``None`` without anybody to count."""
    return round(100 * part / whole) if whole else None


@dataclass(frozen=True)
class UnitFigures:
    """Exact counts of one unit: students, how many of them have a mentor, were heard from ever and lately; mentors."""

    name: str
    students: int = 0
    matched: int = 0
    heard: int = 0
    lately: int = 0
    mentors: int = 0
    trained: int = 0


@dataclass(frozen=True)
class Done:
    """What was done by a day, in numbers."""

    training: int
    support: int
    other_events: int
    swaps: int
    swaps_in_time: int
    nudges: int


@dataclass(frozen=True)
class Figures:
    """Exact counts of a cohort at the end of a day. ``sizes`` are (students in a group, groups); ``heard`` and
    ``contacts`` are (week, count), of pairs heard from by then, and of contacts in it."""

    students: int
    stopped: int
    interested: int
    mentors: int
    trained: int
    mentoring: int
    pairs: int
    sizes: tuple[tuple[int, int], ...]
    heard: tuple[tuple[int, int], ...]
    contacts: tuple[tuple[int, int], ...]
    units: tuple[UnitFigures, ...]
    done: Done


@dataclass(frozen=True)
class UnitShown:
    """What a page may say of a unit; ``None`` where there is nobody to count."""

    name: str
    matched: Shown | None
    heard: Shown | None
    lately: Shown | None
    trained: Shown | None


def units_shown(units: Sequence[UnitFigures]) -> list[UnitShown]:
    """Each unit, with small numbers hidden in each column as in a table of its own."""
    columns = [
        {row.name: row for row in shown(Cell(str(n), whole(unit), part(unit)) for n, unit in enumerate(units))}
        for whole, part in (
            (lambda u: u.students, lambda u: u.matched),
            (lambda u: u.students, lambda u: u.heard),
            (lambda u: u.students, lambda u: u.lately),
            (lambda u: u.mentors, lambda u: u.trained),
        )
    ]
    return [UnitShown(unit.name, *(column.get(str(n)) for column in columns)) for n, unit in enumerate(units)]
