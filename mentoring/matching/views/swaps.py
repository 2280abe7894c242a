"""Staff's pages about change: the queue, one swap, a student without a mentor, a group whose mentor left."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mentoring.lib.notices import say
from mentoring.matching.forms import MentorForm
from mentoring.matching.models import Match, Shortlist, SwapRequest
from mentoring.matching.permissions import can_handle, can_place, can_read_reasons
from mentoring.matching.selectors import (
    Choices,
    SharedOut,
    choices_for,
    homes_for,
    matches_visible_to,
    open_swaps,
    orphaned_by,
    orphaned_groups,
    swaps_visible_to,
    without_mentor,
)
from mentoring.matching.services import (
    note_reasons_read,
    open_swap,
    place,
    share_out,
    shortlist_for,
    struck_when_refused,
    swap_mentor,
)
from mentoring.matching.states import KNOWN, SwapReason, SwapState
from mentoring.matching.views.loading import attempt, say_not_offered
from mentoring.participation.models import Participant
from mentoring.participation.selectors import participants_visible_to, study_line
from schemes.context import chosen_cohort
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability
from schemes.speech import page_of, speak_for

A_PAGE = 25
LONGEST_WAITING = 10


@require_GET
@requires(Capability.HANDLE_SWAPS)
def swaps(request: HttpRequest) -> HttpResponse:
    """Who waits for another mentor: swap requests by promise, groups whose mentor left, students without one."""
    today = timezone.localdate()
    cohort = chosen_cohort(request, Capability.HANDLE_SWAPS)
    waiting = Paginator(open_swaps(request.user, today).filter(match__cohort=cohort), A_PAGE)
    may_place = bool(appointments_with(request.user, Capability.PUBLISH_MATCHES, today))
    context: dict[str, Any] = {"cohort": cohort, "today": today, "page_obj": waiting.get_page(request.GET.get("page"))}
    if cohort is not None and may_place:
        orphaned = list(orphaned_by(request.user, today).filter(cohort=cohort))
        alone = without_mentor(request.user, cohort, today).exclude(pk__in=[match.mentee_id for match in orphaned])
        context |= {
            "groups": orphaned_groups(orphaned),
            "alone": alone[:LONGEST_WAITING],
            "alone_count": alone.count(),
        }
    return render(request, "matching/swaps.html", context)


def _visible_swap(request: HttpRequest, public_key: UUID) -> SwapRequest:
    found = get_object_or_404(swaps_visible_to(request.user, timezone.localdate()), public_key=public_key)
    return page_of(found, found.match.cohort.scheme)


@require_GET
@requires(Capability.HANDLE_SWAPS)
def swap(request: HttpRequest, public_key: UUID) -> HttpResponse:
    """One swap: three mentors with room, and one button each."""
    found = _visible_swap(request, public_key)
    today = timezone.localdate()
    mentee = found.match.mentee
    is_open = found.state == SwapState.ASKED
    reads = can_read_reasons(request.user, found)
    choices = _choices(request, found)[1].offered if is_open and can_handle(request.user, found, today) else []
    if reads:
        user: Any = request.user
        note_reasons_read(swap=found, by=user, now=timezone.now())
    context = {
        "swap": found,
        "mentee": mentee,
        "study": study_line(mentee),
        "is_open": is_open,
        "choices": choices,
        "is_late": is_open and found.promised_by < today,
        "reasons": [SwapReason(code).label for code in found.reasons] if reads else None,
        "told": None if reads else found.handler,
        "next_size": found.match.cohort.policy.hard_maximum,
    }
    return render(request, "matching/swap.html", context)


def _choices(request: HttpRequest, found: SwapRequest) -> tuple[Shortlist, Choices]:
    """The list for a swap. Who may not read the reasons must not read them off it either: theirs knows none."""
    swap = found if can_read_reasons(request.user, found) else None
    kept = shortlist_for(found.match.mentee, swap=swap, now=timezone.now())
    return kept, choices_for(kept, by=request.user)


@require_POST
@requires(Capability.HANDLE_SWAPS)
def choose(request: HttpRequest, public_key: UUID) -> HttpResponse:
    """Give the student the chosen mentor."""
    found = _visible_swap(request, public_key)
    if not can_handle(request.user, found, timezone.localdate()):
        raise PermissionDenied
    kept, choices = _choices(request, found)
    form = MentorForm(request.POST, offered=choices.keys)
    if not form.is_valid():
        say_not_offered(request)
        return redirect("matching:swap", public_key=public_key)
    user: Any = request.user
    mentor = form.cleaned_data["mentor"]
    with attempt(request), struck_when_refused([kept], mentor.pk):
        match = swap_mentor(swap=found, mentor=mentor, by=user, now=timezone.now())
        say(request, _("%(mentee)s is with %(mentor)s now. Both are being told.") % _names(match))
        return redirect("matching:swaps")
    return redirect("matching:swap", public_key=public_key)


def _names(match: Match) -> dict[str, str]:
    return {"mentee": match.mentee.user.first_name, "mentor": match.mentor.user.first_name}


@require_POST
@requires(Capability.PUBLISH_MATCHES)
def swap_open(request: HttpRequest, match: int) -> HttpResponse:
    """Open a swap for a student who asked in person."""
    user: Any = request.user
    today = timezone.localdate()
    found = get_object_or_404(matches_visible_to(user, today).filter(state__in=KNOWN), pk=match)
    if not can_place(user, found.mentee, today):
        raise PermissionDenied
    with attempt(request):
        opened = open_swap(match=found, by=user, now=timezone.now())
        return redirect("matching:swap", public_key=opened.public_key)
    return redirect("matching:swaps")


def _placeable(request: HttpRequest, pk: int) -> Participant:
    """A student who takes part, within the reader's reach: 404 unless seen, 403 if only seen."""
    today = timezone.localdate()
    mentees = participants_visible_to(request.user, today).mentees().enrolled().prefetch_related("facts")
    mentee = page_of(get_object_or_404(mentees, pk=pk))
    if not can_place(request.user, mentee, today):
        raise PermissionDenied
    return mentee


