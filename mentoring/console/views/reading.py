"""Who can read what in a year: for those who take part in it, and for staff of a year that students lead."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import SignedInRequest, signed_in
from mentoring.console.selectors.reading import figures_of, kept_in, leading, tried_now
from mentoring.participation.selectors import current_participations
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.selectors import cohorts_visible_to
from schemes.speech import page_of


def _context(cohort: Cohort) -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localdate(now)
    return {
        "cohort": cohort,
        "kept": kept_in(cohort, now),
        "tried": tried_now(cohort, today) if cohort.is_student_led else [],
        "leading": leading(cohort, today) if cohort.is_student_led else [],
        "figures": figures_of(cohort, now) if cohort.is_student_led else [],
    }


@require_GET
@requires(Capability.SEE_FIGURES)
def from_outside(request: SignedInRequest) -> HttpResponse:
    """What staff see of a year: where students lead, counts and the proof that it is nothing else."""
    cohort = chosen_cohort(request, Capability.SEE_FIGURES)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    cohorts = cohorts_visible_to(request.user, Capability.SEE_FIGURES, timezone.localdate())
    return render(request, "console/from_outside.html", {**_context(cohort), "cohorts": cohorts})


@require_GET
@signed_in("those who take part in a year, about that year")
def who_can_read(request: SignedInRequest) -> HttpResponse:
    """The same, for who takes part: every kind of record, and by name who can open it."""
    mine = current_participations(request.user, timezone.localdate()).select_related("cohort__scheme").first()
    if mine is None:
        raise Http404
    return render(request, "console/who_can_read.html", _context(page_of(mine).cohort))
