"""Facts for the nudges, gathered in batches: constant memory and queries a batch, however many matches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from mentoring.agreements.selectors import texts_in_force
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.rules import BOTH_HEARD
from mentoring.contacts.states import Channel, Reply
from mentoring.matching.models import Match
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState
from mentoring.nudges.models import Decision
from mentoring.nudges.rules import (
    UNANSWERED_LIMIT,
    Owed,
    PairFacts,
    PersonFacts,
    Rhythm,
    forecast,
    reasons,
    waits_for_a_human,
)
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from mentoring.training.selectors import standings
from schemes.models import Cohort
from schemes.nudging import Trigger
from schemes.permissions import within_reach
from schemes.roles import Capability
from schemes.rules import Span
from schemes.selectors import milestone_days, quiet_spans, studying_from

BATCH = 500
LETTER = "nudges."
AGAIN = f"{LETTER}texts-again"  # the one that no rule sends, but a coordinator
# A message that was called off or refused told nobody anything.
TOLD = [s for s in MessageState if s not in {MessageState.CANCELLED, MessageState.EXPIRED, MessageState.FAILED}]
SILENCE = {Reply.FINE, Reply.NOT_NOW}


def running_cohorts(today: date) -> QuerySet[Cohort]:
    """Cohorts whose year is not over and whose nudges are on."""
    found = Cohort.objects.filter(ends_on__gte=today, nudges_off=False)
    return found.select_related("scheme__unit__institution").prefetch_related("quiet_periods", "milestones", "terms")


def rhythm_of(cohort: Cohort) -> Rhythm:
    """The cohort's calendar and its policy's table."""
    days = milestone_days(cohort)
    return Rhythm(
        span=Span(cohort.starts_on, cohort.ends_on),
        studying_from=studying_from(cohort, days),
        quiet=tuple(quiet_spans(cohort)),
        is_off=cohort.nudges_off,
        gap=cohort.policy.nudge_gap_days,
        table=cohort.policy.nudges,
        milestones=days,
    )


def people_in_batches(cohort: Cohort, seen_by: Q | None = None) -> Iterator[list[Participant]]:
    """Everybody who takes part in a cohort (and is within a reach), some hundreds at a time.

    All roles of a person are in one batch.
    """
    after, reach = 0, Q() if seen_by is None else seen_by
    everyone = Participant.objects.filter(reach, cohort=cohort).enrolled().select_related("user")
    while batch := list(everyone.filter(user__gt=after).order_by("user", "pk")[:BATCH]):
        last = batch[-1].user_id
        if len(batch) == BATCH and batch[0].user_id != last:
            batch = [one for one in batch if one.user_id != last]  # whose other role may come next
        yield batch
        after = batch[-1].user_id


def facts_of(cohort: Cohort, participants: list[Participant], today: date) -> list[PersonFacts]:
    """The facts of some participants; a constant number of queries."""
    matches = _matches_of(participants)
    pairs = _pairs(matches)
    of_whom: dict[int, list[PairFacts]] = defaultdict(list)
    for match in matches:
        of_whom[match.mentor_id].append(pairs[match.pk])
        of_whom[match.mentee_id].append(pairs[match.pk])
    texts = _Texts(cohort, participants)
    told = _Told(cohort, [participant.user_id for participant in participants])
    seen = _signs_of_life(participants, matches, pairs)
    untrained = _untrained(cohort, participants)
    return [
        PersonFacts(
            participant=participant.pk,
            user=participant.user_id,
            is_mentor=participant.is_mentor,
            pairs=tuple(of_whom[participant.pk]),
            may_be_nudged=may_be_nudged(participant, today),
            enrolled_on=timezone.localdate(participant.enrolled_at),
            unaccepted=texts.unaccepted(participant),
            is_trained=participant.pk not in untrained,
            logged_on=seen.logged_on.get(participant.pk),
            nudged_on=told.last(participant.user_id),
            unanswered=told.since(participant.user_id, max(seen.days(participant.pk), default=None)),
            told=told.reasons(participant.user_id),
        )
        for participant in participants
    ]


def may_be_nudged(participant: Participant, today: date) -> bool:
    """Takes part today and has not asked for quiet."""
    is_pausing = participant.paused_until is not None and participant.paused_until >= today
    return (
        participant.state == ParticipantState.ENROLLED
        and participant.nudges_paused_at is None
        and not is_pausing
        and participant.user.is_active
    )


@dataclass(frozen=True)
class Coming:
    """What somebody would hear on a day."""

    day: date
    text: str
    participant: Participant


def reach_of(user: User, today: date) -> Q:
    """The participants whose messages somebody may see."""
    return within_reach(user, Capability.SEE_MESSAGES, today, scheme="cohort__scheme", unit="programme__unit")


def coming_week(user: User, cohort: Cohort, today: date) -> list[Coming]:
    """Who would hear what in the next seven days, if nothing else happened; only people the user may see."""
    rhythm = rhythm_of(cohort)
    days = [today + timedelta(days=number) for number in range(7)]
    rows: list[tuple[date, Owed]] = []
    for batch in people_in_batches(cohort, reach_of(user, today)):
        for _user, roles in groupby(facts_of(cohort, batch, today), lambda person: person.user):
            rows += forecast(roles, days, rhythm)
    found = Participant.objects.with_person().in_bulk([owed.participant for _day, owed in rows])
    return [Coming(day, owed.text, found[owed.participant]) for day, owed in sorted(rows)]


def people_found(user: User, cohort: Cohort, today: date, words: str, limit: int = 20) -> list[Participant]:
    """The people within reach whose name or address has all the words."""
    found = Participant.objects.filter(reach_of(user, today), cohort=cohort).exclude(state=ParticipantState.LEFT)
    for word in words.split()[:5]:
        found = found.filter(
            Q(user__given_name__icontains=word)
            | Q(user__known_as__icontains=word)
            | Q(user__family_name__icontains=word)
            | Q(user__email__icontains=word)
        )
    return list(found.with_person().order_by("user__family_name", "pk").distinct()[:limit])


@dataclass(frozen=True)
class Worn:
    """Somebody who did not answer two nudges."""

    participant: Participant
    unanswered: int
    last_on: date | None


def waiting_for_a_human(user: User, cohort: Cohort, today: date) -> list[Worn]:
    """Those within reach who did not answer two nudges, the longest first; a constant number of queries.

    Only whom the ledger names twice is looked at closely.
    """
    told = Message.objects.filter(cohort=cohort, letter__startswith=LETTER, state__in=TOLD).order_by()
    often = told.values("recipient").annotate(n=Count("pk")).filter(n__gte=UNANSWERED_LIMIT).values("recipient")
    reach = Participant.objects.filter(reach_of(user, today), cohort=cohort, user__in=often)
    people = {one.pk: one for one in reach.enrolled().with_person()}
    if not people:
        return []
    worn = [facts for facts in facts_of(cohort, list(people.values()), today) if waits_for_a_human(facts)]
    worn.sort(key=lambda facts: (facts.nudged_on or today, facts.participant))
    return [Worn(people[facts.participant], facts.unanswered, facts.nudged_on) for facts in worn]


def _untrained(cohort: Cohort, participants: list[Participant]) -> set[int]:
    """The mentors among them without training; asked only where the table wants to know."""
    if not any(row.trigger == Trigger.UNTRAINED and row.is_on for row in cohort.policy.nudges):
        return set()
    mentors = Participant.objects.filter(pk__in=[p.pk for p in participants]).mentors()
    return {standing.participant.pk for standing in standings(mentors, cohort) if not standing.is_trained}


def _matches_of(participants: list[Participant]) -> list[Match]:
    mine = Q(mentor__in=participants) | Q(mentee__in=participants)
    return list(Match.objects.known().filter(mine, introduced_at__isnull=False).order_by("pk"))


def _pairs(matches: list[Match]) -> dict[int, PairFacts]:
    tried = _last_days(matches, ~Q(contact__channel=Channel.COURTESY))
    heard = _last_days(matches, Q(contact__kind__in=BOTH_HEARD))
    newest = CourtesyReply.objects.filter(match__in=matches, undone_at=None).order_by("replied_at", "pk")
    replies = {reply.match_id: reply for reply in newest}
    found = {}
    for match in matches:
        reply = replies.get(match.pk)
        days = [heard.get(match.pk), timezone.localdate(reply.replied_at) if reply else None]
        assert match.introduced_at is not None  # noqa: S101  (filtered)
        found[match.pk] = PairFacts(
            match=match.pk,
            introduced_on=timezone.localdate(match.introduced_at),
            tried_on=tried.get(match.pk),
            heard_on=max(filter(None, days), default=None),
            expects_silence=bool(reply and reply.choice in SILENCE),
        )
    return found


def _last_days(matches: list[Match], kind: Q) -> dict[int, date]:
    links = Contact.matches.through.objects.filter(kind, match__in=matches, contact__withdrawn_at=None)
    return dict(links.values_list("match").annotate(Max("contact__happened_on")))


@dataclass(frozen=True)
class _Signs:
    """A participant's own last signs of life; a human's word counts like one."""

    logged_on: dict[int, date]
    replied_on: dict[int, date]
    accepted_on: dict[int, date]
    decided_on: dict[int, date]
    heard_on: dict[int, date]

    def days(self, participant: int) -> Iterable[date]:
        kept = (self.logged_on, self.replied_on, self.accepted_on, self.decided_on, self.heard_on)
        return [days[participant] for days in kept if participant in days]


def _signs_of_life(participants: list[Participant], matches: list[Match], pairs: dict[int, PairFacts]) -> _Signs:
    logged = (
        Contact.objects.filter(mentor__in=participants, withdrawn_at=None)
        .exclude(channel=Channel.COURTESY)
        .order_by()
        .values_list("mentor")
        .annotate(Max("logged_at"))
    )
    replied = (
        CourtesyReply.objects.filter(match__in=matches, undone_at=None)
        .order_by()
        .values_list("match__mentee")
        .annotate(Max("replied_at"))
    )
    accepted = Participant.objects.filter(pk__in=[p.pk for p in participants], acceptances__isnull=False)
    decided = Decision.objects.filter(participant__in=participants).order_by().values_list("participant")
    heard = ((match.mentee_id, pairs[match.pk].heard_on) for match in matches)
    return _Signs(
        logged_on=_days_of(logged),
        replied_on=_days_of(replied),
        accepted_on=_days_of(accepted.values_list("pk").annotate(Max("acceptances__accepted_at"))),
        decided_on=_days_of(decided.annotate(Max("decided_at"))),
        heard_on={mentee: day for mentee, day in heard if day},
    )


def _days_of(rows: Iterable[tuple[int, datetime]]) -> dict[int, date]:
    return {key: timezone.localdate(moment) for key, moment in rows}


class _Texts:
    """Which versions of which texts are yet to be accepted."""

    def __init__(self, cohort: Cohort, participants: list[Participant]) -> None:
        self.texts = texts_in_force(cohort)
        self.accepted: set[tuple[int, int]] = set(
            Participant.objects.filter(pk__in=[p.pk for p in participants], acceptances__isnull=False)
            .annotate(text=F("acceptances__text"))
            .values_list("pk", "text")
        )

    def unaccepted(self, participant: Participant) -> str:
        return ",".join(
            f"{text.kind}-{text.version}"
            for text in self.texts
            if text.is_for(participant.role) and (participant.pk, text.pk) not in self.accepted
        )


class _Told:
    """The nudges that people had, from the ledger. What asks for nothing needs no answer."""

    def __init__(self, cohort: Cohort, users: list[int]) -> None:
        self.asking: dict[int, list[date]] = defaultdict(list)
        ask_nothing = {row.text for row in cohort.policy.nudges if not row.asks}
        self.owed: dict[int, set[tuple[str, str]]] = defaultdict(set)
        self.days: dict[int, list[date]] = defaultdict(list)
        rows = Message.objects.filter(recipient__in=users, letter__startswith=LETTER)
        for user, key, letter, due_at, state in rows.values_list("recipient", "key", "letter", "due_at", "state"):
            text = letter.removeprefix(LETTER)
            self.owed[user].add((text, occasion_of(key)))
            if state not in TOLD:
                continue
            self.days[user].append(timezone.localdate(due_at))
            if text not in ask_nothing:
                self.asking[user].append(timezone.localdate(due_at))

    def last(self, user: int) -> date | None:
        return max(self.days[user], default=None)

    def since(self, user: int, sign: date | None) -> int:
        return sum(sign is None or day > sign for day in self.asking[user])

    def reasons(self, user: int) -> frozenset[tuple[str, str]]:
        return frozenset(self.owed[user])


def occasion_of(key: str) -> str:
    """The occasion in a message's key."""
    return key.split("/", 2)[2]


