"""Everything Today shows, in a number of queries that does not grow with the scheme."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone

from mentoring.agreements.selectors import participants_with_unaccepted
from mentoring.announcements.selectors import waiting_for
from mentoring.concerns.permissions import reads_concerns_of
from mentoring.concerns.selectors import concerns_visible_to, untaken_for
from mentoring.concerns.states import ConcernState
from mentoring.console.models import RowCare
from mentoring.console.permissions import desk_of
from mentoring.console.rules import Queue, Waiting, in_order, share
from mentoring.console.selectors.desk import cares_of, snoozes_in
from mentoring.console.selectors.pairs import PairsNow, pairs_now, pairs_of, reported_in, strained_in
from mentoring.console.selectors.people import unhappy_in
from mentoring.contacts.models import Contact
from mentoring.contacts.selectors.questions import questions_to_step_in
from mentoring.matching.models import Match
from mentoring.matching.selectors import free_places, swaps_visible_to
from mentoring.matching.states import LIVE, SwapState
from mentoring.messaging.selectors import failed_addresses_visible_to, failed_messages_visible_to
from mentoring.nudges.selectors import waiting_for_a_human
from mentoring.participation.models import Participant, ParticipantQuerySet
from mentoring.recruitment.models import Application
from mentoring.recruitment.states import ApplicationState
from mentoring.safeguarding.selectors import late_reviews_for, reviews_for
from mentoring.training.selectors import trained_mentor_ids
from schemes.models import Cohort, Unit
from schemes.permissions import appointments_of, appointments_with, within_reach
from schemes.roles import Capability
from schemes.selectors import terms_of
from schemes.states import Role


def people_in_reach(user: Any, cohort: Cohort, capability: Capability, today: date) -> ParticipantQuerySet:
    """The cohort's participants whom the capability covers."""
    reach = within_reach(user, capability, today, scheme="cohort__scheme", unit="programme__unit")
    return Participant.objects.filter(reach, cohort=cohort)


def _concerns(user: Any, cohort: Cohort, now: datetime) -> Waiting:
    waiting = concerns_visible_to(user, timezone.localdate(now)).filter(cohort=cohort, state=ConcernState.OPEN)
    found = waiting.aggregate(n=Count("pk"), oldest=Min("raised_at"))
    return Waiting("concerns", found["n"], found["oldest"])


def _untaken(user: Any, cohort: Cohort, now: datetime) -> Waiting | None:
    """A row only while there is something: that concerns exist at all is nobody's business otherwise."""
    found = untaken_for(user, cohort, now)
    return Waiting("untaken-concerns", found.count, found.oldest, people=found.readers) if found.count else None


def _reviews(user: Any, cohort: Cohort, now: datetime) -> Iterator[Waiting]:
    """Rows only while there is something: that confidences were opened is nobody's business otherwise."""
    today = timezone.localdate(now)
    if any(a.scheme_id == cohort.scheme_id for a in appointments_with(user, Capability.BREAK_GLASS, today)):
        found = reviews_for(user, cohort.scheme, now)
        if found.count:
            yield Waiting("reviews", found.count, found.oldest, found.due_on)
    elif any(a.scheme_id == cohort.scheme_id and a.role == Role.LEAD for a in appointments_of(user, today)):
        found = late_reviews_for(user, cohort.scheme, now)
        if found.count:
            yield Waiting("late-reviews", found.count, found.oldest, found.due_on)


def _swaps(user: Any, cohort: Cohort, today: date) -> Waiting:
    waiting = swaps_visible_to(user, today).filter(match__cohort=cohort, state=SwapState.ASKED)
    found = waiting.order_by().aggregate(n=Count("pk"), oldest=Min("asked_at"), promised=Min("promised_by"))
    return Waiting("swaps", found["n"], found["oldest"], found["promised"])


