"""What differs between two drafts, for one reader: numbers side by side, students and groups (issue 3)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator

from mentoring.matching.models import Run
from mentoring.matching.rules import Changes, Size, changes_between
from mentoring.matching.selectors.changes import ROWS_A_PAGE, ChangeRow, change_rows, people_by_key
from mentoring.matching.selectors.drafts import DraftReader
from mentoring.participation.models import Participant
from schemes.permissions import within_reach
from schemes.roles import Capability

LISTS = ("moved", "matched", "lost", "joined", "gone", "groups")


@dataclass(frozen=True)
class Figures:
    """One draft in numbers, as far as the reader sees it and as it stands now, moves by hand included."""

    paired: int
    unmatched: int
    groups: int
    undersized: int
    near: int
    all_honoured: int
    some_honoured: int
    none_honoured: int


@dataclass(frozen=True)
class GroupChange:
    """A mentor whose group differs."""

    mentor: Participant
    size: Size


@dataclass
class Comparison:
    """Two drafts side by side, and one page of one list of what differs: ``show``, else the first with anybody."""

    before: Figures
    after: Figures
    changes: Changes
    show: str
    page: Page[Any]
    students: list[ChangeRow]
    groups: list[GroupChange]


def comparison(one: Run, other: Run, user: Any, today: date, *, show: str, number: str | None) -> Comparison:
    """What differs from ``one`` to ``other`` among the reader's students; a constant number of queries."""
    facts_one, facts_other = _facts(one, user, today), _facts(other, user, today)
    before = {mentee: mentor for mentee, mentor, _codes in facts_one}
    after = {mentee: mentor for mentee, mentor, _codes in facts_other}
    changes = changes_between(before, after)
    show = show if show in LISTS else next((name for name in LISTS if getattr(changes, name)), "moved")
    listed = getattr(changes, show)
    page = Paginator(listed, ROWS_A_PAGE).get_page(number)
    students: list[ChangeRow] = []
    groups: list[GroupChange] = []
    if show == "groups":
        people = people_by_key(size.mentor for size in page.object_list)
        groups = [GroupChange(people[size.mentor], size) for size in page.object_list]
    else:
        students = change_rows(page.object_list, before, after)
    figures = [_figures(run, facts, user, today) for run, facts in ((one, facts_one), (other, facts_other))]
    return Comparison(figures[0], figures[1], changes, show, page, students, groups)


def _facts(run: Run, user: Any, today: date) -> list[tuple[int, int | None, dict[str, Any]]]:
    reach = within_reach(
        user, Capability.SEE_MATCHES, today, scheme="run__cohort__scheme", unit="mentee__programme__unit"
    )
    return list(run.proposals.filter(reach).order_by("mentee").values_list("mentee", "mentor", "reasons"))


def _figures(run: Run, facts: list[tuple[int, int | None, dict[str, Any]]], user: Any, today: date) -> Figures:
    headline = DraftReader(run, user, today).headline()
    paired = [codes for _mentee, mentor, codes in facts if mentor is not None]
    wished = [codes for codes in paired if codes.get("wished")]
    full = sum(codes["honoured"] == codes["wished"] for codes in wished)
    none = sum(codes["honoured"] == 0 for codes in wished)
    return Figures(
        paired=headline.pairs,
        unmatched=headline.unmatched,
        groups=headline.groups,
        undersized=headline.undersized,
        near=sum(bool(codes.get("near")) for codes in paired),
        all_honoured=full,
        some_honoured=len(wished) - full - none,
        none_honoured=none,
    )
