"""Reads about runs: whether one is worth starting, and which there are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from mentoring.matching.models import Proposal, Run
from mentoring.matching.permissions import can_publish
from mentoring.matching.rules import discipline_name, places_offered
from mentoring.matching.selectors.facts import live_counts, matchable_mentors, sizes_of, unmatched_mentees
from mentoring.matching.states import RunState
from schemes.models import Cohort, Programme, Unit
from schemes.permissions import appointments_with, rows_of, within_reach
from schemes.roles import Capability

LATEST_TO_COMPARE = 50
RUNS_A_PAGE = 20


def discipline_names(cohort: Cohort) -> dict[str, str]:
    """Every subject group of the institution in words."""
    courses: dict[str, list[str]] = {}
    programmes = Programme.objects.filter(institution=cohort.scheme.unit.institution_id)
    for group, name in programmes.values_list("subject_group", "name"):
        courses.setdefault(group, []).append(name)
    return {group: discipline_name(group, names) for group, names in courses.items()}


@dataclass
class DisciplineRow:
    """Students without a mentor, and mentors with places, in one discipline."""

    name: str
    students: int = 0
    mentors: int = 0
    places: int = 0

    @property
    def short(self) -> int:
        return max(0, self.students - self.places)


@dataclass(frozen=True)
class Readiness:
    """Whether a draft is worth starting."""

    students: int
    mentors: int
    untrained: int
    places: int
    rows: list[DisciplineRow]

    @property
    def short(self) -> list[DisciplineRow]:
        return [row for row in self.rows if row.short]


def readiness(cohort: Cohort, unit: Unit) -> Readiness:
    """Students without a mentor and free places, by discipline, within a unit; constant queries."""
    sizes, live, names = sizes_of(cohort.policy), live_counts(cohort), discipline_names(cohort)
    rows: dict[str, DisciplineRow] = {}

    def row(group: str) -> DisciplineRow:
        return rows.setdefault(group, DisciplineRow(names.get(group, group)))

    counted = unmatched_mentees(cohort, unit).values("programme__subject_group").annotate(n=Count("pk"))
    for found in counted.order_by():
        row(found["programme__subject_group"]).students = found["n"]
    mentors = list(matchable_mentors(cohort, unit).values_list("pk", "places_offered", "programme__subject_group"))
    for pk, offered, group in mentors:
        row(group).mentors += 1
        row(group).places += max(0, places_offered(offered, sizes) - live.get(pk, 0))
    enrolled = cohort.participants.mentors().enrolled().filter(programme__unit__path__startswith=unit.path).count()
    return Readiness(
        students=sum(r.students for r in rows.values()),
        mentors=len(mentors),
        untrained=enrolled - len(mentors),
        places=sum(r.places for r in rows.values()),
        rows=sorted(rows.values(), key=lambda r: (-r.short, r.name)),
    )


def units_to_draft_in(user: Any, cohort: Cohort, today: date) -> list[Unit]:
    """The units that somebody may start a draft for, the widest first."""
    held = appointments_with(user, Capability.DRAFT_MATCHES, today, cohort=cohort)
    units = {a.unit_id: a.unit for a in held}
    widest = [u for u in units.values() if not any(o.pk != u.pk and o.covers(u) for o in units.values())]
    return sorted(widest, key=lambda unit: unit.path)


def runs_visible_to(user: Any, today: date) -> QuerySet[Run]:
    """Runs about the reader's units, about a part of them, or about a wider unit around them."""
    reach = within_reach(user, Capability.SEE_MATCHES, today, scheme="cohort__scheme", unit="unit")
    for held in appointments_with(user, Capability.SEE_MATCHES, today):
        around = [int(pk) for pk in held.unit.path.strip("/").split("/")]
        reach |= rows_of(held, Capability.SEE_MATCHES, cohort="cohort") & Q(unit__in=around)
    return Run.objects.filter(reach).select_related("cohort__scheme__unit", "unit", "requested_by", "published_by")


def held_runs(user: Any, cohort: Cohort, now: datetime) -> list[tuple[Run, bool]]:
    """What was published and is told to nobody yet, each with whether the reader may take it back; one query.

    A run's ``pairs`` counts them.
    """
    today = timezone.localdate(now)
    found = runs_visible_to(user, today).filter(cohort=cohort, state=RunState.PUBLISHED, publish_at__gt=now)
    held = found.annotate(pairs=Count("matches")).order_by("publish_at", "pk")
    return [(run, can_publish(user, run, today)) for run in held]


def run_name(run: Run) -> str:
    """How a draft is told from others: why it was started if somebody said so, and when."""
    when = date_format(timezone.localtime(run.queued_at), "j M, H:i")
    return f"{run.why}, {when}" if run.why else f"{run.unit.name}, {when}"


def drafts_to_compare(user: Any, cohort: Cohort, today: date) -> list[Run]:
    """The drafts and published runs that can be set side by side, the newest first."""
    worked_out = runs_visible_to(user, today).filter(cohort=cohort).exclude(digest="")
    return list(worked_out.filter(state__in=[RunState.DRAFT, RunState.PUBLISHED])[:LATEST_TO_COMPARE])


def runs_with_headlines(user: Any, cohort: Cohort, today: date, *, number: str | None) -> Page[Run]:
    """One page of the cohort's runs, the newest first, each with the numbers of the reader's own students.

    Two queries and a count, however many runs and students there are; only the page's runs are counted.
    """
    runs = runs_visible_to(user, today).filter(cohort=cohort).order_by("-queued_at", "-pk")
    page = Paginator(runs, RUNS_A_PAGE).get_page(number)
    own = within_reach(
        user, Capability.SEE_MATCHES, today, scheme="run__cohort__scheme", unit="mentee__programme__unit"
    )
    shown = list(page.object_list)
    counted = Proposal.objects.filter(own, run__in=shown).values("run").order_by()
    found = {
        row["run"]: row
        for row in counted.annotate(
            pairs=Count("mentor"), left_over=Count("pk", filter=Q(mentor=None)), groups=Count("mentor", distinct=True)
        )
    }
    for run in shown:
        for name in ("pairs", "left_over", "groups"):
            setattr(run, name, found[run.pk][name] if run.pk in found else 0)
    page.object_list = shown
    return page
