"""People: the list, and one person."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest
from mentoring.agreements.models import Acceptance
from mentoring.console.selectors.pairs import history_of
from mentoring.console.selectors.people import filtered, found_by
from mentoring.console.selectors.today import people_in_reach
from mentoring.participation.selectors import participants_visible_to
from mentoring.training.selectors import trained_mentor_ids
from schemes.context import chosen_cohort
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability

PAGE = 50


def _filters(request: SignedInRequest) -> list[dict[str, Any]]:
    shown = request.GET.get("show", "")
    labels = {
        "": _("Everyone"),
        "mentees": _("Mentees"),
        "mentors": _("Mentors"),
        "unmatched": _("Without a mentor"),
        "untrained": _("Untrained"),
        "unsigned": _("Not agreed"),
        "stopped": _("Stopped"),
    }
    return [
        {"label": label, "url": f"{request.path}?show={key}" if key else request.path, "current": shown == key}
        for key, label in labels.items()
    ]


@requires(Capability.SEE_PEOPLE)
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody in reach, filtered by an address that can be shared."""
    cohort = chosen_cohort(request, Capability.SEE_PEOPLE)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    today = timezone.localdate()
    everyone = people_in_reach(request.user, cohort, Capability.SEE_PEOPLE, today)
    words = request.GET.get("q", "").strip()
    listed = found_by(filtered(everyone, cohort, request.GET.get("show", "")), words)
    listed = listed.select_related("user", "programme").order_by(F("user__family_name").asc(), "user__given_name", "pk")
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "page_obj": page,
        "filters": _filters(request),
        "search": words,
        "may_import": bool(appointments_with(request.user, Capability.IMPORT_PEOPLE, today)),
        "is_filtered": bool(words or request.GET.get("show")),
    }
    return render(request, "console/people.html", context)


@requires(Capability.SEE_PEOPLE)
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One person: study, matches, events, agreements. Nothing that was told in confidence."""
    today = timezone.localdate()
    visible = participants_visible_to(request.user, today).select_related("user", "programme__unit", "cohort__scheme")
    person = get_object_or_404(visible, pk=pk)
    return render(
        request,
        "console/person.html",
        {
            "person": person,
            "matches": history_of(person) if appointments_with(request.user, Capability.SEE_MATCHES, today) else [],
            "attended": person.attendances.select_related("event").order_by("-event__starts_at"),
            "accepted": Acceptance.objects.filter(participant=person).select_related("text"),
            "is_trained": person.is_mentor and person.pk in trained_mentor_ids(person.cohort),
            "grew_from": person.grew_from,
        },
    )
