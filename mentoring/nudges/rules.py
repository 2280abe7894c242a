"""Who is owed which nudge on a day. Pure: facts in, owed messages out; no clock, no database.

What is decided depends on the facts and the day alone: not on the order of facts, on how often or
how late it is asked, nor on what the clock did meanwhile. R54, R66, R69; look/README.md §4.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from schemes.nudging import Audience, InPhase, NudgeRow, Repeat, Text, Trigger
from schemes.rules import Span

UNANSWERED_LIMIT = 2  # then a human decides
# What another message of the day can mention: tasks of their own. That somebody was not written to waits its turn.
MENTIONED = frozenset({Text.AGREEMENT_DUE, Text.TRAINING_DUE, Text.HALF_WAY, Text.PHASE_MENTOR})
MOST_ALSO = 2


@dataclass(frozen=True)
class Rhythm:
    """A cohort's calendar and its table of nudges. ``milestones`` are days by key."""

    span: Span
    studying_from: date
    quiet: tuple[Span, ...]
    is_off: bool
    gap: int
    table: tuple[NudgeRow, ...]
    milestones: Mapping[str, date]

    def is_open(self, day: date) -> bool:
        """Whether anybody may be nudged on a day at all."""
        return not self.is_off and day <= self.span.last and not any(span.holds(day) for span in self.quiet)

    def rows_for(self, *, is_mentor: bool, day: date) -> Iterator[tuple[int, NudgeRow]]:
        """The rows that concern a mentor, or a mentee, in the phase of a day, with their places."""
        phase = InPhase.SETTLING_IN if day < self.studying_from else InPhase.STUDYING
        audience = {Audience.EITHER, Audience.MENTOR if is_mentor else Audience.MENTEE}
        for place, row in enumerate(self.table):
            if row.is_on and row.audience in audience and row.phase in {InPhase.ANY, phase}:
                yield place, row


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

    ``unaccepted`` names the versions of texts yet to be accepted. ``told`` holds (text, occasion);
    ``nudged_on`` and ``unanswered`` count over everything this person was nudged about.
    """

    participant: int
    user: int
    is_mentor: bool
    pairs: tuple[PairFacts, ...] = ()
    may_be_nudged: bool = True  # takes part, has not paused
    enrolled_on: date | None = None
    unaccepted: str = ""
    is_trained: bool = True
    logged_on: date | None = None
    nudged_on: date | None = None
    unanswered: int = 0
    told: frozenset[tuple[str, str]] = frozenset()

    @property
    def said_fine(self) -> bool:
        """A mentee who said "fine for now", or "not now": nothing more is asked of them."""
        return not self.is_mentor and any(pair.expects_silence for pair in self.pairs)

    @property
    def expected(self) -> list[PairFacts]:
        """The pairs of which a sign is expected."""
        return [pair for pair in self.pairs if not pair.expects_silence]

    @property
    def matched_on(self) -> date:
        return min(pair.introduced_on for pair in self.pairs)


@dataclass(frozen=True, order=True)
class Owed:
    """A message that somebody is owed. ``match`` is 0 when it is about no single pair."""

    place: int
    since: date
    occasion: str
    text: str
    participant: int
    user: int
    match: int = 0
    asks: bool = True


@dataclass(frozen=True)
class Notice:
    """One message to one person: its reason, and what else it mentions, so that a day brings one only."""

    first: Owed
    also: tuple[Owed, ...] = ()

    @property
    def everything(self) -> tuple[Owed, ...]:
        return (self.first, *self.also)


@dataclass(frozen=True)
class Cause:
    """Why a row applies: since when, and what makes it one occasion and not another."""

    since: date
    subject: str
    match: int = 0


def reasons(person: PersonFacts, day: date, rhythm: Rhythm) -> list[Owed]:
    """Every reason that stands on a day, the first to be told first."""
    if not person.may_be_nudged or person.said_fine or not rhythm.is_open(day):
        return []
    found = []
    for place, row in rhythm.rows_for(is_mentor=person.is_mentor, day=day):
        for cause in CAUSES[Trigger(row.trigger)](person, row, rhythm):
            if _is_time(row, cause.since, day):
                found.append(_owed(person, place, row, cause, day))
    return sorted(found)


def notice_for(roles: Iterable[PersonFacts], day: date, rhythm: Rhythm) -> Notice | None:
    """The one message that a person is owed on a day, whatever their roles: never two in the gap,
    and after two unanswered only what asks nothing.
    """
    people = list(roles)
    if any(person.nudged_on and (day - person.nudged_on).days < rhythm.gap for person in people):
        return None
    fresh = sorted(owed for person in people for owed in _untold(person, day, rhythm))
    if not fresh:
        return None
    first = fresh[0]
    return Notice(first, tuple(_also(first, fresh)))


def owed_to(person: PersonFacts, day: date, rhythm: Rhythm) -> Owed | None:
    """The reason of the one message that somebody in one role is owed on a day."""
    notice = notice_for([person], day, rhythm)
    return notice.first if notice else None


def decide(people: Iterable[PersonFacts], day: date, rhythm: Rhythm) -> list[Notice]:
    """What is owed on a day to some people, one message to each; every role of a person is among them."""
    roles: dict[int, list[PersonFacts]] = defaultdict(list)
    for person in people:
        roles[person.user].append(person)
    notices = (notice_for(roles[user], day, rhythm) for user in sorted(roles))
    return [notice for notice in notices if notice]


def forecast(roles: Iterable[PersonFacts], days: Iterable[date], rhythm: Rhythm) -> Iterator[tuple[date, Owed]]:
    """What a person would hear on coming days if nothing else happened."""
    people = list(roles)
    for day in days:
        if notice := notice_for(people, day, rhythm):
            yield day, notice.first
            people = [_having_heard(person, notice, day) for person in people]


def _having_heard(person: PersonFacts, notice: Notice, day: date) -> PersonFacts:
    heard = frozenset((owed.text, owed.occasion) for owed in notice.everything)
    unanswered = person.unanswered + notice.first.asks
    return replace(person, nudged_on=day, unanswered=unanswered, told=person.told | heard)


def waits_for_a_human(person: PersonFacts) -> bool:
    """Whether two nudges went unanswered: the rules say no more, and somebody has to look."""
    return person.may_be_nudged and not person.said_fine and person.unanswered >= UNANSWERED_LIMIT


def _untold(person: PersonFacts, day: date, rhythm: Rhythm) -> Iterator[Owed]:
    is_worn_out = person.unanswered >= UNANSWERED_LIMIT
    for owed in reasons(person, day, rhythm):
        if (owed.text, owed.occasion) not in person.told and not (is_worn_out and owed.asks):
            yield owed


def _also(first: Owed, fresh: list[Owed]) -> Iterator[Owed]:
    """Other small things of the same role that wait, one of each kind."""
    texts, count = {first.text}, 0
    for owed in fresh:
        is_task = owed.text in MENTIONED and first.asks and owed.participant == first.participant
        if is_task and owed.text not in texts and count < MOST_ALSO:
            texts.add(owed.text)
            count += 1
            yield owed


def _is_time(row: NudgeRow, since: date, day: date) -> bool:
    """Whether the wait is over, and the news not stale."""
    passed = (day - since).days - row.after_days
    return passed >= 0 and (not row.until_days or passed < row.until_days)


def _owed(person: PersonFacts, place: int, row: NudgeRow, cause: Cause, day: date) -> Owed:
    occasion = cause.subject
    if row.repeat != Repeat.ONCE:
        occasion += f"/{cause.since}"
    if row.repeat == Repeat.AGAIN:
        occasion += f"/{(day - cause.since).days // row.after_days}"
    return Owed(place, cause.since, occasion, row.text, person.participant, person.user, cause.match, row.asks)


# What each trigger means. A person without pairs has no cause but having just enrolled.


def _enrolled(person: PersonFacts, row: NudgeRow, rhythm: Rhythm) -> Iterator[Cause]:
    if person.enrolled_on and not person.pairs:
        yield Cause(person.enrolled_on, str(person.participant))


def _no_hello(person: PersonFacts, row: NudgeRow, rhythm: Rhythm) -> Iterator[Cause]:
    silent = [pair.introduced_on for pair in person.pairs if pair.tried_on is None and pair.heard_on is None]
    if silent:
        yield Cause(min(silent), str(person.participant))


def _unsigned(person: PersonFacts, row: NudgeRow, rhythm: Rhythm) -> Iterator[Cause]:
    if person.pairs and person.unaccepted:
        yield Cause(person.matched_on, f"{person.participant}/{person.unaccepted}")


def _untrained(person: PersonFacts, row: NudgeRow, rhythm: Rhythm) -> Iterator[Cause]:
    if person.pairs and not person.is_trained:
        yield Cause(person.matched_on, str(person.participant))


def _silent(person: PersonFacts, row: NudgeRow, rhythm: Rhythm) -> Iterator[Cause]:
    for pair in person.expected:
        yield Cause(pair.since, str(pair.match), pair.match)


def _unlogged(person: PersonFacts, row: NudgeRow, rhythm: Rhythm) -> Iterator[Cause]:
    if person.expected:
        newest = max(pair.introduced_on for pair in person.pairs)
        yield Cause(max(filter(None, [person.logged_on, newest])), str(person.participant))


def _unanswered(person: PersonFacts, row: NudgeRow, rhythm: Rhythm) -> Iterator[Cause]:
    for pair in person.expected:
        if pair.heard_on is None:
            yield Cause(pair.introduced_on, str(pair.match), pair.match)


def _milestone(person: PersonFacts, row: NudgeRow, rhythm: Rhythm) -> Iterator[Cause]:
    day = rhythm.milestones.get(row.milestone)
    pairs = person.expected if row.asks else list(person.pairs)
    if day is None or not pairs:
        return
    if person.is_mentor:
        yield Cause(day, str(person.participant))
    for pair in () if person.is_mentor else pairs:
        yield Cause(day, str(pair.match), pair.match)


CAUSES: Mapping[Trigger, Callable[[PersonFacts, NudgeRow, Rhythm], Iterator[Cause]]] = {
    Trigger.ENROLLED: _enrolled,
    Trigger.NO_HELLO: _no_hello,
    Trigger.UNSIGNED: _unsigned,
    Trigger.UNTRAINED: _untrained,
    Trigger.SILENT: _silent,
    Trigger.UNLOGGED: _unlogged,
    Trigger.UNANSWERED: _unanswered,
    Trigger.MILESTONE: _milestone,
}