def _unmatched(user: Any, cohort: Cohort, today: date) -> Waiting:
    live = Match.objects.filter(mentee=OuterRef("pk"), state__in=LIVE).exclude(mentor__state="left")
    waiting = (
        people_in_reach(user, cohort, Capability.DRAFT_MATCHES, today)
        .mentees()
        .enrolled()
        .filter(~Exists(live))
        .aggregate(n=Count("pk"), oldest=Min("enrolled_at"))
    )
    places = sum(free_places(cohort).values()) if waiting["n"] else 0
    return Waiting("unmatched", waiting["n"], waiting["oldest"], free_places=places)


def _to_step_in(user: Any, cohort: Cohort, now: datetime, *, has_pairs: bool) -> Waiting:
    """Questions to step in for; who sees the pairs has a row for those with a name, so that this one is without."""
    found = [
        question
        for question in questions_to_step_in(user, now, timezone.localdate(now), with_name=not has_pairs)
        if question.cohort_id == cohort.pk
    ]
    return Waiting("masked" if has_pairs else "step-in", len(found), found[0].asked_at if found else None)


def _reported(user: Any, cohort: Cohort, today: date) -> Waiting:
    found = reported_in(pairs_of(user, cohort, today)).aggregate(n=Count("pk"), oldest=Min("reported_at"))
    return Waiting("reported", found["n"], found["oldest"])


def _applications(user: Any, cohort: Cohort, today: date) -> Waiting:
    reach = within_reach(
        user, Capability.DECIDE_APPLICATIONS, today, scheme="advert__cohort__scheme", unit="programme__unit"
    )
    # Next year's mentors are recruited while this year's cohort runs.
    cohorts = [cohort.pk, *cohort.grew_into.values_list("pk", flat=True)]
    waiting = Application.objects.filter(reach, advert__cohort__in=cohorts, state=ApplicationState.SUBMITTED)
    found = waiting.order_by().aggregate(n=Count("pk"), oldest=Min("submitted_at"))
    return Waiting("applications", found["n"], found["oldest"])


def _failed_addresses(user: Any, cohort: Cohort, today: date) -> Waiting:
    failed = failed_addresses_visible_to(user, today, cohort).order_by()
    found = failed.aggregate(n=Count("pk"), oldest=Min("email_failed_at"))
    return Waiting("failed-addresses", found["n"], found["oldest"])


def _announcements(user: Any, cohort: Cohort, today: date) -> Waiting:
    found = waiting_for(user, cohort, today).order_by().aggregate(n=Count("pk"), oldest=Min("confirmed_at"))
    return Waiting("announcements", found["n"], found["oldest"])


def _agreements(user: Any, cohort: Cohort, today: date) -> Waiting:
    people = people_in_reach(user, cohort, Capability.SEE_PEOPLE, today).enrolled()
    known = Match.objects.known().filter(cohort=cohort).order_by()
    matched = Q(pk__in=known.values("mentor")) | Q(pk__in=known.values("mentee"))
    unsigned = participants_with_unaccepted(cohort).filter(matched, pk__in=people.values("pk"))
    return Waiting("agreements", unsigned.count())


def _training(user: Any, cohort: Cohort, today: date) -> Waiting:
    mentoring_now = (
        people_in_reach(user, cohort, Capability.RUN_EVENTS, today)
        .mentors()
        .filter(Exists(Match.objects.known().filter(mentor=OuterRef("pk"))))
        .values_list("pk", flat=True)
    )
    return Waiting("training", len(set(mentoring_now) - trained_mentor_ids(cohort)))


@dataclass(frozen=True)
class TodayPage:
    """What Today shows. ``desk`` is whose rows they are to look after; ``weeks`` contacts a week of the first term."""

    rows: list[Waiting]
    pairs: PairsNow | None
    opted_out: int
    weeks: list[tuple[int, int]]
    desk: Unit | None
    cares: dict[str, RowCare]
    today: date

    @property
    def queue(self) -> Queue:
        """The rows, those that were put off apart."""
        return in_order(self.rows, snoozes_in(self.cares), self.today)

    @property
    def contacted_share(self) -> int | None:
        return share(self.pairs.counts["contacted"], self.pairs.counts["known"]) if self.pairs else None

    @property
    def replied_share(self) -> int | None:
        return share(self.pairs.counts["replied"], self.pairs.counts["known"]) if self.pairs else None