@dataclass(frozen=True)
class Standing:
    """A nudge whose reason stands: to whom, why, and what else it mentions."""

    participant: Participant
    owed: Owed
    also: tuple[Owed, ...] = ()


def standing_of(message: Message, today: date) -> Standing | None:
    """Why a nudge is still owed; ``None`` when its reason is gone, or its row of the table was switched off."""
    participant = Participant.objects.with_person().filter(pk=message.object_id or 0).first()
    if participant is None:
        return None
    [person] = facts_of(participant.cohort, [participant], today)
    stands = {(o.text, o.occasion): o for o in reasons(person, today, rhythm_of(participant.cohort))}
    owed = stands.get(_said(message.letter, message.key))
    if owed is None:
        return None
    together = Message.objects.filter(
        recipient=message.recipient, created_at=message.created_at, letter__startswith=LETTER,
        object_id=message.object_id,
    ).exclude(key=message.key)  # fmt: skip
    said = (_said(letter, key) for letter, key in together.values_list("letter", "key"))
    return Standing(participant, owed, tuple(stands[one] for one in sorted(said) if one in stands))


def _said(letter: str, key: str) -> tuple[str, str]:
    return letter.removeprefix(LETTER), occasion_of(key)


def names_not_greeted(mentor: Participant) -> list[str]:
    """The mentees from whom and to whom nothing is on record yet, by first name."""
    matches = [match for match in _matches_of([mentor]) if match.mentor_id == mentor.pk]
    pairs = _pairs(matches)
    silent = [pk for pk, pair in pairs.items() if pair.tried_on is None and pair.heard_on is None]
    mentees = Participant.objects.filter(matches_as_mentee__in=silent).select_related("user")
    return sorted(mentee.user.first_name for mentee in mentees)


@dataclass(frozen=True)
class Year:
    """A mentor's year: how many students, how many contacts."""

    people: int
    contacts: int


def year_in_numbers(mentor: Participant) -> Year:
    """What a mentor did in a year, matches that ended included."""
    people = Match.objects.filter(mentor=mentor, introduced_at__isnull=False).values("mentee").distinct().count()
    return Year(people, Contact.objects.filter(mentor=mentor, withdrawn_at=None).count())
