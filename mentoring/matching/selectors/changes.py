"""Who has which mentor in a draft, and rows that name what changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from mentoring.matching.models import Run
from mentoring.matching.states import RunState
from mentoring.participation.models import Participant

ROWS_A_PAGE = 50

Pairs = dict[int, int | None]


def pairs_of(run: Run) -> Pairs:
    """Mentee → mentor, or none, as the run proposes now."""
    return dict(run.proposals.values_list("mentee", "mentor"))


def draft_before(run: Run) -> Run | None:
    """The draft that a run is best compared with: the one it started from, else the last of its unit before it."""
    if run.based_on_id:
        return run.based_on
    earlier = Run.objects.filter(cohort=run.cohort_id, unit=run.unit_id, queued_at__lt=run.queued_at)
    return earlier.exclude(state=RunState.DISCARDED).exclude(digest="").order_by("-queued_at", "-pk").first()


@dataclass(frozen=True)
class ChangeRow:
    """A student and their mentor in either draft."""

    mentee: Participant
    before: Participant | None
    after: Participant | None


def change_rows(mentees: Iterable[int], before: Pairs, after: Pairs) -> list[ChangeRow]:
    """Rows for these mentees, with everybody's names; one query."""
    asked = list(mentees)
    named = {key for mentee in asked for key in (mentee, before.get(mentee), after.get(mentee)) if key}
    people = people_by_key(named)
    return [
        ChangeRow(people[mentee], people.get(before.get(mentee) or 0), people.get(after.get(mentee) or 0))
        for mentee in asked
        if mentee in people
    ]


def people_by_key(keys: Iterable[int]) -> Mapping[int, Participant]:
    found: QuerySet[Participant] = Participant.objects.filter(pk__in=list(keys))
    return {person.pk: person for person in found.select_related("user", "programme")}
