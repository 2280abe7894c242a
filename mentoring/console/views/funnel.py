"""The funnel: interested, accepted, trained, matched."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.access import SignedInRequest
from mentoring.console.selectors.funnel import Funnel
from mentoring.console.selectors.funnel import funnel as funnel_of
from schemes.context import chosen_cohort
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability


def _points(found: Funnel) -> list[tuple[str, float]]:
    return [
        (_("Interested"), found.interested),
        (_("Accepted"), found.accepted),
        (_("Trained"), found.trained),
        (_("Matched"), found.matched),
    ]


def _finding(found: Funnel) -> str:
    """The chart's finding in one sentence."""
    if not found.accepted:
        return _("No mentors yet.")
    if not found.untrained:
        return _("Every mentor is trained; %(matched)s have mentees.") % {"matched": found.matched}
    words = ngettext(
        "%(count)s of %(all)s mentors is not trained yet and cannot be matched.",
        "%(count)s of %(all)s mentors are not trained yet and cannot be matched.",
        found.untrained,
    )
    return words % {"count": found.untrained, "all": found.accepted}


@require_GET
@requires(Capability.SEE_PEOPLE)
def funnel(request: SignedInRequest) -> HttpResponse:
    """How far the mentors of the chosen cohort are."""
    today = timezone.localdate()
    cohort = chosen_cohort(request, Capability.SEE_PEOPLE)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    found = funnel_of(request.user, cohort, timezone.now(), today)
    context = {
        "cohort": cohort,
        "funnel": found,
        "points": _points(found),
        "sentence": _finding(found),
        "recruits": bool(appointments_with(request.user, Capability.DECIDE_APPLICATIONS, today)),
        "plans": bool(appointments_with(request.user, Capability.RUN_EVENTS, today)),
    }
    return render(request, "console/funnel.html", context)
