"""What-ifs and checks of a run, in words, as far as somebody may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mentoring.lib.jobs import JobState
from mentoring.matching.models import Run, Trial
from mentoring.matching.rules import WhatIf, restored
from mentoring.matching.selectors.changes import ROWS_A_PAGE, people_by_key
from mentoring.matching.selectors.drafts import proposals_visible_to
from mentoring.matching.states import TrialKind
from mentoring.participation.models import Participant
from schemes.permissions import within_reach
from schemes.roles import Capability

LISTS = ("matched", "lost", "moved")


def trials_visible_to(user: Any, today: date) -> QuerySet[Trial]:
    """Trials about runs that lie within the reader's reach as a whole: an answer counts everybody (R90)."""
    reach = within_reach(user, Capability.DRAFT_MATCHES, today, scheme="run__cohort__scheme", unit="run__unit")
    return Trial.objects.filter(reach).select_related("run__cohort__scheme__unit", "run__unit", "requested_by")


def what_ifs(run: Run) -> QuerySet[Trial]:
    """The what-ifs of a run, the newest first."""
    return run.trials.filter(kind=TrialKind.WHAT_IF).select_related("requested_by")


def last_check(run: Run, kind: str) -> Trial | None:
    """The latest trial of a kind: what the page about a run shows."""
    return run.trials.filter(kind=kind).select_related("requested_by").first()


def what_if_words(asked: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What is imagined, in words: "2 more mentors in Computing, without the campus rule"."""
    what = restored(WhatIf, asked)
    where = names.get(what.discipline, what.discipline) or _("every discipline")
    parts = []
    if what.mentors:
        count = ngettext("%d more mentor", "%d more mentors", what.mentors) % what.mentors
        parts.append(_("%(count)s in %(where)s") % {"count": count, "where": where})
    if what.places:
        count = ngettext("%d more place", "%d more places", what.places) % what.places
        parts.append(_("%(count)s in each group of %(where)s") % {"count": count, "where": where})
    if what.minimum is not None:
        parts.append(_("groups of at least %d") % what.minimum)
    if what.near:
        listed = ", ".join(names.get(group, group) for group in what.near)
        parts.append(_("near to one another: %s") % listed)
    parts += [words for rule, words in without_words().items() if rule in what.without]
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]


def without_words() -> dict[str, str]:
    """Rules that may be imagined away, in words."""
    return {
        "campus": _("across campuses"),
        "mode": _("across study modes"),
        "wishes": _("with every wish a preference"),
    }


@dataclass(frozen=True)
class TrialRow:
    """One student of an answer. ``after`` is None for nobody; ``is_new`` a mentor who does not exist yet."""

    mentee: Participant
    before: Participant | None
    after: Participant | None
    is_new: bool


@dataclass(frozen=True)
class Answer:
    """A finished what-if: counts of everybody, and one page of the reader's own students in one list."""

    before: int
    after: int
    counts: dict[str, int]
    undersized: int
    near: int
    is_proven: bool
    names_mentors: bool
    page: Page[Any]
    rows: list[TrialRow]

    @property
    def is_nothing(self) -> bool:
        return not any(self.counts.values())


def answer_of(trial: Trial, user: Any, today: date, *, show: str, number: str | None) -> Answer | None:
    """The answer, or None while there is none. A constant number of queries.

    Without wishes nobody's new mentor is named: that would say whose wish or exception stood between them.
    """
    told = trial.answer
    if trial.job_state != JobState.DONE or not told:
        return None
    listed = told[show if show in LISTS else "matched"]
    mine = dict(
        proposals_visible_to(user, today).filter(run=trial.run, mentee__in=listed).values_list("mentee", "mentor")
    )
    page = Paginator([mentee for mentee in listed if mentee in mine], ROWS_A_PAGE).get_page(number)
    names_mentors = "wishes" not in trial.asked.get("without", ())
    return Answer(
        before=told["pairs"][0],
        after=told["pairs"][1],
        counts={name: len(told[name]) for name in LISTS},
        undersized=told["undersized"],
        near=told["near"],
        is_proven=told["proven"],
        names_mentors=names_mentors,
        page=page,
        rows=_rows(list(page.object_list), mine, told["after"]),
    )


def _rows(mentees: list[int], before: Mapping[int, int | None], after: Mapping[str, int | None]) -> list[TrialRow]:
    keys = {key for mentee in mentees for key in (mentee, before[mentee], after[str(mentee)]) if key}
    people = people_by_key(keys)
    return [
        TrialRow(
            people[mentee],
            people.get(before[mentee] or 0),
            people.get(after[str(mentee)] or 0),
            after[str(mentee)] == 0,
        )
        for mentee in mentees
    ]
