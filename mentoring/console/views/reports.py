"""Reports: the index, schemes side by side without a name, and the page of evidence for a committee."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest
from mentoring.console import report_wording as words
from mentoring.console.selectors.figures import days_to_report, kept_figures, unit_in_reach
from mentoring.console.services import note_export
from mentoring.lib.exports import as_file
from mentoring.lib.small_numbers import HIDDEN_BELOW
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability
from schemes.selectors import cohorts_visible_to, current_cohort, year_of

COLUMNS = (gettext_lazy("Table"), gettext_lazy("Row"), gettext_lazy("Number"))


@require_GET
@requires(Capability.SEE_FIGURES)
def reports(request: SignedInRequest) -> HttpResponse:
    """What there is to read about the year."""
    today = timezone.localdate()
    cohort = chosen_cohort(request, Capability.SEE_FIGURES)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    items = [
        (None, "console:report", _("Report for a committee"), _("One page of evidence, at a date, to print")),
        (None, "console:overview", _("Schemes and units side by side"), _("Numbers only, no names")),
        (Capability.SEE_PEOPLE, "console:funnel", _("Mentors, step by step"), _("From interested to matched")),
        (Capability.SEE_TODAY, "console:year", _("The year"), _("Each step, and what goes out with it")),
        (Capability.FACILITATE_SUPPORT, "support:actions", _("What mentors raised"), _("And what was done about it")),
    ]
    links = [
        {"label": label, "hint": hint, "url": reverse(name)}
        for capability, name, label, hint in items
        if capability is None or appointments_with(request.user, capability, today)
    ]
    return render(request, "console/reports.html", {"cohort": cohort, "links": links})


def _asked_day(request: SignedInRequest, days: list[date]) -> date | None:
    """The day that the address names, where it is one to report at; else the newest."""
    asked = request.GET.get("on", "")
    return next((day for day in days if day.isoformat() == asked), days[0] if days else None)


def _cohort(request: SignedInRequest) -> Cohort:
    cohort = chosen_cohort(request, Capability.SEE_FIGURES)
    if cohort is None:
        raise Http404
    return cohort


@require_GET
@requires(Capability.SEE_FIGURES)
def report(request: SignedInRequest) -> HttpResponse:
    """One page of evidence at a date: numbers, charts, what was done. Small numbers are hidden."""
    cohort, today = chosen_cohort(request, Capability.SEE_FIGURES), timezone.localdate()
    if cohort is None:
        return render(request, "console/no_cohort.html")
    days = days_to_report(cohort, today)
    on = _asked_day(request, days)
    context: dict[str, Any] = {"cohort": cohort, "on": on, "days": days, "hidden_below": HIDDEN_BELOW}
    if on is not None:
        figures = kept_figures(request.user, cohort, on, today)
        context |= {
            "unit": unit_in_reach(request.user, cohort, today),
            "is_too_small": words.is_too_small(figures),
            "stats": words.stats_of(figures),
            "figures": words.figures_in_words(figures, on),
            "unit_columns": words.unit_columns(),
            "units": words.unit_rows(figures),
            "done": words.done_rows(figures),
            "year": [step for step in year_of(cohort, on) if step.on <= on],
            "export_urls": _export_urls(cohort, on),
            "made_on": today,
        }
    return render(request, "console/report.html", context)


def _export_urls(cohort: Cohort, on: date) -> dict[str, str]:
    query = f"?cohort={cohort.slug}&on={on.isoformat()}"
    return {kind: reverse("console:export_report", args=[kind]) + query for kind in ("csv", "xlsx")}


@require_POST
@requires(Capability.SEE_FIGURES)
def export_report(request: SignedInRequest, kind: str) -> HttpResponse:
    """The report's tables as a file, as hidden as on the page; on the trail."""
    cohort, today = _cohort(request), timezone.localdate()
    on = _asked_day(request, days_to_report(cohort, today))
    if on is None:
        raise Http404
    figures = kept_figures(request.user, cohort, on, today)
    note_export(what="report", cohort=cohort, columns=["figures"], by=request.user, now=timezone.now())
    return as_file(kind, f"report-{cohort.slug}-{on.isoformat()}", COLUMNS, words.lines_of(figures, on))


@require_GET
@requires(Capability.SEE_FIGURES)
def overview(request: SignedInRequest) -> HttpResponse:
    """Each scheme with its units side by side: counts and shares, no names."""
    today = timezone.localdate()
    visible = cohorts_visible_to(request.user, Capability.SEE_FIGURES, today)
    schemes = {cohort.scheme_id: cohort.scheme for cohort in visible}
    cohorts = [cohort for cohort in (current_cohort(scheme, today) for scheme in schemes.values()) if cohort]
    return render(
        request,
        "console/overview.html",
        {
            "schemes": [_side(request, cohort, today) for cohort in sorted(cohorts, key=str)],
            "unit_columns": words.unit_columns(),
            "hidden_below": HIDDEN_BELOW,
            "day": date_format(today, "j F Y"),
            "sees_today": bool(appointments_with(request.user, Capability.SEE_TODAY, today)),
        },
    )


def _side(request: SignedInRequest, cohort: Cohort, today: date) -> dict[str, Any]:
    """One scheme of the overview, as at the last Sunday: as a report, so that the two cannot be held against."""
    on = _asked_day(request, days_to_report(cohort, today))
    side: dict[str, Any] = {"cohort": cohort, "unit": unit_in_reach(request.user, cohort, today), "on": on}
    if on is None:
        return side
    figures = kept_figures(request.user, cohort, on, today)
    return side | {
        "is_too_small": words.is_too_small(figures),
        "stats": words.stats_of(figures),
        "units": words.unit_rows(figures),
        "report_url": f"{reverse('console:report')}?cohort={cohort.slug}",
    }