@require_http_methods(["GET", "POST"])
@requires(Capability.PUBLISH_MATCHES)
def place_student(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a mentor for one student who has none: a late joiner, or one left over."""
    mentee = _placeable(request, pk)
    has_mentor = Match.objects.live().filter(mentee=mentee).exists()
    kept = [] if has_mentor else [shortlist_for(mentee, now=timezone.now())]
    choices = choices_for(kept[0], by=request.user) if kept else Choices([])
    if request.method == "POST":
        goes = {mentor: [mentee] for mentor in choices.keys}
        return _place(request, goes, kept, reverse("matching:place", args=[pk]))
    context = {
        "mentee": mentee,
        "study": study_line(mentee),
        "has_mentor": has_mentor,
        "choices": choices.offered,
        "next_size": mentee.cohort.policy.hard_maximum,
    }
    return render(request, "matching/place_student.html", context)


def _orphans(request: HttpRequest, mentor: int) -> list[Match]:
    return list(orphaned_by(request.user, timezone.localdate()).filter(mentor__pk=mentor))


@require_http_methods(["GET", "POST"])
@requires(Capability.PUBLISH_MATCHES)
def rehome(request: HttpRequest, mentor: int) -> HttpResponse:
    """Find a home for the group of a mentor who left, the whole of it together where that is possible."""
    orphaned = _orphans(request, mentor)
    if not orphaned:
        raise Http404
    speak_for(orphaned[0].cohort.scheme)
    lists = [shortlist_for(match.mentee, now=timezone.now()) for match in orphaned]
    homes = homes_for(lists, by=request.user)
    here = reverse("matching:rehome", args=[mentor])
    if request.method == "POST" and "shared" in request.POST:
        return _share_out(request, homes.shared, here)
    if request.method == "POST":
        return _place(request, homes.goes, lists, here)
    context = {"mentor": orphaned[0].mentor, "mentees": [kept.mentee for kept in lists], "homes": homes}
    return render(request, "matching/rehome.html", context)


def _share_out(request: HttpRequest, shared: SharedOut | None, here: str) -> HttpResponse:
    """Share the group out as the page showed it, unless something has changed since."""
    if shared is None or request.POST.get("shared") != shared.key:
        say(request, _("Something changed since you opened this page. Look again."), level=messages.ERROR)
        return redirect(here)
    user: Any = request.user
    with attempt(request):
        homes = [(list(home.fits), home.mentor) for home in shared.homes]
        matches = share_out(homes=homes, by=user, now=timezone.now())
        say(request, _("%(count)d students have a mentor again. All sides are being told.") % {"count": len(matches)})
        return redirect("matching:swaps")
    return redirect(here)


def _place(
    request: HttpRequest, goes: Mapping[int, list[Participant]], lists: list[Shortlist], here: str
) -> HttpResponse:
    """Place students with a mentor of the page, ``goes`` by mentor; to the queue when it is done, else back there."""
    form = MentorForm(request.POST, offered=goes)
    if not form.is_valid():
        say_not_offered(request)
        return redirect(here)
    user: Any = request.user
    chosen = form.cleaned_data["mentor"]
    with attempt(request), struck_when_refused(lists, chosen.pk):
        matches = place(mentees=goes[chosen.pk], mentor=chosen, by=user, now=timezone.now())
        names = ", ".join(match.mentee.user.first_name for match in matches)
        mentor = matches[0].mentor.user.first_name
        say(request, _("%(names)s with %(mentor)s: both sides are being told.") % {"names": names, "mentor": mentor})
        return redirect("matching:swaps")
    return redirect(here)
