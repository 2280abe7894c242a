"""Everything Today shows, in a number of queries that does not grow with the scheme."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef
from django.utils import timezone

from mentoring.announcements.selectors import waiting_for
from mentoring.concerns.permissions import reads_concerns_of
from mentoring.concerns.selectors import concerns_visible_to, untaken_for
from mentoring.concerns.states import ConcernState
from mentoring.console.models import RowCare
from mentoring.console.permissions import SEES_ROW, desk_of
from mentoring.console.rules import Queue, Waiting, in_order, share
from mentoring.console.selectors.desk import cares_of, snoozes_in
from mentoring.console.selectors.pairs import PairsNow, pairs_in_reach, pairs_now, reports_about
from mentoring.console.selectors.people import training_gaps_in, unhappy_in, unsigned_in
from mentoring.contacts.models import Contact
from mentoring.contacts.selectors.questions import masked_to_step_in, named_to_step_in
from mentoring.matching.models import Match
from mentoring.matching.selectors import free_places, swaps_visible_to
from mentoring.matching.states import SwapState
from mentoring.messaging.selectors import failed_addresses_visible_to, failed_messages_visible_to
from mentoring.nudges.selectors import waiting_for_a_human
from mentoring.participation.models import Participant, ParticipantQuerySet
from mentoring.recruitment.models import Application
from mentoring.recruitment.states import ApplicationState
from mentoring.safeguarding.selectors import late_reviews_for, reviews_for
from schemes.models import Cohort, Unit
from schemes.permissions import appointments_of, appointments_with, goes_as_far_as, within_reach
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
    live = Match.objects.live().filter(mentee=OuterRef("pk"))
    waiting = (
        people_in_reach(user, cohort, Capability.DRAFT_MATCHES, today)
        .mentees()
        .enrolled()
        .filter(~Exists(live))
        .aggregate(n=Count("pk"), oldest=Min("enrolled_at"))
    )
    places = free_places(cohort) if waiting["n"] else 0
    return Waiting("unmatched", waiting["n"], waiting["oldest"], free_places=places)


def _to_step_in(user: Any, cohort: Cohort, now: datetime, *, has_pairs: bool) -> Waiting:
    """Questions to step in for; who sees the pairs has a row for those with a name, so that this one is without."""
    today = timezone.localdate(now)
    masked = masked_to_step_in(user, now, today).filter(cohort=cohort).order_by()
    found = masked.aggregate(n=Count("pk"), oldest=Min("asked_at"))
    if has_pairs:
        return Waiting("masked", found["n"], found["oldest"])
    named = named_to_step_in(user, now, today).filter(match__cohort=cohort).order_by()
    more = named.aggregate(n=Count("pk"), oldest=Min("replied_at"))
    oldest = min(filter(None, [found["oldest"], more["oldest"]]), default=None)
    return Waiting("step-in", found["n"] + more["n"], oldest)


def _reported(user: Any, cohort: Cohort, today: date) -> Waiting:
    reach = pairs_in_reach(user, cohort, today, door=Capability.SEE_CONTACTS)
    found = reports_about(reach).aggregate(n=Count("pk"), oldest=Min("reported_at"))
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
    people = people_in_reach(user, cohort, Capability.SEE_PEOPLE, today)
    return Waiting("agreements", unsigned_in(people, cohort).count())


def _training(user: Any, cohort: Cohort, today: date) -> Waiting:
    people = people_in_reach(user, cohort, Capability.RUN_EVENTS, today)
    return Waiting("training", training_gaps_in(people, cohort).count())


@dataclass(frozen=True)
class TodayPage:
    """What Today shows. ``desk`` is whose rows they are to look after; ``weeks`` contacts a week of the first term.

    ``paired`` is how many pairs know of each other, ``None`` for who does not see pairs. How many of them were in touch
    is for who sees contacts: exact figures that move with each contact would tell others of single pairs.
    """

    rows: list[Waiting]
    paired: int | None
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


@dataclass(frozen=True)
class _Look:
    """Whose Today, of which cohort, and when."""

    user: Any
    cohort: Cohort
    now: datetime

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def may(self, capability: Capability) -> bool:
        return bool(appointments_with(self.user, capability, self.today, cohort=self.cohort))

    @cached_property
    def pairs(self) -> PairsNow:
        """A look at the pairs of which the reader may know whether they were in touch."""
        reach = pairs_in_reach(self.user, self.cohort, self.today, door=Capability.SEE_CONTACTS)
        return pairs_now(reach, self.cohort, self.now)

    @property
    def paired(self) -> int:
        if goes_as_far_as(self.user, Capability.SEE_CONTACTS, Capability.SEE_MATCHES, self.today):
            return self.pairs.counts["known"]
        return pairs_in_reach(self.user, self.cohort, self.today).known().count()

    @property
    def people(self) -> ParticipantQuerySet:
        return people_in_reach(self.user, self.cohort, Capability.SEE_MATCHES, self.today)

    @property
    def in_touch(self) -> ParticipantQuerySet:
        """Those of whose contacts the reader may know."""
        return people_in_reach(self.user, self.cohort, Capability.SEE_CONTACTS, self.today)


def today_of(user: Any, cohort: Cohort, now: datetime) -> TodayPage:
    """Gather Today for a reader: each row only for those whose role holds its capability."""
    look = _Look(user, cohort, now)
    desk = desk_of(user, cohort, look.today)
    sees_pairs, sees_contacts = look.may(Capability.SEE_MATCHES), look.may(Capability.SEE_CONTACTS)
    return TodayPage(
        rows=[*_confidential_rows(look), *(make(look) for key, make in ROWS.items() if look.may(SEES_ROW[key]))],
        desk=desk,
        cares=cares_of(cohort, desk, look.today) if desk else {},
        today=look.today,
        paired=look.paired if sees_pairs else None,
        pairs=look.pairs if sees_contacts else None,
        opted_out=look.people.mentees().filter(state="left").count() if sees_pairs else 0,
        weeks=contacts_by_week(user, cohort, look.today) if sees_contacts else [],
    )


def row_of_today(user: Any, cohort: Cohort, now: datetime, key: str) -> TodayPage | None:
    """Today with one row alone; ``None`` when the reader has no such row, or nobody looks after it."""
    look = _Look(user, cohort, now)
    desk = desk_of(user, cohort, look.today)
    if desk is None or key not in ROWS or not look.may(SEES_ROW[key]):
        return None
    row = ROWS[key](look)
    cares = cares_of(cohort, desk, look.today)
    return TodayPage([row], None, None, 0, [], desk, cares, look.today) if row.key == key else None


def _confidential_rows(look: _Look) -> Iterator[Waiting]:
    if reads_concerns_of(look.user, look.cohort.scheme, look.today):
        yield _concerns(look.user, look.cohort, look.now)
    if untaken := _untaken(look.user, look.cohort, look.now):
        yield untaken
    yield from _reviews(look.user, look.cohort, look.now)


def _failed_messages(look: _Look) -> Waiting:
    failed = failed_messages_visible_to(look.user, look.today).filter(cohort=look.cohort)
    return Waiting("failed-messages", failed.count())


def _to_step_in_for(look: _Look) -> Waiting:
    return _to_step_in(look.user, look.cohort, look.now, has_pairs=look.may(Capability.SEE_MATCHES))


# What makes each row that somebody can look after; SEES_ROW says whose it is.
ROWS: dict[str, Callable[[_Look], Waiting]] = {
    "swaps": lambda look: _swaps(look.user, look.cohort, look.today),
    "unmatched": lambda look: _unmatched(look.user, look.cohort, look.today),
    "questions": lambda look: Waiting("questions", *look.pairs.asked),
    "reported": lambda look: _reported(look.user, look.cohort, look.today),
    "quiet": lambda look: Waiting("quiet", look.pairs.counts["quiet"]),
    "strained": lambda look: Waiting("strained", look.pairs.counts["strained"]),
    "check-ins": lambda look: Waiting("check-ins", unhappy_in(look.in_touch, look.today).count()),
    "masked": _to_step_in_for,
    "worn": lambda look: Waiting("worn", waiting_for_a_human(look.user, look.cohort, look.today).count()),
    "failed-messages": _failed_messages,
    "failed-addresses": lambda look: _failed_addresses(look.user, look.cohort, look.today),
    "announcements": lambda look: _announcements(look.user, look.cohort, look.today),
    "applications": lambda look: _applications(look.user, look.cohort, look.today),
    "agreements": lambda look: _agreements(look.user, look.cohort, look.today),
    "training": lambda look: _training(look.user, look.cohort, look.today),
}


def contacts_by_week(user: Any, cohort: Cohort, today: date, weeks: int = 6) -> list[tuple[int, int]]:
    """Contacts logged in each of the last weeks of the year so far, as (week number, count)."""
    first = terms_of(cohort).get((0, 1))
    if first is None or today < first.starts_on:
        return []
    this_week = (today - first.starts_on).days // 7
    from_week = max(0, this_week - weeks + 1)
    start = first.starts_on + timedelta(weeks=from_week)
    reach = within_reach(
        user, Capability.SEE_CONTACTS, today, scheme="mentor__cohort__scheme", unit="mentor__programme__unit"
    )
    days = Contact.objects.filter(
        reach, mentor__cohort=cohort, withdrawn_at=None, happened_on__gte=start, happened_on__lte=today
    )
    found: Counter[int] = Counter()
    for day, count in days.order_by().values_list("happened_on").annotate(n=Count("pk")):
        found[(day - first.starts_on).days // 7] += count
    return [(week + 1, found[week]) for week in range(from_week, this_week + 1)]
