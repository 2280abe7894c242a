"""Announcements, and whom one reaches."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import User
from mentoring.announcements.models import Announcement
from mentoring.announcements.rules import COUNTED_FOR
from mentoring.announcements.states import AnnouncementState, Audience
from mentoring.matching.models import Match
from mentoring.matching.states import LIVE
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState
from mentoring.participation.models import Participant, ParticipantQuerySet
from mentoring.participation.states import ParticipantState
from schemes.models import Cohort
from schemes.permissions import appointments_with, rows_of
from schemes.roles import Capability


def announcements_visible_to(user: User, today: date) -> QuerySet[Announcement]:
    """Those that reach no further than the user may write."""
    seen = Q(pk__in=[])
    for held in appointments_with(user, Capability.WRITE_TO_MANY, today):
        seen |= rows_of(held, Capability.WRITE_TO_MANY, cohort="cohort") & Q(unit__path__startswith=held.unit.path)
    return Announcement.objects.filter(seen).select_related(
        "cohort__scheme__unit__institution", "unit", "author", "decided_by", "programme"
    )


def waiting_for(user: User, cohort: Cohort, today: date) -> QuerySet[Announcement]:
    """What the user could approve: written by somebody else, and waiting."""
    return (
        announcements_visible_to(user, today)
        .filter(cohort=cohort, state=AnnouncementState.WAITING)
        .exclude(author=user)
    )


def recipients_of(announcement: Announcement) -> ParticipantQuerySet:
    """Who takes part now, in the announcement's unit and audience. Somebody in both roles appears twice."""
    people = Participant.objects.enrolled().filter(
        cohort=announcement.cohort, programme__unit__path__startswith=announcement.unit.path, user__is_active=True
    )
    if announcement.programme_id:
        people = people.filter(programme=announcement.programme_id)
    if announcement.audience == Audience.CHOSEN:
        return people.filter(pk__in=announcement.chosen.values("pk"))
    return _audience(people, announcement.audience)


def _audience(people: ParticipantQuerySet, audience: str) -> ParticipantQuerySet:
    def matched(side: str) -> Exists:
        return Exists(Match.objects.filter(state__in=LIVE, **{side: OuterRef("pk")}))

    if audience == Audience.MENTORS:
        return people.mentors()
    if audience == Audience.MENTEES:
        return people.mentees()
    if audience == Audience.UNMATCHED:
        return people.mentees().filter(~matched("mentee"))
    if audience == Audience.UNPAIRED:
        return people.mentors().filter(~matched("mentor"))
    return people


def users_of(announcement: Announcement) -> QuerySet[User]:
    """Each person once, however many roles they have."""
    return User.objects.filter(pk__in=recipients_of(announcement).values("user")).order_by("pk")


def released_lately(author: User, now: datetime) -> int:
    """To how many the author's announcements of the last day went."""
    recent = Announcement.objects.filter(author=author, released_at__gt=now - COUNTED_FOR)
    return recent.exclude(state=AnnouncementState.STOPPED).aggregate(n=Sum("count"))["n"] or 0


def progress_of(announcement: Announcement) -> dict[str, int]:
    """How its messages stand: sent, waiting, called off, and those that need somebody."""
    messages = Message.objects.filter(object_type=announcement._meta.label_lower, object_id=str(announcement.pk))
    states = list(messages.values_list("state", flat=True))
    return {
        "sent": states.count(MessageState.SENT),
        "waiting": sum(state in {MessageState.DUE, MessageState.CLAIMED, MessageState.HANDING} for state in states),
        "stopped": states.count(MessageState.CANCELLED),
        "needs": states.count(MessageState.FAILED) + states.count(MessageState.UNCERTAIN),
    }


def still_takes_part() -> Exists:
    """For a message's row: its recipient takes part in its cohort."""
    return Exists(
        Participant.objects.filter(user=OuterRef("recipient_id"), cohort=OuterRef("cohort_id")).exclude(
            state=ParticipantState.LEFT
        )
    )
