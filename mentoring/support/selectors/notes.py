"""Notes: for those who were the group's members and facilitator at the time."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from mentoring.events.models import Attendance, Booking
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from mentoring.support.models import Meeting, MeetingNote, SupportGroup
from schemes.permissions import within_reach
from schemes.roles import Capability


def meetings_readable_by(user: Any, today: date) -> QuerySet[Meeting]:
    """The meetings whose notes somebody reads: their own sessions.

    A member's are those at which they were given a place (who joins later gets one at the next) or
    were there; a facilitator's those of their own time, under an appointment in force. Coordinators,
    the scheme lead and administrators are nobody here (R71, trust.md §2).
    """
    mine = Participant.objects.filter(user=user).exclude(state=ParticipantState.LEFT)
    facilitates = within_reach(
        user, Capability.FACILITATE_SUPPORT, today, scheme="group__cohort__scheme", unit="group__unit"
    )
    had_a_place = Booking.objects.filter(participant__in=mine, event=OuterRef("event"))
    was_there = Attendance.objects.filter(participant__in=mine, event=OuterRef("event"))
    is_member = Q(group__in=SupportGroup.objects.filter(members__in=mine))
    as_member = is_member & (Exists(had_a_place) | Exists(was_there))
    as_facilitator = facilitates & Q(group__facilitator=user, facilitator=user)
    found = Meeting.objects.filter(as_member | as_facilitator)
    return found.select_related("group__facilitator", "group__cohort__scheme", "group__unit", "event")


def notes_of(meeting: Meeting) -> QuerySet[MeetingNote]:
    """The notes of a meeting that the reader was shown to be allowed to read."""
    return MeetingNote.objects.filter(meeting=meeting).select_related("written_by", "meeting__group__cohort")
