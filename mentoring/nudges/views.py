"""When people are nudged: the rules as sentences, the coming week, and the switch."""

from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest
from accounts.services import NotAllowed
from mentoring.lib.notices import say
from mentoring.nudges.permissions import can_switch_nudges
from mentoring.nudges.selectors import coming_week
from mentoring.nudges.services import switch_nudges
from mentoring.nudges.wording import promises, sentences, title_of
from schemes.context import chosen_cohort
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.selectors import in_charge_of

NAMES_SHOWN = 12


@require_GET
@requires(Capability.SEE_MESSAGES)
def rules(request: SignedInRequest) -> HttpResponse:
    """The policy of nudges in sentences, and who would hear what in the next seven days."""
    cohort = chosen_cohort(request, Capability.SEE_MESSAGES)
    if cohort is None:
        return render(request, "nudges/rules.html", {"cohort": None})
    today = timezone.localdate()
    week = []
    for (day, rule), group in groupby(coming_week(request.user, cohort, today), lambda row: (row.day, row.rule)):
        names = sorted(row.participant.user.full_name for row in group)
        week.append({"day": day, "title": title_of(rule), "names": names[:NAMES_SHOWN], "count": len(names)})
    context = {
        "cohort": cohort,
        "sentences": sentences(cohort.policy),
        "promises": promises(cohort.policy),
        "week": week,
        "can_switch": can_switch_nudges(request.user, cohort, today),
        "in_charge": in_charge_of(cohort.scheme, Capability.PUBLISH_MATCHES, today),
    }
    return render(request, "nudges/rules.html", context)


@require_POST
@requires(Capability.SEE_MESSAGES)
def switch(request: SignedInRequest) -> HttpResponse:
    """Switch all nudges of the chosen cohort off, or on again."""
    cohort = chosen_cohort(request, Capability.SEE_MESSAGES)
    if cohort is None:
        raise Http404
    is_off = request.POST.get("nudges") == "off"
    try:
        switch_nudges(cohort=cohort, is_off=is_off, by=request.user, now=timezone.now())
    except NotAllowed as problem:
        raise PermissionDenied from problem
    say(request, _("All nudges are off. Nobody is reminded of anything.") if is_off else _("Nudges are on."))
    return redirect("nudges:rules")
