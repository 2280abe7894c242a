"""Today: what needs the reader, how it is going, and where in the year we are."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest
from mentoring.console import wording
from mentoring.console.permissions import SEES_ROW
from mentoring.console.rules import Waiting
from mentoring.console.selectors.today import TodayPage, today_of
from mentoring.matching.selectors import held_runs
from schemes.context import chosen_cohort, remember_cohort
from schemes.models import Cohort
from schemes.permissions import appointments_with, can_edit_scheme, requires
from schemes.roles import Capability
from schemes.selectors import cohorts_visible_to, phase_of, terms_of, with_calendar, year_of


def _stats(page: TodayPage) -> list[dict[str, Any]]:
    if not page.paired:
        return []
    opted_out = {"label": _("Opted out"), "value": page.opted_out}
    if page.pairs is None or not page.pairs.counts["known"]:
        return [opted_out]
    counts = page.pairs.counts
    return [
        {
            "label": _("First contact made"),
            "value": f"{page.contacted_share}%",
            "note": _("%(part)s of %(whole)s") % {"part": counts["contacted"], "whole": counts["known"]},
        },
        {"label": _("Replied at least once"), "value": f"{page.replied_share}%"},
        opted_out,
    ]


def _summary(cohort: Cohort, page: TodayPage) -> str:
    today = timezone.localdate()
    first = terms_of(cohort).get((0, 1))
    parts = [str(cohort)]
    if page.paired is not None:
        parts.append(_("%(count)s pairs") % {"count": page.paired})
    if first and first.starts_on <= today <= cohort.ends_on:
        parts.append(_("week %(week)s") % {"week": (today - first.starts_on).days // 7 + 1})
    return f"{', '.join(parts)}: {phase_of(cohort, today).label}."


def _sentence(weeks: list[tuple[int, int]]) -> str:
    if not any(count for _week, count in weeks):
        return _("No contact has been logged yet.")
    busiest, most = max(weeks, key=lambda pair: pair[1])
    return _("Contacts logged each week. Week %(week)s was the busiest (%(most)s); this week so far %(now)s.") % {
        "week": busiest,
        "most": most,
        "now": weeks[-1][1],
    }


def shown_row(row: Waiting, page: TodayPage, now: datetime) -> wording.Row:
    """A row of Today with its owner, and the way to put it off where the reader may."""
    may_care = page.desk is not None and row.key in SEES_ROW
    return wording.row_of(row, now, page.cares.get(row.key), may_care=may_care)


def _by_owner(request: SignedInRequest, page: TodayPage) -> tuple[list[Waiting], list[dict[str, Any]]]:
    """The rows that wait, all or the reader's own, and the two filters; none while nobody owns anything."""
    waiting = page.queue.waiting
    owned = {kind for kind, care in page.cares.items() if care.owner}
    if not any(row.key in owned for row in waiting):
        return waiting, []
    mine = [row for row in waiting if row.key in owned and page.cares[row.key].owner == request.user]
    only_mine = request.GET.get("show") == "mine"
    filters = [
        {"label": _("Everything"), "url": request.path, "current": not only_mine, "count": len(waiting)},
        {"label": _("Mine"), "url": f"{request.path}?show=mine", "current": only_mine, "count": len(mine)},
    ]
    return (mine if only_mine else waiting), filters


@requires(Capability.SEE_TODAY)
def today(request: SignedInRequest) -> HttpResponse:
    """The index of the dashboard."""
    now = timezone.now()
    cohort = chosen_cohort(request, Capability.SEE_TODAY)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    page = today_of(request.user, with_calendar(cohort), now)
    rows, filters = _by_owner(request, page)
    day = timezone.localdate(now)
    return render(
        request,
        "console/today.html",
        {
            "cohort": cohort,
            "held_runs": held_runs(request.user, cohort, now),
            "cohorts": cohorts_visible_to(request.user, Capability.SEE_TODAY, day),
            "heading": wording.greeting(request.user.first_name, len(page.queue.waiting), now),
            "summary": _summary(cohort, page),
            "filters": filters,
            "rows": [shown_row(row, page, now) for row in rows],
            "snoozed_rows": [shown_row(row, page, now) for row in page.queue.snoozed],
            "done_rows": [wording.row_of(row, now) for row in page.queue.done],
            "stats": _stats(page),
            "weeks": [(_("wk %(week)s") % {"week": week}, count) for week, count in page.weeks],
            "weeks_sentence": _sentence(page.weeks) if page.weeks else "",
            "year": [{"date": d.on, "label": d.milestone.label, "state": d.state} for d in year_of(cohort, day)],
            "sees_figures": bool(appointments_with(request.user, Capability.SEE_FIGURES, day, cohort=cohort)),
            "may_set_up": can_edit_scheme(request.user, cohort.scheme, day),
        },
    )


@require_POST
@requires(Capability.SEE_TODAY)
def choose_cohort(request: SignedInRequest) -> HttpResponse:
    """Work on another cohort from now on; one that the reader may not see changes nothing."""
    visible = cohorts_visible_to(request.user, Capability.SEE_TODAY, timezone.localdate())
    if cohort := visible.filter(slug=request.POST.get("cohort", "")).first():
        remember_cohort(request, cohort)
    return redirect("console:today")
