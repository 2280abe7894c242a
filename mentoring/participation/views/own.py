"""Which participation a student's own page is about."""

from django.http import Http404
from django.utils import timezone

from accounts.access import SignedInRequest
from mentoring.participation.models import Participant
from mentoring.participation.selectors import current_participations
from mentoring.participation.states import ParticipantState
from schemes.speech import page_of


def own_participation(request: SignedInRequest) -> Participant:
    """The reader's participation, in the role that ``?as=`` names when they have both. 404 without one."""
    user = request.user
    found = current_participations(user, timezone.localdate()).exclude(state=ParticipantState.LEFT)
    if role := request.GET.get("as"):
        found = found.filter(role=role)
    participant = found.prefetch_related("facts").first()
    if participant is None:
        raise Http404
    return page_of(participant)
