"""Whose page it is: the reader as a mentor, or as a mentee, of today."""

from django.http import Http404
from django.utils import timezone

from accounts.access import SignedInRequest
from mentoring.matching.models import Match
from mentoring.participation.models import Participant
from mentoring.participation.selectors import my_participation
from mentoring.participation.states import ParticipantRole, ParticipantState
from schemes.speech import page_of


def taking_part_as(request: SignedInRequest, role: ParticipantRole) -> Participant:
    """The reader's own participation; 404 without one, or for somebody who stopped."""
    found = my_participation(request.user, role, timezone.localdate())
    if found is None or found.state == ParticipantState.LEFT:
        raise Http404
    return page_of(found)


def own_mentor(mentee: Participant) -> Match | None:
    """The mentee's match of which both know."""
    return Match.objects.known().filter(mentee=mentee).with_people().first()
