"""Whose messages somebody may see."""

from datetime import date

from django.db.models import Q

from accounts.models import User
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from schemes.models import Cohort
from schemes.permissions import within_reach
from schemes.roles import Capability


def reach_of(user: User, today: date, capability: Capability = Capability.SEE_MESSAGES) -> Q:
    """The participants whose messages somebody may see; with another ``capability``, those whom it covers."""
    return within_reach(user, capability, today, scheme="cohort__scheme", unit="programme__unit")


def people_found(user: User, cohort: Cohort, today: date, words: str, limit: int = 20) -> list[Participant]:
    """The people within reach whose name or address has all the words."""
    found = Participant.objects.filter(reach_of(user, today), cohort=cohort).exclude(state=ParticipantState.LEFT)
    for word in words.split()[:5]:
        found = found.filter(
            Q(user__given_name__icontains=word)
            | Q(user__known_as__icontains=word)
            | Q(user__family_name__icontains=word)
            | Q(user__email__icontains=word)
        )
    return list(found.with_person().order_by("user__family_name", "pk").distinct()[:limit])
