"""Staff's pages about change: the queue, one swap, a student without a mentor, a group whose mentor left."""

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
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.permissions import can_handle, can_place, can_read_outcomes, can_read_reasons
from mentoring.matching.rules import restriction_for
from mentoring.matching.selectors import (
    SharedOut,
    choices_for,
    homes_for,
    matches_visible_to,
    open_swaps,
    orphaned_by,
    orphaned_groups,
    shared_out,
    swaps_visible_to,
    without_mentor,
)
from mentoring.matching.services import note_reasons_read, open_swap, place, share_out, swap_mentor
from mentoring.matching.states import KNOWN, SwapReason, SwapState
from mentoring.matching.views.loading import attempt
from mentoring.participation.models import Participant
from mentoring.participation.selectors import participants_visible_to, study_line
from schemes.context import chosen_cohort
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability
from schemes.speech import page_of, speak_for

A_PAGE = 25
LONGEST_WAITING = 10
SHOWN = 6


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
    may_handle = can_handle(request.user, found, today)
    is_open = found.state == SwapState.ASKED
    reads = can_read_reasons(request.user, found)
    choices = []
    if is_open and may_handle:
        choices = choices_for(
            mentee,
            with_outcomes=can_read_outcomes(request.user, mentee, today),
            # Who may not read the reasons must not read them off the list either.
            wanted=restriction_for(found.reasons) if reads else None,
        )
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


@require_POST
@requires(Capability.HANDLE_SWAPS)
def choose(request: HttpRequest, public_key: UUID) -> HttpResponse:
    """Give the student the chosen mentor."""
    found = _visible_swap(request, public_key)
    if not can_handle(request.user, found, timezone.localdate()):
        raise PermissionDenied
    form = MentorForm(request.POST, cohort_id=found.match.cohort_id)
    if not form.is_valid():
        return redirect("matching:swap", public_key=public_key)
    user: Any = request.user
    with attempt(request):
        match = swap_mentor(swap=found, mentor=form.cleaned_data["mentor"], by=user, now=timezone.now())
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
    if request.method == "POST":
        return _place(request, [mentee], reverse("matching:place", args=[pk]))
    has_mentor = Match.objects.live().filter(mentee=mentee).exists()
    context = {
        "mentee": mentee,
        "study": study_line(mentee),
        "has_mentor": has_mentor,
        "choices": [] if has_mentor else choices_for(mentee),
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
    mentees = [match.mentee for match in orphaned]
    homes = homes_for(mentees)
    shared = shared_out(mentees)
    if request.method == "POST" and "shared" in request.POST:
        return _share_out(request, shared, reverse("matching:rehome", args=[mentor]))
    if request.method == "POST":
        form = MentorForm(request.POST, cohort_id=orphaned[0].cohort_id)
        chosen = form.cleaned_data["mentor"].pk if form.is_valid() else None
        fits = next((home.fits for home in homes if home.mentor.pk == chosen), ())
        return _place(request, list(fits), reverse("matching:rehome", args=[mentor]))
    context = {
        "mentor": orphaned[0].mentor,
        "mentees": mentees,
        "whole": [home for home in homes if home.is_whole][:SHOWN],
        "parts": homes[:SHOWN],
        "shared": shared,
    }
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


def _place(request: HttpRequest, mentees: list[Participant], here: str) -> HttpResponse:
    """Place students with the mentor of the form; to the queue when it is done, else back to the page."""
    form = MentorForm(request.POST, cohort_id=mentees[0].cohort_id) if mentees else None
    if form is None or not form.is_valid():
        say(request, _("Choose a mentor from the list."), level=messages.ERROR)
        return redirect(here)
    user: Any = request.user
    with attempt(request):
        matches = place(mentees=mentees, mentor=form.cleaned_data["mentor"], by=user, now=timezone.now())
        names = ", ".join(match.mentee.user.first_name for match in matches)
        mentor = matches[0].mentor.user.first_name
        say(request, _("%(names)s with %(mentor)s: both sides are being told.") % {"names": names, "mentor": mentor})
        return redirect("matching:swaps")
    return redirect(here)
