"""People: the list, and one person."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest
from mentoring.agreements.models import Acceptance
from mentoring.console.forms import PeopleFilterForm
from mentoring.console.selectors.exports import PEOPLE, people_rows
from mentoring.console.selectors.pairs import history_of
from mentoring.console.selectors.people import filtered, found_by
from mentoring.console.selectors.today import people_in_reach
from mentoring.console.services import note_export
from mentoring.console.states import OF_PEOPLE
from mentoring.console.views.exports import export_urls, proven_again
from mentoring.console.views.listing import choosing, course_asked, courses_in_reach, filter_links, kept
from mentoring.lib.exports import as_file
from mentoring.lib.keys import keys_from
from mentoring.participation.models import ParticipantQuerySet
from mentoring.participation.selectors import participants_visible_to
from mentoring.training.selectors import trained_mentor_ids
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability

PAGE = 50


def _filters(request: SignedInRequest) -> list[dict[str, Any]]:
    labels = {
        "": _("Everyone"),
        "mentees": _("Mentees"),
        "mentors": _("Mentors"),
        "unmatched": _("Without a mentor"),
        "untrained": _("Untrained"),
        "unsigned": _("Not agreed"),
        "unhappy": _("Does not work for them"),
        "stopped": _("Stopped"),
    }
    return filter_links(request, labels)


def listed_people(request: SignedInRequest, cohort: Cohort, capability: Capability) -> ParticipantQuerySet:
    """Whom the address of the page asks for: by filter, by course and year, and by words."""
    today = timezone.localdate()
    everyone = people_in_reach(request.user, cohort, capability, today)
    if (course := course_asked(request)) is not None:
        everyone = everyone.filter(programme=course)
    if year := keys_from([request.GET.get("year", "")]):
        everyone = everyone.filter(year_of_study__in=[number for number in year if number < 100])
    found = found_by(filtered(everyone, cohort, request.GET.get("show", ""), today), request.GET.get("q", "").strip())
    return found.select_related("user", "programme").order_by(F("user__family_name").asc(), "user__given_name", "pk")


@requires(Capability.SEE_PEOPLE)
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody in reach, filtered by an address that can be shared."""
    cohort = chosen_cohort(request, Capability.SEE_PEOPLE)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    today = timezone.localdate()
    words = request.GET.get("q", "").strip()
    page = Paginator(listed_people(request, cohort, Capability.SEE_PEOPLE), PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "page_obj": page,
        "filters": _filters(request),
        "search": words,
        "filter_form": PeopleFilterForm(request.GET, courses=courses_in_reach(request, cohort, Capability.SEE_PEOPLE)),
        "kept": kept(request, "show"),
        "choosing": choosing(request, OF_PEOPLE, cohort),
        "export_urls": export_urls(request, "console:export_people"),
        "may_import": bool(appointments_with(request.user, Capability.IMPORT_PEOPLE, today)),
        "is_filtered": bool(words or kept(request, "show", "course", "year")),
    }
    return render(request, "console/people.html", context)


@require_POST
@requires(Capability.EXPORT_ROWS)
@proven_again
def export_people(request: SignedInRequest, kind: str) -> HttpResponse:
    """The list as a file, under the same filters; on the trail, by whom and which columns."""
    cohort = chosen_cohort(request, Capability.EXPORT_ROWS)
    if cohort is None:
        raise Http404
    note_export(what="people", cohort=cohort, columns=PEOPLE, by=request.user, now=timezone.now())
    rows = people_rows(listed_people(request, cohort, Capability.EXPORT_ROWS))
    return as_file(kind, f"people-{cohort.slug}", PEOPLE.values(), rows)


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
