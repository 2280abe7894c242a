"""Who is owed which nudge on a day. Pure: facts in, owed nudges out; no clock, no database.

What is decided depends on the facts and the day alone: not on the order of facts, on how often or
how late it is asked, nor on what the clock did meanwhile. R54, R66, R69; look/README.md §4.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from schemes.rules import Span

STILL_HERE_DAYS = 10
PHASE_WINDOW_DAYS = 21  # a change that is older than this is no news
UNANSWERED_LIMIT = 2  # then a human decides


class Rule(StrEnum):
    """The reasons for a nudge; the earlier goes first when somebody has several."""

    FIRST_HELLO = "first-hello"
    AGREEMENT_DUE = "agreement-due"
    PHASE_MENTOR = "phase-mentor"
    PHASE_MENTEE = "phase-mentee"
    QUIET_PAIR = "quiet-pair"
    STILL_HERE = "still-here"
    LOG_REMINDER = "log-reminder"


ORDER = {rule: place for place, rule in enumerate(Rule)}


@dataclass(frozen=True)
class Rhythm:
    """A cohort's calendar and the waits of its policy, in days."""

    span: Span
    switch_on: date  # settling in turns into studying
    quiet: tuple[Span, ...]
    is_off: bool
    first_hello: int
    quiet_settling_in: int
    quiet_studying: int
    log_reminder: int
    agreement_due: int
    gap: int

    def quiet_days(self, day: date) -> int:
        return self.quiet_settling_in if day < self.switch_on else self.quiet_studying

    def is_open(self, day: date) -> bool:
        """Whether anybody may be nudged on a day at all."""
        return not self.is_off and day <= self.span.last and not any(span.holds(day) for span in self.quiet)


@dataclass(frozen=True)
class PairFacts:
    """One pair. ``tried_on`` is the mentor's last contact, ``heard_on`` the mentee's last tap or answer."""

    match: int
    introduced_on: date
    tried_on: date | None = None
    heard_on: date | None = None
    expects_silence: bool = False  # the mentee said fine, or not now

    @property
    def since(self) -> date:
        """The last sign of life of the pair."""
        return max(day for day in (self.introduced_on, self.tried_on, self.heard_on) if day)


@dataclass(frozen=True)
class PersonFacts:
    """One participant with their pairs, and what they were told before.

    ``unaccepted`` names the versions of texts yet to be accepted. ``told`` holds (rule, occasion);
    ``nudged_on`` and ``unanswered`` count over everything this person was nudged about.
    """

    participant: int
    user: int
    is_mentor: bool
    pairs: tuple[PairFacts, ...] = ()
    may_be_nudged: bool = True  # takes part, has not paused
    unaccepted: str = ""
    logged_on: date | None = None
    nudged_on: date | None = None
    unanswered: int = 0
    told: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, order=True)
class Owed:
    """A nudge that somebody is owed. ``match`` is 0 when it is about no single pair."""

    place: int
    since: date
    occasion: str
    rule: Rule
    participant: int
    user: int
    match: int = 0


def reasons(person: PersonFacts, day: date, rhythm: Rhythm) -> list[Owed]:
    """Every reason that stands on a day, the first to be told first."""
    if not person.pairs or not person.may_be_nudged or not rhythm.is_open(day):
        return []
    found = _as_mentor(person, day, rhythm) if person.is_mentor else _as_mentee(person, day, rhythm)
    return sorted([*found, *_as_either(person, day, rhythm)])


def owed_to(person: PersonFacts, day: date, rhythm: Rhythm) -> Owed | None:
    """The one nudge a person is owed on a day: never two in the gap, none after two unanswered."""
    if person.unanswered >= UNANSWERED_LIMIT:
        return None
    if person.nudged_on and (day - person.nudged_on).days < rhythm.gap:
        return None
    fresh = (owed for owed in reasons(person, day, rhythm) if (owed.rule, owed.occasion) not in person.told)
    return next(fresh, None)


def decide(people: Iterable[PersonFacts], day: date, rhythm: Rhythm) -> Iterator[Owed]:
    """What is owed on a day, one person after the other."""
    for person in people:
        if owed := owed_to(person, day, rhythm):
            yield owed


def forecast(person: PersonFacts, days: Iterable[date], rhythm: Rhythm) -> Iterator[tuple[date, Owed]]:
    """What a person would hear on coming days if nothing else happened."""
    for day in days:
        if owed := owed_to(person, day, rhythm):
            yield day, owed
            person = replace(
                person,
                nudged_on=day,
                unanswered=person.unanswered + 1,
                told=person.told | {(owed.rule, owed.occasion)},
            )


def _owed(person: PersonFacts, rule: Rule, since: date, occasion: str, match: int = 0) -> Owed:
    return Owed(ORDER[rule], since, occasion, rule, person.participant, person.user, match)


def _passed(since: date, days: int, day: date) -> bool:
    return (day - since).days >= days


def _as_mentor(person: PersonFacts, day: date, rhythm: Rhythm) -> Iterator[Owed]:
    silent = [pair for pair in person.pairs if pair.tried_on is None and pair.heard_on is None]
    waiting = [pair.introduced_on for pair in silent if _passed(pair.introduced_on, rhythm.first_hello, day)]
    if waiting:
        yield _owed(person, Rule.FIRST_HELLO, min(waiting), f"{person.participant}/{min(waiting)}")
    expected = [pair for pair in person.pairs if not pair.expects_silence]
    for pair in expected:
        if _passed(pair.since, rhythm.quiet_days(day), day):
            yield _owed(person, Rule.QUIET_PAIR, pair.since, f"{pair.match}/{pair.since}", pair.match)
    if expected and _is_in_phase_window(day, rhythm):
        yield _owed(person, Rule.PHASE_MENTOR, rhythm.switch_on, str(person.participant))
    since = max(filter(None, [person.logged_on, max(pair.introduced_on for pair in person.pairs)]))
    if expected and _passed(since, rhythm.log_reminder, day):
        yield _owed(person, Rule.LOG_REMINDER, since, f"{person.participant}/{since}")


def _as_mentee(person: PersonFacts, day: date, rhythm: Rhythm) -> Iterator[Owed]:
    for pair in person.pairs:
        if pair.expects_silence:
            continue
        if pair.heard_on is None and _passed(pair.introduced_on, STILL_HERE_DAYS, day):
            yield _owed(person, Rule.STILL_HERE, pair.introduced_on, str(pair.match), pair.match)
        if _is_in_phase_window(day, rhythm):
            yield _owed(person, Rule.PHASE_MENTEE, rhythm.switch_on, str(pair.match), pair.match)


def _as_either(person: PersonFacts, day: date, rhythm: Rhythm) -> Iterator[Owed]:
    matched = min(pair.introduced_on for pair in person.pairs)
    if person.unaccepted and _passed(matched, rhythm.agreement_due, day):
        occasion = f"{person.participant}/{person.unaccepted}"
        yield _owed(person, Rule.AGREEMENT_DUE, matched, occasion)


def _is_in_phase_window(day: date, rhythm: Rhythm) -> bool:
    return rhythm.switch_on <= day < rhythm.switch_on + timedelta(days=PHASE_WINDOW_DAYS)
