"""Facts for the nudges, gathered in batches: constant memory and queries a batch, however many matches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from mentoring.agreements.selectors import texts_in_force
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.rules import BOTH_HEARD
from mentoring.contacts.states import Channel, Reply
from mentoring.matching.models import Match
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState
from mentoring.nudges.models import Decision
from mentoring.nudges.rules import PairFacts, PersonFacts, Rhythm
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from mentoring.training.selectors import trained_in
from schemes.models import Cohort
from schemes.nudging import Trigger
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
    matches = matches_of(participants)
    pairs = pairs_among(matches)
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


def _untrained(cohort: Cohort, participants: list[Participant]) -> set[int]:
    """The mentors among them without training; asked only where the table wants to know."""
    if not any(row.trigger == Trigger.UNTRAINED and row.is_on for row in cohort.policy.nudges):
        return set()
    mentors = Participant.objects.filter(pk__in=[p.pk for p in participants]).mentors()
    return set(mentors.exclude(trained_in(cohort)).values_list("pk", flat=True))


def matches_of(participants: list[Participant]) -> list[Match]:
    mine = Q(mentor__in=participants) | Q(mentee__in=participants)
    return list(Match.objects.known().filter(mine, introduced_at__isnull=False).order_by("pk"))


def pairs_among(matches: list[Match]) -> dict[int, PairFacts]:
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
