"""Who was chosen on a list, who of them is left out of what, and why."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from mentoring.agreements.selectors import participants_with_unaccepted
from mentoring.announcements.rules import COUNTED_FOR
from mentoring.announcements.selectors import released_lately
from mentoring.console.models import Batch
from mentoring.console.permissions import needed_for
from mentoring.console.rules import PairChosen, PersonChosen, why_not, why_not_ended
from mentoring.console.states import Deed
from mentoring.matching.models import Match
from mentoring.matching.selectors import open_swaps
from mentoring.matching.states import KNOWN
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from mentoring.training.selectors import trained_mentor_ids
from schemes.models import Cohort
from schemes.permissions import within_reach


@dataclass(frozen=True)
class Plan:
    """What a deed would do: to whom, and how many are left out for which reason (a code of the rules)."""

    deed: Deed
    people: list[Participant]
    matches: list[Match]
    left_out: Counter[str]

    @property
    def count(self) -> int:
        return len(self.matches) if self.deed == Deed.REMATCH else len(self.people)

    @property
    def seal(self) -> str:
        """The same for the same rows: what was shown is what is done."""
        keys = self.matches if self.deed == Deed.REMATCH else self.people
        return hashlib.sha256(f"{self.deed}:{sorted(each.pk for each in keys)}".encode()).hexdigest()[:32]


def plan_for_people(deed: Deed, chosen: Iterable[Participant], cohort: Cohort, user: User, today: date) -> Plan:
    """Look at each of the chosen once; a fixed number of queries."""
    found = list({person.pk: person for person in chosen}.values())
    reach = within_reach(user, needed_for(deed), today, scheme="cohort__scheme", unit="programme__unit")
    reached = set(Participant.objects.filter(reach, cohort=cohort).values_list("pk", flat=True))
    trained = trained_mentor_ids(cohort) if deed == Deed.INVITE else set()
    unsigned = set(participants_with_unaccepted(cohort).values_list("pk", flat=True)) if deed == Deed.AGREE else set()
    kept, left_out = [], Counter[str]()
    for person in found:
        facts = PersonChosen(
            in_reach=person.pk in reached,
            takes_part=person.state == ParticipantState.ENROLLED and person.user.is_active,
            is_mentor=person.is_mentor,
            is_trained=person.pk in trained,
            has_agreed=deed == Deed.AGREE and person.pk not in unsigned,
            is_paused=person.nudges_paused_at is not None,
        )
        if reason := why_not(deed, facts):
            left_out[reason] += 1
        else:
            kept.append(person)
    return Plan(deed, kept, [], left_out)


def plan_for_pairs(deed: Deed, chosen: Iterable[Match], cohort: Cohort, user: User, today: date) -> Plan:
    """To end the pairs, or to do something to one side of them."""
    found = list(chosen)
    if deed != Deed.REMATCH:
        side = "mentor" if deed == Deed.WRITE_MENTORS else "mentee"
        return plan_for_people(deed, (getattr(match, side) for match in found), cohort, user, today)
    reach = within_reach(user, needed_for(deed), today, scheme="cohort__scheme", unit="mentee__programme__unit")
    reached = set(Match.objects.filter(reach, cohort=cohort).values_list("pk", flat=True))
    swapping = set(open_swaps(user, today).filter(match__cohort=cohort).values_list("match", flat=True))
    kept, left_out = [], Counter[str]()
    for match in found:
        left = ParticipantState.LEFT in {match.mentor.state, match.mentee.state}
        facts = PairChosen(
            in_reach=match.pk in reached,
            is_on=match.state in KNOWN and not left,
            waits_for_swap=match.pk in swapping,
            is_own=user.pk in {match.mentor.user_id, match.mentee.user_id},
        )
        if reason := why_not_ended(facts):
            left_out[reason] += 1
        else:
            kept.append(match)
    return Plan(deed, [], kept, left_out)


def written_to_lately(user: User, now: datetime) -> int:
    """How many messages to others somebody caused within a day: by announcements, and by ending pairs."""
    ended = Batch.objects.filter(done_by=user, deed=Deed.REMATCH, done_at__gt=now - COUNTED_FOR, undone_at=None)
    return released_lately(user, now) + 2 * ended.filter(matches__isnull=False).count()


def _people_in_reach(user: Any, deed: str, today: date) -> QuerySet[Participant]:
    reach = within_reach(user, needed_for(Deed(deed)), today, scheme="cohort__scheme", unit="programme__unit")
    return Participant.objects.filter(reach)


def _matches_in_reach(user: Any, deed: str, today: date) -> QuerySet[Match]:
    reach = within_reach(user, needed_for(Deed(deed)), today, scheme="cohort__scheme", unit="mentee__programme__unit")
    return Match.objects.filter(reach)


def people_still(batch: Batch, user: Any, today: date) -> QuerySet[Participant]:
    """Those of a batch to whom its author may do the same today: a deed outlives no appointment (trust.md §1, 19)."""
    return batch.people.filter(pk__in=_people_in_reach(user, batch.deed, today).values("pk"))


def matches_still(batch: Batch, user: Any, today: date) -> QuerySet[Match]:
    """The same of its pairs."""
    return batch.matches.filter(pk__in=_matches_in_reach(user, batch.deed, today).values("pk"))


def batches_of(user: Any, today: date) -> Any:
    """What somebody did to many, the newest first, with ``size``: to how many. Not those of whom nobody is within
    their reach any more."""
    here = Q(pk__in=[])
    for deed in Deed:
        people = Batch.people.through.objects.filter(
            batch=OuterRef("pk"), participant__in=_people_in_reach(user, deed, today).values("pk")
        )
        matches = Batch.matches.through.objects.filter(
            batch=OuterRef("pk"), match__in=_matches_in_reach(user, deed, today).values("pk")
        )
        here |= Q(deed=deed) & (Exists(people) | Exists(matches))
    found = Batch.objects.filter(here, done_by=user.pk).select_related("cohort__scheme", "announcement")
    sized = found.annotate(size=Count("people", distinct=True) + Count("matches", distinct=True))
    return sized.order_by("-done_at", "-pk")