def today_of(user: Any, cohort: Cohort, now: datetime) -> TodayPage:
    """Gather Today for a reader: each row only for those whose role holds its capability."""
    today = timezone.localdate(now)
    sees_pairs = bool(appointments_with(user, Capability.SEE_MATCHES, today, cohort=cohort))
    pairs = pairs_now(pairs_of(user, cohort, today), cohort, now) if sees_pairs else None
    desk = desk_of(user, cohort, today)
    return TodayPage(
        rows=list(_rows(user, cohort, now, pairs)),
        desk=desk,
        cares=cares_of(cohort, desk, today) if desk else {},
        today=today,
        pairs=pairs,
        opted_out=people_in_reach(user, cohort, Capability.SEE_MATCHES, today).mentees().filter(state="left").count()
        if sees_pairs
        else 0,
        weeks=contacts_by_week(user, cohort, today) if sees_pairs else [],
    )


def _rows(user: Any, cohort: Cohort, now: datetime, pairs: PairsNow | None) -> Iterator[Waiting]:
    today = timezone.localdate(now)

    def may(capability: Capability) -> bool:
        return bool(appointments_with(user, capability, today, cohort=cohort))

    if reads_concerns_of(user, cohort.scheme, today):
        yield _concerns(user, cohort, now)
    if untaken := _untaken(user, cohort, now):
        yield untaken
    yield from _reviews(user, cohort, now)
    if may(Capability.HANDLE_SWAPS):
        yield _swaps(user, cohort, today)
    if may(Capability.DRAFT_MATCHES):
        yield _unmatched(user, cohort, today)
    if pairs is not None:
        yield Waiting("questions", *pairs.asked)
        yield _reported(user, cohort, today)
        yield Waiting("quiet", pairs.quiet.count())
        yield Waiting("strained", strained_in(pairs, cohort, today))
        yield Waiting(
            "check-ins", unhappy_in(people_in_reach(user, cohort, Capability.SEE_MATCHES, today), today).count()
        )
    if may(Capability.HANDLE_SWAPS):
        yield _to_step_in(user, cohort, now, has_pairs=pairs is not None)
    if may(Capability.SEE_MESSAGES):
        yield Waiting("worn", len(waiting_for_a_human(user, cohort, today)))
        yield Waiting("failed-messages", failed_messages_visible_to(user, today).filter(cohort=cohort).count())
        yield _failed_addresses(user, cohort, today)
    if may(Capability.WRITE_TO_MANY):
        yield _announcements(user, cohort, today)
    if may(Capability.DECIDE_APPLICATIONS):
        yield _applications(user, cohort, today)
    if may(Capability.SEE_PEOPLE):
        yield _agreements(user, cohort, today)
    if may(Capability.RUN_EVENTS):
        yield _training(user, cohort, today)


def contacts_by_week(user: Any, cohort: Cohort, today: date, weeks: int = 6) -> list[tuple[int, int]]:
    """Contacts logged in each of the last weeks of the year so far, as (week number, count)."""
    first = terms_of(cohort).get((0, 1))
    if first is None or today < first.starts_on:
        return []
    this_week = (today - first.starts_on).days // 7
    from_week = max(0, this_week - weeks + 1)
    start = first.starts_on + timedelta(weeks=from_week)
    reach = within_reach(
        user, Capability.SEE_MATCHES, today, scheme="mentor__cohort__scheme", unit="mentor__programme__unit"
    )
    days = Contact.objects.filter(
        reach, mentor__cohort=cohort, withdrawn_at=None, happened_on__gte=start, happened_on__lte=today
    )
    found: Counter[int] = Counter()
    for day, count in days.order_by().values_list("happened_on").annotate(n=Count("pk")):
        found[(day - first.starts_on).days // 7] += count
    return [(week + 1, found[week]) for week in range(from_week, this_week + 1)]
