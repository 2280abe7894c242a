"""What would happen with more places or under other rules, without touching anything."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mentoring.lib.notices import say
from mentoring.matching.forms import WhatIfForm
from mentoring.matching.models import Run, Trial
from mentoring.matching.selectors import (
    DraftReader,
    answer_of,
    discipline_names,
    run_name,
    sizes_of,
    what_if_words,
    what_ifs,
    without_words,
)
from mentoring.matching.selectors.trials import LISTS
from mentoring.matching.services import cancel_trial, delete_trial, start_trial
from mentoring.matching.states import RunState, TrialKind
from mentoring.matching.views.loading import attempt, steered_run, visible_trial
from schemes.permissions import requires
from schemes.roles import Capability

TRIALS_A_PAGE = 20
PAGES = {TrialKind.REPEAT: "matching:about", TrialKind.SHUFFLE: "matching:fairness"}


@require_http_methods(["GET", "POST"])
@requires(Capability.SEE_MATCHES)
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what would happen; the answers there are already."""
    run = steered_run(request, pk)
    if run.state != RunState.DRAFT:
        return redirect("matching:draft", pk=pk)
    form = _form(request, run)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        asked = {**form.asked(), "planned": sizes_of(run.cohort.policy).most}
        with attempt(request):
            made = start_trial(run=run, kind=TrialKind.WHAT_IF, asked=asked, by=user, now=timezone.now())
            return redirect("matching:trial", pk=pk, trial=made.pk)
    names = discipline_names(run.cohort)
    page = Paginator(what_ifs(run), TRIALS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "name": run_name(run),
        "form": form,
        "page_obj": page,
        "trials": [(trial, what_if_words(trial.asked, names)) for trial in page.object_list],
    }
    return render(request, "matching/what_if.html", context)


def _form(request: HttpRequest, run: Run) -> WhatIfForm:
    policy = run.cohort.policy
    asked_in_policy = {"campus": policy.same_campus, "mode": policy.same_study_mode, "wishes": bool(policy.ask_wishes)}
    rules = [(rule, words[:1].upper() + words[1:]) for rule, words in without_words().items() if asked_in_policy[rule]]
    disciplines = DraftReader(run, request.user, timezone.localdate()).disciplines()
    first: dict[str, Any] = {
        name: request.GET[name] for name in ("discipline", "mentors", "places") if name in request.GET
    }
    first |= {name: request.GET.getlist(name) for name in ("without", "near")}
    return WhatIfForm(
        request.POST if request.method == "POST" else None,
        initial=first,
        disciplines=disciplines,
        rules=rules,
        most=policy.hard_maximum,
    )


@require_GET
@requires(Capability.SEE_MATCHES)
def trial(request: HttpRequest, pk: int, trial: int) -> HttpResponse:
    """The answer to a what-if, or how far it is."""
    found = visible_trial(request, pk, trial)
    if found.kind in PAGES:
        return redirect(PAGES[TrialKind(found.kind)], pk=pk)
    show = request.GET.get("show", "matched")
    answer = answer_of(found, request.user, timezone.localdate(), show=show, number=request.GET.get("page"))
    context = {
        "run": found.run,
        "name": run_name(found.run),
        "trial": found,
        "title": what_if_words(found.asked, discipline_names(found.run.cohort)),
        "answer": answer,
        "page_obj": answer.page if answer else None,
        "show": show,
        "filters": _filters(answer.counts, show) if answer else [],
    }
    return render(request, "matching/trial.html", context)


def _filters(counts: dict[str, int], show: str) -> list[dict[str, Any]]:
    labels = {"matched": _("Would be matched"), "lost": _("Would lose their mentor"), "moved": _("Other mentor")}
    return [
        {
            "label": labels[name],
            "url": f"?{urlencode({'show': name})}",
            "count": counts[name],
            "current": name == show,
        }
        for name in LISTS
    ]


@require_POST
@requires(Capability.SEE_MATCHES)
def cancel(request: HttpRequest, pk: int, trial: int) -> HttpResponse:
    """Call it off."""
    found = visible_trial(request, pk, trial)
    user: Any = request.user
    with attempt(request):
        cancel_trial(trial=found, by=user, now=timezone.now())
        say(request, _("Called off."))
    return _back(found)


@require_POST
@requires(Capability.SEE_MATCHES)
def delete(request: HttpRequest, pk: int, trial: int) -> HttpResponse:
    """Throw it away."""
    found = visible_trial(request, pk, trial)
    user: Any = request.user
    with attempt(request):
        delete_trial(trial=found, by=user, now=timezone.now())
        say(request, _("Deleted. Nothing else has changed."))
    return _back(found)


def _back(trial: Trial) -> HttpResponse:
    return redirect(PAGES.get(TrialKind(trial.kind), "matching:what_if"), pk=trial.run_id)
