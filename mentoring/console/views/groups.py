"""Groups: each mentor with the students they look after."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import SignedInRequest
from mentoring.console.forms import CourseFilterForm
from mentoring.console.selectors.groups import group_counts, groups_listed, groups_now
from mentoring.console.selectors.pairs import pairs_in_reach, pairs_now, pairs_of
from mentoring.console.views.listing import course_asked, courses_in_reach, filter_links, kept
from schemes.context import chosen_cohort
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.selectors import with_calendar

PAGE = 25
DOOR = Capability.SEE_CONTACTS  # how each group fares is what its contacts tell


@require_GET
@requires(DOOR)
def groups(request: SignedInRequest) -> HttpResponse:
    """Every group in reach, filtered by an address that can be shared."""
    cohort = chosen_cohort(request, DOOR)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    now = timezone.now()
    today = timezone.localdate(now)
    look = pairs_now(pairs_in_reach(request.user, with_calendar(cohort), today, door=DOOR), cohort, now)
    show, words = request.GET.get("show", ""), request.GET.get("q", "").strip()
    course = course_asked(request)
    keys = groups_listed(look, cohort, show=show, words=words, course=course)
    counts = group_counts(look, cohort)
    paginator = Paginator(keys, PAGE)
    if not words and course is None:
        paginator.count = counts.get(show, counts[""])
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = groups_now(page.object_list, pairs_of(request.user, cohort, today, door=DOOR), cohort, today)
    labels = {
        "": _("All"),
        "strained": _("May need a hand"),
        "quiet": _("With a quiet pair"),
        "room": _("With room"),
    }
    courses = courses_in_reach(request, cohort, DOOR)
    context = {
        "cohort": cohort,
        "page_obj": page,
        "filters": filter_links(request, labels, counts),
        "filter_form": CourseFilterForm(request.GET, courses=courses),
        "search": words,
        "shown": show,
        "kept": kept(request, "cohort", "show"),
        "is_filtered": bool(words or show or course is not None),
    }
    return render(request, "console/groups.html", context)
