"""How a run came about: its proof, its repetition, and how fair it was."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mentoring.matching.models import Run
from mentoring.matching.permissions import can_draft
from mentoring.matching.rules import HIDDEN_BELOW
from mentoring.matching.selectors import (
    discipline_names,
    fairness_tables,
    last_check,
    levels_of,
    proof_words,
    run_name,
)
from mentoring.matching.services import start_trial
from mentoring.matching.states import RunState, TrialKind
from mentoring.matching.views.loading import attempt, steered_run, whole_run
from schemes.permissions import requires
from schemes.roles import Capability


def _of(request: HttpRequest, run: Run) -> dict[str, Any]:
    today = timezone.localdate()
    return {"run": run, "name": run_name(run), "can_draft": can_draft(request.user, run, today)}


@require_GET
@requires(Capability.SEE_MATCHES)
def about(request: HttpRequest, pk: int) -> HttpResponse:
    """What is proven, what went in, and whether it can be repeated."""
    run = whole_run(request, pk)
    if not run.digest:
        return redirect("matching:draft", pk=pk)
    context = _of(request, run) | {
        "proof": proof_words(run),
        "levels": levels_of(run),
        "people": run.inputs.count(),
        "is_linked": bool(run.salt),
        "check": last_check(run, TrialKind.REPEAT),
        "has_certificate": run.certificate is not None,
        "is_aside": run.state == RunState.DISCARDED,
    }
    return render(request, "matching/about.html", context)


@require_GET
@requires(Capability.SEE_MATCHES)
def fairness(request: HttpRequest, pk: int) -> HttpResponse:
    """Matched and honoured rates by group, small numbers hidden."""
    run = whole_run(request, pk)
    if not run.digest:
        return redirect("matching:draft", pk=pk)
    context = _of(request, run) | {
        "tables": fairness_tables(run, discipline_names(run.cohort)),
        "hidden_below": HIDDEN_BELOW,
        "check": last_check(run, TrialKind.SHUFFLE),
        "is_kept": run.inputs.exists(),
    }
    return render(request, "matching/fairness.html", context)


@require_POST
@requires(Capability.SEE_MATCHES)
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Work the run out again from what is kept, and see whether the same pairs come out."""
    return _start(request, pk, TrialKind.REPEAT, "matching:about")


@require_POST
@requires(Capability.SEE_MATCHES)
def shuffle(request: HttpRequest, pk: int) -> HttpResponse:
    """Shuffle attributes, and see that nothing changes."""
    return _start(request, pk, TrialKind.SHUFFLE, "matching:fairness")


def _start(request: HttpRequest, pk: int, kind: str, page: str) -> HttpResponse:
    run = steered_run(request, pk)
    user: Any = request.user
    with attempt(request):
        start_trial(run=run, kind=kind, by=user, now=timezone.now())
    return redirect(page, pk=pk)
