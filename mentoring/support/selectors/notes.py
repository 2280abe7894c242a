"""Notes: for the group's members and its facilitator only."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from mentoring.support.models import Meeting, MeetingNote
from schemes.permissions import within_reach
from schemes.roles import Capability


def meetings_readable_by(user: Any, today: date) -> QuerySet[Meeting]:
    """The meetings whose notes somebody reads: of groups they are in, or facilitate under an appointment in force.

    Coordinators, the scheme lead and administrators are nobody here (R71, trust.md §2).
    """
    mine = Participant.objects.filter(user=user).exclude(state=ParticipantState.LEFT)
    facilitates = within_reach(
        user, Capability.FACILITATE_SUPPORT, today, scheme="group__cohort__scheme", unit="group__unit"
    )
    found = Meeting.objects.filter(Q(group__members__in=mine) | (facilitates & Q(group__facilitator=user))).distinct()
    return found.select_related("group__facilitator", "group__cohort__scheme", "group__unit", "event")


def notes_of(meeting: Meeting) -> QuerySet[MeetingNote]:
    """The notes of a meeting that the reader was shown to be allowed to read."""
    return MeetingNote.objects.filter(meeting=meeting).select_related("written_by")
