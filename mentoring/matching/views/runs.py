"""Drafts: what could be matched, starting one or another beside it, and the draft itself."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mentoring.lib.jobs import JobState
from mentoring.lib.notices import say
from mentoring.matching.forms import BesideForm, CompareForm, DisciplineForm, StartForm
from mentoring.matching.models import Run
from mentoring.matching.permissions import can_draft, can_publish, can_read_whole
from mentoring.matching.selectors import (
    DraftReader,
    draft_before,
    drafts_to_compare,
    orphaned_by,
    orphaned_groups,
    readiness,
    run_name,
    runs_with_headlines,
    units_to_draft_in,
)
from mentoring.matching.selectors.drafts import STUDENT_LISTS, DraftPage, Headline
from mentoring.matching.services import cancel_run, discard_run, start_beside, start_run, work_out_again
from mentoring.matching.states import RunState
from mentoring.matching.views.loading import attempt, steered_run, visible_run
from schemes.context import chosen_cohort
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability


@require_GET
@requires(Capability.SEE_MATCHES)
def drafts(request: HttpRequest) -> HttpResponse:
    """Whether a draft is worth starting, and the drafts there are."""
    today = timezone.localdate()
    cohort = chosen_cohort(request, Capability.SEE_MATCHES)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    units = units_to_draft_in(request.user, cohort, today)
    held = [
        appointment.unit
        for appointment in appointments_with(request.user, Capability.SEE_MATCHES, today)
        if appointment.scheme_id == cohort.scheme_id
    ]
    about = min(units or held, key=lambda unit: len(unit.path))
    comparable = [(run.pk, run_name(run)) for run in drafts_to_compare(request.user, cohort, today)]
    context = {
        "cohort": cohort,
        "about": about,
        "ready": readiness(cohort, about),
        "page_obj": runs_with_headlines(request.user, cohort, today, number=request.GET.get("page")),
        "form": StartForm(units=units) if units else None,
        "compare_form": CompareForm(runs=comparable) if len(comparable) > 1 else None,
        "may_import": bool(appointments_with(request.user, Capability.IMPORT_PEOPLE, today, cohort=cohort)),
        "groups": orphaned_groups(orphaned_by(request.user, today).filter(cohort=cohort)),
    }
    return render(request, "matching/drafts.html", context)


@require_POST
@requires(Capability.DRAFT_MATCHES)
def start(request: HttpRequest) -> HttpResponse:
    """Queue a draft."""
    cohort = chosen_cohort(request, Capability.DRAFT_MATCHES)
    if cohort is None:
        return redirect("matching:drafts")
    user: Any = request.user
    form = StartForm(request.POST, units=units_to_draft_in(user, cohort, timezone.localdate()))
    if form.is_valid():
        with attempt(request):
            asked = form.cleaned_data
            run = start_run(cohort=cohort, unit=asked["unit"], why=asked["why"], by=user, now=timezone.now())
            return redirect("matching:draft", pk=run.pk)
    return redirect("matching:drafts")


@require_GET
@requires(Capability.SEE_MATCHES)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft, weak and unmatched first; while it is worked out, how far that is."""
    run = visible_run(request, pk)
    today = timezone.localdate()
    context: dict[str, Any] = {"run": run, "name": run_name(run), "can_draft": can_draft(request.user, run, today)}
    if run.state == RunState.SOLVING:
        context["has_failed"] = run.job_state == JobState.FAILED
        return render(request, "matching/progress.html", context)
    chosen = {name: request.GET.get(name, "") for name in ("show", "discipline", "reason")}
    reader = DraftReader(run, request.user, today)
    page = reader.read(**chosen, number=request.GET.get("page"))
    context |= _shown(request, run, page, chosen)
    context["left_out"] = reader.left_out() if run.state == RunState.PUBLISHED else []
    return render(request, "matching/draft.html", context)


def _shown(request: HttpRequest, run: Run, page: DraftPage, chosen: dict[str, str]) -> dict[str, Any]:
    """What the page shows of a draft, and what the reader may do with it."""
    today, now, show = timezone.localdate(), timezone.now(), chosen["show"]
    is_draft = run.state == RunState.DRAFT
    can_change = bool(units_to_draft_in(request.user, run.cohort, today))
    return {
        "draft": page,
        "page_obj": page.page,
        "show": show,
        "is_list": show in STUDENT_LISTS,
        "query": f"?{request.GET.urlencode()}",
        "filters": _filters(page.headline, show, chosen["discipline"]),
        "reason": chosen["reason"],
        "reason_base": f"?{urlencode({'show': 'unmatched', 'discipline': chosen['discipline']})}&reason=",
        "discipline_form": DisciplineForm(request.GET, choices=page.disciplines) if len(page.disciplines) > 1 else None,
        "keep_show": {"show": show} if show else {},
        "before": draft_before(run) if is_draft else None,
        "beside_form": BesideForm() if is_draft else None,
        "is_draft": is_draft,
        "is_published": run.state == RunState.PUBLISHED,
        "can_publish": can_publish(request.user, run, today),
        "can_read_whole": can_read_whole(request.user, run, today),
        "can_change": can_change,
        "can_tick": is_draft and can_change,
        "can_undo": run.publish_at is not None and now < run.publish_at and run.announced_at is None,
    }


def _filters(headline: Headline, show: str, discipline: str) -> list[dict[str, Any]]:
    choices = [
        ("", _("Groups"), headline.groups),
        ("unmatched", _("Without a mentor"), headline.unmatched),
        ("weak", _("Weak"), headline.weak),
        ("undersized", _("Small groups"), headline.undersized),
        ("kept", _("Kept"), headline.kept),
        ("moved", _("Moved by hand"), headline.moved),
        ("changed", _("Changed"), ""),
    ]
    found = []
    for key, label, count in choices:
        query = {name: value for name, value in (("show", key), ("discipline", discipline)) if value}
        found.append({"label": label, "url": f"?{urlencode(query)}", "count": count, "current": key == show})
    return found


@require_POST
@requires(Capability.SEE_MATCHES)
def beside(request: HttpRequest, pk: int) -> HttpResponse:
    """Work out another draft beside this one, around what is kept; this one stays as it is."""
    run = steered_run(request, pk)
    form = BesideForm(request.POST)
    if form.is_valid():
        with attempt(request):
            other = start_beside(run=run, why=form.cleaned_data["why"], by=_reader(request), now=timezone.now())
            return redirect("matching:draft", pk=other.pk)
    return redirect("matching:draft", pk=pk)


@require_POST
@requires(Capability.SEE_MATCHES)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Work a draft out again around what is kept."""
    run = steered_run(request, pk)
    with attempt(request):
        work_out_again(run=run, by=_reader(request), now=timezone.now())
    return redirect("matching:draft", pk=pk)


@require_POST
@requires(Capability.SEE_MATCHES)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the working-out off."""
    run = steered_run(request, pk)
    with attempt(request):
        cancel_run(run=run, by=_reader(request), now=timezone.now())
        say(request, _("Called off."))
    run.refresh_from_db()
    return redirect("matching:drafts") if run.state == RunState.DISCARDED else redirect("matching:draft", pk=pk)


@require_POST
@requires(Capability.SEE_MATCHES)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft aside."""
    run = steered_run(request, pk)
    with attempt(request):
        discard_run(run=run, by=_reader(request), now=timezone.now())
        say(request, _("The draft was put aside. Nobody has been told anything."))
        return redirect("matching:drafts")
    return redirect("matching:draft", pk=pk)


def _reader(request: HttpRequest) -> Any:
    return request.user
