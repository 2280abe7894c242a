"""A mentor's mentees, a card each."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import SignedInRequest, signed_in
from mentoring.confidences.selectors.notes import allowed_for
from mentoring.contacts.letters.meetings import when_in_words
from mentoring.contacts.models import Invitation
from mentoring.contacts.selectors import Card, group_of, heard_in
from mentoring.contacts.selectors.meetings import coming_meetings
from mentoring.contacts.selectors.questions import masked_for, named_for
from mentoring.participation.models import Participant
from mentoring.participation.selectors import my_participation, shown_in_common, study_line
from mentoring.participation.states import ParticipantRole, ParticipantState
from mentoring.portal.selectors import phase_prompt, tasks_of
from schemes.speech import speak_for


@require_GET
@signed_in("a mentor's own mentees")
def mentees(request: SignedInRequest) -> HttpResponse:
    """Who they are, what was last heard, and what is usual now."""
    user = request.user
    today = timezone.localdate()
    mentor = my_participation(user, ParticipantRole.MENTOR, today)
    if mentor is None or mentor.state == ParticipantState.LEFT:
        raise Http404
    speak_for(mentor.cohort.scheme)
    prefetch_related_objects([mentor], "facts")
    cards = group_of(mentor)
    meetings = coming_meetings([card.match for card in cards], timezone.now())
    context = {
        "mentor": mentor,
        "cards": [_shown(card, mentor, meetings.get(card.match.pk)) for card in cards],
        "masked": masked_for(mentor),
        "with_notes": allowed_for(mentor, [card.match for card in cards]),
        "named": named_for(mentor),
        "heard": heard_in(cards),
        "prompt": phase_prompt(mentor, today),
        "to_do": sum(task["tone"] == "brand" for task in tasks_of(mentor)),
    }
    return render(request, "portal/mentees.html", context)


def _shown(card: Card, mentor: Participant, meeting: Invitation | None) -> tuple[Any, ...]:
    """A card with its lines: what they study, what both said, when they meet."""
    mentee = card.match.mentee
    when = when_in_words(meeting.starts_at) if meeting else ""
    return card, study_line(mentee), shown_in_common(mentor, mentee), meeting, when
