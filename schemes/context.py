"""Which cohort a member of staff is working on: chosen with a button, remembered for the session."""

from django.http import HttpRequest
from django.utils import timezone

from schemes.models import Cohort
from schemes.roles import Capability
from schemes.selectors import cohorts_visible_to, current_cohort
from schemes.speech import speak_for

REMEMBERED = "cohort"


def chosen_cohort(request: HttpRequest, capability: Capability) -> Cohort | None:
    """The cohort that a page is about, in whose scheme's words it is.

    Only cohorts in which the reader holds the capability; ``None`` when there is none. Naming one
    in the address shows it and remembers nothing.
    """
    found = _chosen(request, capability)
    if found is not None:
        speak_for(found.scheme)
    return found


def cohort_named(request: HttpRequest) -> dict[str, str]:
    """The cohort as the address names it, for the links and forms of a page to keep; empty when it names none."""
    return {"cohort": slug} if (slug := request.GET.get("cohort", "")) else {}


def _chosen(request: HttpRequest, capability: Capability) -> Cohort | None:
    today = timezone.localdate()
    visible = list(cohorts_visible_to(request.user, capability, today))
    by_slug = {cohort.slug: cohort for cohort in visible}
    found = by_slug.get(request.GET.get("cohort", "")) or by_slug.get(request.session.get(REMEMBERED, ""))
    if found or not visible:
        return found
    running = current_cohort(visible[0].scheme, today)
    return by_slug.get(running.slug) if running else visible[0]


def remember_cohort(request: HttpRequest, cohort: Cohort) -> None:
    """Stay with a cohort until another is chosen."""
    request.session[REMEMBERED] = cohort.slug
