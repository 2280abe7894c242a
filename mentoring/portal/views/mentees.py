"""A mentor's mentees, a card each."""

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import SignedInRequest, signed_in
from mentoring.contacts.selectors import group_of, heard_in
from mentoring.participation.selectors import my_participation, shown_in_common, study_line
from mentoring.participation.states import ParticipantRole, ParticipantState
from mentoring.portal.selectors import phase_prompt, tasks_of


@require_GET
@signed_in("a mentor's own mentees")
def mentees(request: SignedInRequest) -> HttpResponse:
    """Who they are, what was last heard, and what is usual now."""
    user = request.user
    today = timezone.localdate()
    mentor = my_participation(user, ParticipantRole.MENTOR, today)
    if mentor is None or mentor.state == ParticipantState.LEFT:
        raise Http404
    prefetch_related_objects([mentor], "facts")
    cards = group_of(mentor)
    context = {
        "mentor": mentor,
        "cards": [(card, study_line(card.match.mentee), shown_in_common(mentor, card.match.mentee)) for card in cards],
        "heard": heard_in(cards),
        "prompt": phase_prompt(mentor, today),
        "to_do": sum(task["tone"] == "brand" for task in tasks_of(mentor)),
    }
    return render(request, "portal/mentees.html", context)
