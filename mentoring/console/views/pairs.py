"""Pairs: the list, and one pair's timeline."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest
from mentoring.console.selectors.exports import PAIRS, pair_rows
from mentoring.console.selectors.pairs import PairsNow, pairs_now, pairs_of, state_words, timeline_of
from mentoring.console.services import note_export
from mentoring.console.views.exports import export_urls, proven_again
from mentoring.lib.exports import as_file
from mentoring.matching.models import Match
from mentoring.matching.permissions import can_place
from mentoring.matching.states import KNOWN, MatchState
from schemes.context import chosen_cohort
from schemes.permissions import appointments_with, holds, requires, within_reach
from schemes.roles import Capability

PAGE = 50


def _filters(request: SignedInRequest, counts: dict[str, int]) -> list[dict[str, Any]]:
    shown = request.GET.get("show", "")
    labels = {
        "": _("All"),
        "quiet": _("Gone quiet"),
        "questions": _("Question waiting"),
        "unheard": _("Not heard from"),
        "paused": _("Paused"),
        "ended": _("Ended"),
    }
    return [
        {
            "label": label,
            "url": f"{request.path}?show={key}" if key else request.path,
            "current": shown == key,
            "count": counts.get(key),
        }
        for key, label in labels.items()
    ]


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


def _listed(request: SignedInRequest, everyone: Any, look: PairsNow) -> Any:
    """Which pairs the address of the page asks for: by filter, and by words."""
    shown, words = request.GET.get("show", ""), request.GET.get("q", "").strip()
    listed = everyone.filter(state__in=KNOWN)
    if shown == "quiet":
        listed = everyone.filter(pk__in=[match.pk for match in look.quiet])
    elif shown == "questions":
        listed = everyone.filter(pk__in=[match.pk for match in look.questions])
    elif shown == "unheard":
        listed = listed.filter(last_heard=None, reply=None)
    elif shown == "paused":
        listed = everyone.filter(state=MatchState.PAUSED)
    elif shown == "ended":
        listed = everyone.filter(state=MatchState.ENDED)
    return listed.filter(_found_by(words)).order_by("mentor__user__family_name", "mentor_id", "mentee_id")


@requires(Capability.SEE_MATCHES)
def pairs(request: SignedInRequest) -> HttpResponse:
    """Every pair in reach, filtered by an address that can be shared."""
    cohort = chosen_cohort(request, Capability.SEE_MATCHES)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    now = timezone.now()
    everyone = pairs_of(request.user, cohort, timezone.localdate(now))
    look = pairs_now(everyone, cohort, now)
    shown, words = request.GET.get("show", ""), request.GET.get("q", "").strip()
    page = Paginator(_listed(request, everyone, look), PAGE).get_page(request.GET.get("page"))
    rows = [(match, *state_words(match)) for match in page.object_list]
    counts = {"": len(look.known), "quiet": len(look.quiet), "questions": len(look.questions)}
    return render(
        request,
        "console/pairs.html",
        {
            "cohort": cohort,
            "page_obj": page,
            "rows": rows,
            "may_draft": bool(appointments_with(request.user, Capability.DRAFT_MATCHES, timezone.localdate(now))),
            "filters": _filters(request, counts),
            "search": words,
            "shown": shown,
            "kept": {"show": shown} if shown else {},
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
    rows = pair_rows(_listed(request, everyone, pairs_now(everyone, cohort, now)))
    return as_file(kind, f"pairs-{cohort.slug}", PAIRS.values(), rows)


@requires(Capability.SEE_MATCHES)
def pair(request: SignedInRequest, pk: int) -> HttpResponse:
    """One pair: who they are, and everything that happened, on one line of time."""
    today = timezone.localdate()
    reach = within_reach(
        request.user, Capability.SEE_MATCHES, today, scheme="cohort__scheme", unit="mentee__programme__unit"
    )
    match = get_object_or_404(Match.objects.with_people().filter(reach), pk=pk)
    annotated = pairs_of(request.user, match.cohort, today).get(pk=pk)
    words, tone = state_words(annotated)
    handles_swaps = holds(
        request.user, Capability.HANDLE_SWAPS, cohort=match.cohort, today=today, unit=match.mentee.programme.unit
    )
    return render(
        request,
        "console/pair.html",
        {
            "match": match,
            "words": words,
            "tone": tone,
            "timeline": timeline_of(
                match, with_messages=bool(appointments_with(request.user, Capability.SEE_MESSAGES, today))
            ),
            "may_swap": match.state in KNOWN and can_place(request.user, match.mentee, today),
            "open_swap": match.swap_requests.filter(state="asked").first() if handles_swaps else None,
        },
    )
