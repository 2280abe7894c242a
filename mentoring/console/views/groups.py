"""Groups: each mentor with the students they look after."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import SignedInRequest
from mentoring.console.forms import CourseFilterForm
from mentoring.console.selectors.groups import Group, groups_now
from mentoring.console.selectors.pairs import pairs_now, pairs_of
from mentoring.console.views.listing import course_asked, courses_in_reach, filter_links, kept
from schemes.context import chosen_cohort
from schemes.permissions import requires
from schemes.roles import Capability

PAGE = 50


def _is_shown(group: Group, show: str, words: list[str], course: int | None) -> bool:
    fits = {
        "strained": group.may_need_a_hand,
        "quiet": group.quiet > 0,
        "room": group.has_room,
    }.get(show, True)
    return fits and course in {None, group.mentor.programme_id} and (not words or _has_all(group, words))


def _has_all(group: Group, words: list[str]) -> bool:
    people = [group.mentor, *(match.mentee for match in group.pairs)]
    names = " ".join(person.user.full_name for person in people).lower()
    return all(word in names for word in words)


@require_GET
@requires(Capability.SEE_MATCHES)
def groups(request: SignedInRequest) -> HttpResponse:
    """Every group in reach, filtered by an address that can be shared."""
    cohort = chosen_cohort(request, Capability.SEE_MATCHES)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    now = timezone.now()
    today = timezone.localdate(now)
    everything = groups_now(pairs_now(pairs_of(request.user, cohort, today), cohort, now), cohort, today)
    show, words = request.GET.get("show", ""), request.GET.get("q", "").strip()
    course = course_asked(request)
    listed = [group for group in everything if _is_shown(group, show, words.lower().split(), course)]
    labels = {
        "": _("All"),
        "strained": _("May need a hand"),
        "quiet": _("With a quiet pair"),
        "room": _("With room"),
    }
    counts = {key: sum(_is_shown(group, key, [], None) for group in everything) for key in labels}
    courses = courses_in_reach(request, cohort, Capability.SEE_MATCHES)
    context = {
        "cohort": cohort,
        "page_obj": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "filters": filter_links(request, labels, counts),
        "filter_form": CourseFilterForm(request.GET, courses=courses),
        "search": words,
        "shown": show,
        "kept": kept(request, "show"),
        "is_filtered": bool(words or show or course is not None),
    }
    return render(request, "console/groups.html", context)
