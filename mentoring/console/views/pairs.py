"""Pairs: the list, and one pair's timeline."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest
from accounts.proving import proven_again
from accounts.services import NotAllowed
from mentoring.console.forms import CourseFilterForm
from mentoring.console.permissions import OF_CONTACTS
from mentoring.console.selectors.exports import PAIRS, pair_rows
from mentoring.console.selectors.history import pair_history
from mentoring.console.selectors.pairs import (
    PairsNow,
    pairs_in_reach,
    pairs_now,
    pairs_of,
    reports_about,
    state_shown,
    state_words,
)
from mentoring.console.services import note_export, note_look
from mentoring.console.states import OF_PAIRS, ListPage
from mentoring.console.views.exports import export_urls
from mentoring.console.views.listing import choosing, course_asked, courses_in_reach, filter_links, kept
from mentoring.contacts.permissions import can_help_with
from mentoring.contacts.selectors.quiet import open_report, told_in_words
from mentoring.contacts.services import close_quiet
from mentoring.lib.exports import as_file
from mentoring.lib.notices import say
from mentoring.matching.models import Match, MatchQuerySet
from mentoring.matching.permissions import can_end, can_place
from mentoring.matching.selectors import held_runs, open_swaps
from mentoring.matching.services import can_take_back_ending
from mentoring.matching.states import KNOWN, MatchState
from mentoring.participation.states import ParticipantState
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import appointments_with, requires, within_reach
from schemes.roles import Capability
from schemes.speech import page_of

PAGE = 50


def _filters(request: SignedInRequest, counts: dict[str, int], *, may_see_contacts: bool) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        "reported": _("Help asked for"),
        "quiet": _("Gone quiet"),
        "questions": _("Question waiting"),
        "unheard": _("Not heard from"),
        "paused": _("Paused"),
        "ended": _("Ended"),
    }
    shown = {key: label for key, label in labels.items() if may_see_contacts or key not in OF_CONTACTS[ListPage.PAIRS]}
    return filter_links(request, shown, counts)


def _found_by(words: str) -> Q:
    found = Q()
    for word in words.split():
        found &= (
            Q(mentee__user__given_name__icontains=word)
            | Q(mentee__user__family_name__icontains=word)
            | Q(mentor__user__given_name__icontains=word)
            | Q(mentor__user__family_name__icontains=word)
        )
    return found


def listed_pairs(request: SignedInRequest, everyone: Any, look: PairsNow) -> Any:
    """Which pairs the address of the page asks for: by filter, by course, and by words.

    ``look`` is that of ``pairs_told_of``.
    """
    shown, words = request.GET.get("show", ""), request.GET.get("q", "").strip()
    if shown in OF_CONTACTS[ListPage.PAIRS]:
        listed = everyone.filter(pk__in=_by_contacts(look, shown).order_by().values("pk"))
    elif shown == "paused":
        listed = everyone.filter(state=MatchState.PAUSED)
    elif shown == "ended":
        listed = everyone.filter(state=MatchState.ENDED).happened()
    else:
        listed = everyone.filter(state__in=KNOWN)
    if (course := course_asked(request)) is not None:
        listed = listed.filter(mentee__programme=course)
    return listed.filter(_found_by(words)).order_by("mentor__user__family_name", "mentor_id", "mentee_id")


def _by_contacts(look: PairsNow, shown: str) -> MatchQuerySet:
    if shown == "quiet":
        return look.quiet
    if shown == "questions":
        return look.questions
    if shown == "reported":
        return look.known.filter(pk__in=reports_about(look.known).values("match"))
    return look.known.filter(look.is_unheard)


def pairs_told_of(request: SignedInRequest, cohort: Cohort, now: datetime) -> PairsNow:
    """A look at the pairs of which the reader may know whether they were in touch."""
    reach = pairs_in_reach(request.user, cohort, timezone.localdate(now), door=Capability.SEE_CONTACTS)
    return pairs_now(reach, cohort, now)


@requires(Capability.SEE_MATCHES)
def pairs(request: SignedInRequest) -> HttpResponse:
    """Every pair in reach, filtered by an address that can be shared."""
    cohort = chosen_cohort(request, Capability.SEE_MATCHES)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    now = timezone.now()
    today = timezone.localdate(now)
    everyone = pairs_in_reach(request.user, cohort, today)
    look = pairs_told_of(request, cohort, now)
    may_see_contacts = bool(appointments_with(request.user, Capability.SEE_CONTACTS, today, cohort=cohort))
    words = request.GET.get("q", "").strip()
    # The keys of all, and everything about those of this page only.
    keys = listed_pairs(request, everyone, look).values_list("pk", flat=True)
    page = Paginator(keys, PAGE).get_page(request.GET.get("page"))
    found = pairs_of(request.user, cohort, today).in_bulk(list(page.object_list))
    rows = [(found[pk], *state_words(found[pk])) for pk in page.object_list]
    counts = {
        "": everyone.known().count(),
        "quiet": look.quiet.count(),
        "questions": look.asked[0],
        "reported": reports_about(look.known).count(),
    }
    return render(
        request,
        "console/pairs.html",
        {
            "cohort": cohort,
            "page_obj": page,
            "held_runs": held_runs(request.user, cohort, now),
            "rows": rows,
            "may_draft": bool(appointments_with(request.user, Capability.DRAFT_MATCHES, timezone.localdate(now))),
            "may_see_contacts": may_see_contacts,
            "filters": _filters(request, counts, may_see_contacts=may_see_contacts),
            "search": words,
            "filter_form": CourseFilterForm(
                request.GET, courses=courses_in_reach(request, cohort, Capability.SEE_MATCHES)
            ),
            "kept": kept(request, "cohort", "show"),
            "is_filtered": bool(words or kept(request, "show", "course")),
            "choosing": choosing(request, OF_PAIRS, cohort),
            "export_urls": export_urls(request, "console:export_pairs"),
        },
    )


@require_POST
@requires(Capability.EXPORT_ROWS)
@proven_again
def export_pairs(request: SignedInRequest, kind: str) -> HttpResponse:
    """The list as a file, under the same filters; on the trail, by whom and which columns."""
    cohort = chosen_cohort(request, Capability.EXPORT_ROWS)
    if cohort is None:
        raise Http404
    now = timezone.now()
    everyone = pairs_of(request.user, cohort, timezone.localdate(now), door=Capability.EXPORT_ROWS)
    note_export(what="pairs", cohort=cohort, columns=PAIRS, by=request.user, now=now)
    rows = pair_rows(listed_pairs(request, everyone, pairs_told_of(request, cohort, now)))
    return as_file(kind, f"pairs-{cohort.slug}", PAIRS.values(), rows)


@requires(Capability.SEE_MATCHES)
def pair(request: SignedInRequest, pk: int) -> HttpResponse:
    """One pair: who they are, and everything that happened, on one line of time."""
    today = timezone.localdate()
    reach = within_reach(
        request.user, Capability.SEE_MATCHES, today, scheme="cohort__scheme", unit="mentee__programme__unit"
    )
    match = page_of(get_object_or_404(Match.objects.with_people().filter(reach), pk=pk))
    note_look(at=match, by=request.user, now=timezone.now())
    annotated = pairs_of(request.user, match.cohort, today).get(pk=pk)
    words, tone = state_words(annotated) if annotated.tells else ("", "")
    is_known = match.state in KNOWN and ParticipantState.LEFT not in {match.mentee.state, match.mentor.state}
    return render(
        request,
        "console/pair.html",
        {
            "match": match,
            "words": words,
            "state": state_shown(match, tells=annotated.tells),
            "tone": tone,
            "page_obj": Paginator(pair_history(match, request.user, today), PAGE).get_page(request.GET.get("page")),
            "report": _readable_report(request, match),
            "is_known": is_known,
            "may_swap": is_known and can_place(request.user, match.mentee, today),
            "may_end": is_known and can_end(request.user, match, today),
            "may_take_back": can_take_back_ending(request.user, match, timezone.now()),
            "open_swap": open_swaps(request.user, today).filter(match=match).first(),
        },
    )


def _readable_report(request: SignedInRequest, match: Match) -> list[tuple[str, str]]:
    """What the mentor said when asking for help, for who may step in; nothing when it is settled."""
    report = open_report(match)
    readable = report and can_help_with(request.user, match, timezone.localdate())
    return told_in_words(report) if report and readable else []


@require_POST
@requires(Capability.HANDLE_SWAPS)
def looked_at(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody looked at a quiet mentee; the row of Today goes."""
    today = timezone.localdate()
    reach = within_reach(
        request.user, Capability.SEE_MATCHES, today, scheme="cohort__scheme", unit="mentee__programme__unit"
    )
    match = page_of(get_object_or_404(Match.objects.with_people().filter(reach), pk=pk))
    try:
        close_quiet(match=match, by=request.user, now=timezone.now())
    except NotAllowed as problem:
        raise PermissionDenied from problem
    say(request, _("Noted. Thank you for looking."))
    return redirect("console:pair", pk)
