"""What differs between two drafts, for one reader: numbers side by side, students and groups (issue 3)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from mentoring.matching.models import Run
from mentoring.matching.rules import Changes, Size, changes_between, group_note
from mentoring.matching.selectors.facts import sizes_of
from mentoring.matching.states import RunState
from mentoring.participation.models import Participant
from schemes.permissions import within_reach
from schemes.roles import Capability

ROWS_A_PAGE = 50
LISTS = ("moved", "matched", "lost", "joined", "gone", "groups")

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
class Figures:
    """One draft in numbers, as far as the reader sees it and as it stands now, moves by hand included."""

    paired: int
    unmatched: int
    groups: int
    undersized: int
    near: int
    wished: int
    all_honoured: int
    some_honoured: int
    none_honoured: int
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class ChangeRow:
    """A student and their mentor in either draft."""

    mentee: Participant
    before: Participant | None
    after: Participant | None


@dataclass(frozen=True)
class GroupChange:
    """A mentor whose group differs."""

    mentor: Participant
    size: Size


@dataclass
class Comparison:
    """Two drafts side by side, and one page of one list of what differs."""

    before: Figures
    after: Figures
    changes: Changes
    page: Page[Any]
    students: list[ChangeRow]
    groups: list[GroupChange]


def comparison(one: Run, other: Run, user: Any, today: date, *, show: str, number: str | None) -> Comparison:
    """What differs from ``one`` to ``other`` among the reader's students; a constant number of queries."""
    facts_one, facts_other = _facts(one, user, today), _facts(other, user, today)
    before = {mentee: mentor for mentee, mentor, _codes in facts_one}
    after = {mentee: mentor for mentee, mentor, _codes in facts_other}
    changes = changes_between(before, after)
    listed = getattr(changes, show if show in LISTS else "moved")
    page = Paginator(listed, ROWS_A_PAGE).get_page(number)
    students: list[ChangeRow] = []
    groups: list[GroupChange] = []
    if show == "groups":
        people = people_by_key(size.mentor for size in page.object_list)
        groups = [GroupChange(people[size.mentor], size) for size in page.object_list]
    else:
        students = change_rows(page.object_list, before, after)
    return Comparison(_figures(one, facts_one), _figures(other, facts_other), changes, page, students, groups)


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


def _facts(run: Run, user: Any, today: date) -> list[tuple[int, int | None, dict[str, Any]]]:
    reach = within_reach(
        user, Capability.SEE_MATCHES, today, scheme="run__cohort__scheme", unit="mentee__programme__unit"
    )
    return list(run.proposals.filter(reach).order_by("mentee").values_list("mentee", "mentor", "reasons"))


def _figures(run: Run, facts: list[tuple[int, int | None, dict[str, Any]]]) -> Figures:
    paired = [(mentor, codes) for _mentee, mentor, codes in facts if mentor is not None]
    loads = Counter(mentor for mentor, _codes in paired)
    sizes = sizes_of(run.cohort.policy)
    wished = [codes for _mentor, codes in paired if codes.get("wished")]
    full = sum(codes["honoured"] == codes["wished"] for codes in wished)
    none = sum(codes["honoured"] == 0 for codes in wished)
    return Figures(
        paired=len(paired),
        unmatched=len(facts) - len(paired),
        groups=len(loads),
        undersized=sum(group_note(load, sizes) == "thin" for load in loads.values()),
        near=sum(bool(codes.get("near")) for _mentor, codes in paired),
        wished=len(wished),
        all_honoured=full,
        some_honoured=len(wished) - full - none,
        none_honoured=none,
        sizes=tuple(sorted(loads.values())),
    )
