"""Facts for the nudges, gathered in batches: constant memory and queries a batch, however many matches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from mentoring.agreements.selectors import texts_in_force
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.rules import BOTH_HEARD
from mentoring.contacts.states import Channel, Reply
from mentoring.matching.models import Match
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState
from mentoring.nudges.rules import Owed, PairFacts, PersonFacts, Rhythm, Rule, forecast, reasons
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from schemes.models import Cohort
from schemes.permissions import within_reach
from schemes.roles import Capability
from schemes.rules import Span
from schemes.selectors import quiet_spans, terms_of

BATCH = 500
LETTER = "nudges."
# A message that was called off or refused told nobody anything.
TOLD = [s for s in MessageState if s not in {MessageState.CANCELLED, MessageState.EXPIRED, MessageState.FAILED}]
SILENCE = {Reply.FINE, Reply.NOT_NOW}


def running_cohorts(today: date) -> QuerySet[Cohort]:
    """Cohorts whose year is not over and whose nudges are on."""
    return Cohort.objects.filter(ends_on__gte=today, nudges_off=False).select_related("scheme__unit__institution")


def rhythm_of(cohort: Cohort) -> Rhythm:
    """The cohort's calendar and its policy's waits."""
    policy = cohort.policy
    first = terms_of(cohort).get((0, 1))
    return Rhythm(
        span=Span(cohort.starts_on, cohort.ends_on),
        switch_on=(first.starts_on if first else cohort.starts_on) + timedelta(weeks=policy.settling_in_weeks),
        quiet=tuple(quiet_spans(cohort)),
        is_off=cohort.nudges_off,
        first_hello=policy.first_hello_days,
        quiet_settling_in=policy.quiet_days_settling_in,
        quiet_studying=policy.quiet_days_studying,
        log_reminder=policy.log_reminder_days,
        agreement_due=policy.agreement_due_days,
        gap=policy.nudge_gap_days,
    )


def people_in(cohort: Cohort, today: date, seen_by: Q | None = None) -> Iterator[PersonFacts]:
    """The facts of everybody who takes part in a cohort (and is within a reach), in batches by key."""
    after = 0
    while True:
        batch = list(
            Participant.objects.filter(Q() if seen_by is None else seen_by, cohort=cohort, pk__gt=after)
            .enrolled()
            .select_related("user")
            .order_by("pk")[:BATCH]
        )
        if not batch:
            return
        yield from facts_of(cohort, batch, today)
        after = batch[-1].pk


def facts_of(cohort: Cohort, participants: list[Participant], today: date) -> list[PersonFacts]:
    """The facts of some participants; a constant number of queries."""
    matches = _matches_of(participants)
    pairs = _pairs(matches)
    of_whom: dict[int, list[PairFacts]] = defaultdict(list)
    for match in matches:
        of_whom[match.mentor_id].append(pairs[match.pk])
        of_whom[match.mentee_id].append(pairs[match.pk])
    texts = _Texts(cohort, participants)
    told = _Told([participant.user_id for participant in participants])
    seen = _signs_of_life(participants, matches)
    return [
        PersonFacts(
            participant=participant.pk,
            user=participant.user_id,
            is_mentor=participant.is_mentor,
            pairs=tuple(of_whom[participant.pk]),
            may_be_nudged=may_be_nudged(participant, today),
            unaccepted=texts.unaccepted(participant),
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
    rule: Rule
    participant: Participant


def coming_week(user: User, cohort: Cohort, today: date) -> list[Coming]:
    """Who would hear what in the next seven days, if nothing else happened; only people the user may see."""
    rhythm = rhythm_of(cohort)
    reach = within_reach(user, Capability.SEE_MESSAGES, today, scheme="cohort__scheme", unit="programme__unit")
    days = [today + timedelta(days=number) for number in range(7)]
    rows = [row for person in people_in(cohort, today, reach) for row in forecast(person, days, rhythm)]
    found = Participant.objects.with_person().in_bulk([owed.participant for _day, owed in rows])
    return [Coming(day, owed.rule, found[owed.participant]) for day, owed in sorted(rows)]


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
    """A participant's own last signs of life."""

    logged_on: dict[int, date]
    replied_on: dict[int, date]
    accepted_on: dict[int, date]

    def days(self, participant: int) -> Iterable[date]:
        kept = (self.logged_on, self.replied_on, self.accepted_on)
        return [days[participant] for days in kept if participant in days]


def _signs_of_life(participants: list[Participant], matches: list[Match]) -> _Signs:
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
    return _Signs(
        *(
            {key: timezone.localdate(moment) for key, moment in rows}
            for rows in (logged, replied, accepted.values_list("pk").annotate(Max("acceptances__accepted_at")))
        )
    )


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
    """The nudges that people had, from the ledger."""

    def __init__(self, users: list[int]) -> None:
        self.owed: dict[int, set[tuple[str, str]]] = defaultdict(set)
        self.days: dict[int, list[date]] = defaultdict(list)
        rows = Message.objects.filter(recipient__in=users, letter__startswith=LETTER)
        for user, key, letter, due_at, state in rows.values_list("recipient", "key", "letter", "due_at", "state"):
            self.owed[user].add((letter.removeprefix(LETTER), occasion_of(key)))
            if state in TOLD:
                self.days[user].append(timezone.localdate(due_at))

    def last(self, user: int) -> date | None:
        return max(self.days[user], default=None)

    def since(self, user: int, sign: date | None) -> int:
        return sum(sign is None or day > sign for day in self.days[user])

    def reasons(self, user: int) -> frozenset[tuple[str, str]]:
        return frozenset(self.owed[user])


def occasion_of(key: str) -> str:
    """The occasion in a message's key."""
    return key.split("/", 2)[2]


def reason_for(message: Message, today: date) -> tuple[Owed, Participant] | None:
    """Why a nudge is still owed, and to which participant; ``None`` when its reason is gone."""
    participant = Participant.objects.with_person().filter(pk=message.object_id).first()
    if participant is None:
        return None
    cohort = participant.cohort
    [person] = facts_of(cohort, [participant], today)
    rule, occasion = message.letter.removeprefix(LETTER), occasion_of(message.key)
    for owed in reasons(person, today, rhythm_of(cohort)):
        if (owed.rule, owed.occasion) == (rule, occasion):
            return owed, participant
    return None


def names_not_greeted(mentor: Participant) -> list[str]:
    """The mentees from whom and to whom nothing is on record yet, by first name."""
    matches = [match for match in _matches_of([mentor]) if match.mentor_id == mentor.pk]
    pairs = _pairs(matches)
    silent = [pk for pk, pair in pairs.items() if pair.tried_on is None and pair.heard_on is None]
    mentees = Participant.objects.filter(matches_as_mentee__in=silent).select_related("user")
    return sorted(mentee.user.first_name for mentee in mentees)
