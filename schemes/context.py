"""Which cohort a member of staff is working on: chosen once, remembered for the session."""

from django.http import HttpRequest
from django.utils import timezone

from schemes.models import Cohort
from schemes.roles import Capability
from schemes.selectors import cohorts_visible_to, current_cohort

REMEMBERED = "cohort"


def chosen_cohort(request: HttpRequest, capability: Capability) -> Cohort | None:
    """The cohort named by ``?cohort=``, else the remembered one, else the one that runs today.

    Only cohorts in which the reader holds the capability; ``None`` when there is none.
    """
    today = timezone.localdate()
    visible = list(cohorts_visible_to(request.user, capability, today))
    by_slug = {cohort.slug: cohort for cohort in visible}
    asked = request.GET.get("cohort", "")
    if asked in by_slug:
        request.session[REMEMBERED] = asked
        return by_slug[asked]
    remembered = by_slug.get(request.session.get(REMEMBERED, ""))
    if remembered or not visible:
        return remembered
    running = [current_cohort(cohort.scheme, today) for cohort in visible[:1]]
    return by_slug.get(running[0].slug) if running[0] else visible[0]
