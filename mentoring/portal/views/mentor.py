"""Meet Priya: a mentee's mentor, in the mentor's own words, and the one-tap answers."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import SignedInRequest, signed_in
from mentoring.contacts.letters.meetings import when_in_words
from mentoring.contacts.selectors import reply_choices, standing_reply
from mentoring.contacts.selectors.meetings import coming_meetings
from mentoring.matching.selectors import open_swap_of
from mentoring.participation.selectors import introduction_line, my_participation, shown_in_common
from mentoring.participation.states import ParticipantRole, ParticipantState
from mentoring.portal.selectors import answers_waiting, mentor_match_of
from schemes.speech import page_of


@require_GET
@signed_in("a mentee's own mentor")
def mentor(request: SignedInRequest) -> HttpResponse:
    """Who my mentor is, what we share, and say something back."""
    user = request.user
    mentee = my_participation(user, ParticipantRole.MENTEE, timezone.localdate())
    if mentee is None or mentee.state == ParticipantState.LEFT:
        raise Http404
    match = mentor_match_of(page_of(mentee))
    if match is None:
        return render(request, "portal/no_mentor.html", {"mentee": mentee})
    standing, now = standing_reply(match), timezone.now()
    meeting = coming_meetings([match], now).get(match.pk)
    sent = standing.choice if standing and standing.answered_at is None else ""
    context = {
        "match": match,
        "line": introduction_line(match.mentor),
        "common": shown_in_common(match.mentee, match.mentor),
        "standing": standing if sent else None,
        "choices": reply_choices(without=sent),
        "meeting": meeting,
        "meeting_when": when_in_words(meeting.starts_at) if meeting else "",
        "answers": answers_waiting(user),
        "swap": open_swap_of(match),
        "notes_allowed": mentee.cohort.policy.notes_allowed,
    }
    return render(request, "portal/mentor.html", context)
