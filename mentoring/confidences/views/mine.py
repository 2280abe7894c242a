"""A mentee says whether her mentor may keep notes, reads what she may, and decides what is shown."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.services import NotAllowed, WrongState
from mentoring.confidences.rules import SEALED_FOR
from mentoring.confidences.selectors.disclosures import disclosures, is_to_answer, told_to
from mentoring.confidences.selectors.notes import notes_of, permission_of, sealed_of
from mentoring.confidences.selectors.readers import readers_of_notes
from mentoring.confidences.services.disclosures import answer
from mentoring.confidences.services.notes import allow_notes, forbid_notes
from mentoring.lib.notices import say
from mentoring.matching.models import Match
from mentoring.participation import consents
from schemes.speech import page_of

OWN = "a mentee's own permission, and the notes about her"


def _match(request: SignedInRequest) -> Match:
    """The reader's own match; 404 without one, and where the scheme has no notes."""
    match = _noted_match(request)
    if match is None:
        raise Http404
    return page_of(match)


def _noted_match(request: SignedInRequest) -> Match | None:
    mine = Match.objects.known().filter(mentee__user=request.user).with_people()
    match = mine.order_by("-introduced_at", "-pk").first()
    return match if match and match.cohort.policy.notes_allowed else None


@require_GET
@signed_in(OWN)
def mine(request: SignedInRequest) -> HttpResponse:
    """What a note is, who can read it, whether I allowed it; the notes, and to whom one was shown.

    To whom one was shown, she reads also when the pair has ended or the scheme has no notes any more (R81).
    """
    known, now = list(told_to(request.user)), timezone.now()
    answered = [one for one in known if one.state != "asked"]
    if answered and _noted_match(request) is None:
        page_of(answered[0].match)
        return render(request, "confidences/known.html", {"known": answered})
    match = _match(request)
    context = {
        "match": match,
        "mentor": match.mentor.user.first_name,
        "permission": permission_of(match),
        "text": consents.NOTES.text,
        "readers": readers_of_notes(match, timezone.localdate(now)),
        "notes": notes_of(match),
        "sealed": sealed_of(match).count(),
        "sealed_days": SEALED_FOR.days,
        "asked": [
            (one, {"seen": one.note.version})
            for one in known
            if one.match_id == match.pk and one.note and is_to_answer(one, now)
        ],
        "known": answered,
    }
    return render(request, "confidences/mine.html", context)


@require_POST
@signed_in(OWN)
def allow(request: SignedInRequest) -> HttpResponse:
    """Give the permission."""
    match = _match(request)
    allow_notes(match=match, by=request.user, now=timezone.now())
    say(request, _("%(name)s may keep notes. You can take this back here.") % {"name": match.mentor.user.first_name})
    return redirect("confidences:mine")


@require_POST
@signed_in(OWN)
def forbid(request: SignedInRequest) -> HttpResponse:
    """Take it back: the notes are sealed, and deleted when the days for a change of mind are over."""
    forbid_notes(match=_match(request), by=request.user, now=timezone.now())
    days = SEALED_FOR.days
    say(request, _("Taken back. Nobody reads the notes any more; in %(days)d days they are deleted.") % {"days": days})
    return redirect("confidences:mine")


@require_POST
@signed_in(OWN)
def answer_disclosure(request: SignedInRequest, pk: int) -> HttpResponse:
    """Yes or no to showing one note; a no takes an earlier yes back."""
    one = get_object_or_404(disclosures().filter(match__mentee__user=request.user), pk=pk)
    agreed = request.POST.get("answer") == "yes"
    try:
        answer(disclosure=one, agreed=agreed, seen=request.POST.get("seen", ""), by=request.user, now=timezone.now())
    except NotAllowed as error:
        raise Http404 from error
    except WrongState as error:
        say(request, str(error), level=messages.WARNING)
    else:
        name = {"name": one.reader.full_name}
        yes, no = _("%(name)s may read this one note now."), _("%(name)s does not read it.")
        say(request, (yes if agreed else no) % name)
    return redirect("confidences:mine")
