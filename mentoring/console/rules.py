"""What the queue says, from plain counts: order of harm, then promised deadline; and what a report may say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
    "reported",
    "quiet",
    "strained",
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


# Safeguarding is never put off, and a question only for as long as one is promised an answer.
NEVER_SNOOZED = frozenset({"concerns", "untaken-concerns"})
ANSWERED_SOON = frozenset({"questions", "step-in", "masked"})
LONGEST_SNOOZE = timedelta(days=28)
LONGEST_FOR_QUESTIONS = timedelta(days=2)


@dataclass(frozen=True)
class Snooze:
    """A row was put off until a day, when so many waited."""

    until: date
    count: int


@dataclass(frozen=True)
class Queue:
    """Today's rows: what needs somebody, what was put off, what is all done."""

    waiting: list[Waiting]
    snoozed: list[Waiting]
    done: list[Waiting]


def latest_snooze(row: Waiting, today: date) -> date | None:
    """The last day until which a row may be put off: never beyond a promise; ``None`` when not at all."""
    if row.key in NEVER_SNOOZED:
        return None
    last = today + (LONGEST_FOR_QUESTIONS if row.key in ANSWERED_SOON else LONGEST_SNOOZE)
    if row.promised_by is not None:
        last = min(last, row.promised_by)
    return last if last > today else None


def is_snoozed(row: Waiting, snooze: Snooze | None, today: date) -> bool:
    """Whether a row is put off today. It comes back on its day, or sooner: when more wait, or a promise falls due."""
    if snooze is None or row.key in NEVER_SNOOZED or row.count > snooze.count:
        return False
    if row.promised_by is not None and row.promised_by <= today:
        return False
    return today < snooze.until


def in_order(rows: Sequence[Waiting], snoozes: Mapping[str, Snooze], today: date) -> Queue:
    """The rows in order of harm, by what is to be done about them."""
    ordered = sorted(rows, key=lambda row: ORDER.index(row.key))
    there = [row for row in ordered if row.count]
    put_off = [row for row in there if is_snoozed(row, snoozes.get(row.key), today)]
    return Queue(
        waiting=[row for row in there if row not in put_off],
        snoozed=put_off,
        done=[row for row in ordered if not row.count],
    )


@dataclass(frozen=True)
class GroupFacts:
    """What is known of a mentor's introduced pairs: since when, how many answered, when anything was logged."""

    introduced_on: date | None
    mentees: int
    heard: int
    logged_on: date | None


def may_need_a_hand(group: GroupFacts, *, today: date, after_days: int) -> bool:
    """Whether a mentor may be about to give up: nobody answered, and nothing was logged for so long (R79).

    Two facts that the mentor knows too; it is no judgement, and nobody but who looks after them sees it.
    """
    if not group.mentees or group.heard or group.introduced_on is None:
        return False
    last = max(filter(None, [group.introduced_on, group.logged_on]))
    return (today - last).days >= after_days


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


# What of a list's address may be kept under a name: choices, never words that were searched for.
KEPT: dict[str, tuple[str, ...]] = {
    "people": ("show", "course", "year"),
    "pairs": ("show", "course"),
    "groups": ("show", "course"),
    "events": ("show", "kind"),
    "messages": ("show", "letter"),
}
LONGEST_CHOICE = 60


def kept_choices(page: str, asked: Mapping[str, str]) -> dict[str, str]:
    """The choices of a list's address that make up a filter, in a fixed order; ``{}`` for an unknown list."""
    found = {name: asked.get(name, "") for name in KEPT.get(page, ())}
    return {name: value for name, value in found.items() if value and len(value) <= LONGEST_CHOICE}


@dataclass(frozen=True)
class PersonChosen:
    """What decides whether something is done to somebody who was chosen on a list."""

    in_reach: bool
    takes_part: bool
    is_mentor: bool = False
    is_trained: bool = False
    has_agreed: bool = False
    is_paused: bool = False


@dataclass(frozen=True)
class PairChosen:
    """What decides whether a pair that was chosen on a list is ended."""

    in_reach: bool
    is_on: bool
    waits_for_swap: bool = False
    is_own: bool = False


def why_not(deed: str, person: PersonChosen) -> str:
    """Why somebody is left out of a deed, as a code; "" when they are not."""
    if not person.in_reach:
        return "out-of-reach"
    if not person.takes_part:
        return "not-taking-part"
    if deed == "invite" and not person.is_mentor:
        return "no-mentor"
    if deed == "invite" and person.is_trained:
        return "trained"
    if deed == "agree" and person.has_agreed:
        return "agreed"
    if deed in {"pause", "pause-mentees"} and person.is_paused:
        return "paused"
    return ""


def why_not_ended(pair: PairChosen) -> str:
    """Why a pair is not ended, as a code; "" when it is."""
    if not pair.in_reach:
        return "out-of-reach"
    if not pair.is_on:
        return "ended"
    if pair.is_own:
        return "own"
    return "swap" if pair.waits_for_swap else ""


# Longer than this a list is done in parts: every row is a deed of its own on the trail.
AT_ONCE = 500
