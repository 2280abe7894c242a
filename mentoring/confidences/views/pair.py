"""What the two of a pair want, and leave aside: their own page, and nobody else's."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, signed_in
from accounts.services import WrongState
from mentoring.confidences.forms import UnderstandingForm
from mentoring.confidences.models import Understanding
from mentoring.confidences.rules import is_due_for_review
from mentoring.confidences.selectors.readers import readers_of_understanding
from mentoring.confidences.services.understandings import settle
from mentoring.confidences.states import Area, Differences
from mentoring.lib.notices import say
from mentoring.matching.models import Match
from schemes.speech import page_of


@signed_in("the two of a pair, about their own")
def pair(request: SignedInRequest, pk: int) -> HttpResponse:
    """Goals together; what each leaves aside, and how both treat what they see differently."""
    own = Match.objects.known().filter(Q(mentor__user=request.user) | Q(mentee__user=request.user))
    match, now = page_of(get_object_or_404(own.with_people(), pk=pk)), timezone.now()
    mine, theirs = ("mentor", "mentee") if match.mentor.user_id == request.user.pk else ("mentee", "mentor")
    kept = Understanding.objects.filter(match=match).first()
    form = UnderstandingForm(request.POST or None, kept=kept, mine=mine)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            settle(match=match, wanted=form.wanted(), version=version, by=request.user, now=now)
        except WrongState as error:
            form.add_error("goals", str(error))
        else:
            say(request, _("Kept. Both of you see it."))
            return redirect("confidences:pair", pk=pk)
    aside = kept.left_aside if kept else {}
    context = {
        "match": match,
        "other": (match.mentee if mine == "mentor" else match.mentor).user.first_name,
        "form": form,
        "kept": kept,
        "their_areas": [Area(code).label for code in aside.get(theirs, [])],
        "their_words": aside.get(f"{theirs}_words", ""),
        "agreed": Differences(kept.answers.agreed).label if kept and kept.answers.agreed else "",
        "review": is_due_for_review(kept.looked_at if kept else None, now),
        "readers": readers_of_understanding(match),
    }
    return render(request, "confidences/pair.html", context)
