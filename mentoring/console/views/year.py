"""The year of a cohort: its steps on one line of time, and moving one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import SignedInRequest
from accounts.services import NotAllowed, WrongState
from mentoring.console import year_wording as words
from mentoring.console.forms import MilestoneForm
from mentoring.console.services import move_step
from schemes.context import chosen_cohort
from schemes.models import Cohort, Milestone
from schemes.permissions import appointments_with, can_edit_scheme, requires, setting_up
from schemes.roles import Capability
from schemes.selectors import phase_of, schemes_to_set_up, year_of
from schemes.speech import speak_for


def _steps(cohort: Cohort, *, may_move: bool = False, is_told: bool = True) -> list[dict[str, object]]:
    return [
        {
            "date": date_format(dated.on, "j M Y"),
            "label": dated.milestone.label,
            "state": dated.state,
            "note": words.note_of(cohort, dated.milestone) if is_told else "",
            "url": reverse("console:milestone", args=[cohort.slug, dated.milestone.key]) if may_move else "",
        }
        for dated in year_of(cohort, timezone.localdate())
    ]


@require_GET
@requires(Capability.SEE_TODAY)
def year(request: SignedInRequest) -> HttpResponse:
    """Every step of the chosen cohort's year: its day, where it stands in the term, what goes out with it."""
    cohort, today = chosen_cohort(request, Capability.SEE_TODAY), timezone.localdate()
    if cohort is None:
        return render(request, "console/no_cohort.html")
    may_move = can_edit_scheme(request.user, cohort.scheme, today)
    context = {
        "cohort": cohort,
        "phase": phase_of(cohort, today).label,
        "year": _steps(cohort, may_move=may_move),
        "quiet": cohort.quiet_periods.all(),
        "terms": cohort.terms.filter(year=0),
        "may_move": may_move,
        "sees_nudges": bool(appointments_with(request.user, Capability.SEE_MESSAGES, today)),
        "version": cohort.policy_versions.order_by("-number").first(),
    }
    return render(request, "console/year.html", context)


@setting_up
def milestone(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    """Move one step to another day; the page says what that changes."""
    schemes = schemes_to_set_up(request.user, timezone.localdate())
    cohort = get_object_or_404(Cohort.objects.select_related("scheme__unit"), slug=slug, scheme__in=schemes)
    speak_for(cohort.scheme)
    step = get_object_or_404(Milestone.objects.select_related("cohort__scheme__unit"), cohort=cohort, key=key)
    dated = next((d for d in year_of(cohort, timezone.localdate()) if d.milestone == step), None)
    form = MilestoneForm(request.POST or None, initial={"on": dated.on if dated else None})
    if request.method == "POST" and form.is_valid():
        try:
            move_step(milestone=step, to=form.cleaned_data["on"], by=request.user, now=timezone.now())
        except WrongState as error:
            form.add_error("on", str(error))
        except NotAllowed:
            raise PermissionDenied from None
        else:
            told = {"name": step.label, "day": date_format(form.cleaned_data["on"], "j F Y")}
            messages.success(request, _("%(name)s is on %(day)s now.") % told)
            return redirect("schemes:cohort", slug=slug)
    context = {
        "cohort": cohort,
        "step": step,
        "on": dated.on if dated else None,
        "place": words.place_in_term(step),
        "consequences": words.consequences(cohort, step),
        "year": _steps(cohort, is_told=False),
        "form": form,
    }
    return render(request, "console/milestone.html", context)
