"""Scheduling a run of meetings, and calling one off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record
from mentoring.events.services import EventDetails, cancel_event, change_event, give_places, plan_event
from mentoring.events.states import Audience, EventKind
from mentoring.messaging.services import owe
from mentoring.support.models import Meeting, SupportGroup
from mentoring.support.selectors import people_of


@dataclass(frozen=True)
class MeetingPlan:
    """When on each day, for how long, and where."""

    starts: time
    minutes: int
    place: str = ""
    online_link: str = ""


@transaction.atomic
def schedule_meetings(
    *, group: SupportGroup, days: Sequence[date], plan: MeetingPlan, by: User, now: datetime
) -> list[Meeting]:
    """Schedule a run of meetings at once; every member gets a place and one letter with all the dates.

    Raises ``WrongState`` for no day, a day that has passed, or one on which the group meets already.
    """
    SupportGroup.objects.select_for_update().get(pk=group.pk)
    if not days:
        raise WrongState(_("No day is left in this year of mentoring."))
    _hold_free(group, days)
    members = list(people_of(group))
    made = []
    for day in days:
        event = plan_event(cohort=group.cohort, unit=group.unit, details=_details(group, day, plan), by=by, now=now)
        give_places(event=event, participants=members, by=by, now=now)
        made.append(Meeting.objects.create(group=group, event=event, facilitator=group.facilitator))
    scheme_id = group.cohort.scheme_id
    record(verb="meetings scheduled", obj=group, by=by, now=now, fields=["meetings"], scheme_id=scheme_id)
    for member in members:
        owe(
            letter="support.scheduled",
            recipient=member.user,
            occasion=f"{made[0].pk}",
            now=now,
            cohort=group.cohort,
            about=group,
            expires_at=made[-1].event.ends_at,
        )
    return made


def _hold_free(group: SupportGroup, days: Sequence[date]) -> None:
    meetings = Meeting.objects.filter(group=group, event__cancelled_at=None).select_related("event")
    taken = {timezone.localdate(meeting.event.starts_at) for meeting in meetings}
    if taken & set(days):
        raise WrongState(_("The group meets on one of these days already."))


def _details(group: SupportGroup, day: date, plan: MeetingPlan) -> EventDetails:
    starts_at = timezone.make_aware(datetime.combine(day, plan.starts))
    return EventDetails(
        kind=EventKind.SUPPORT_GROUP,
        audience=Audience.MENTORS,
        title=group.name,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=plan.minutes),
        place=plan.place,
        online_link=plan.online_link,
        is_bookable=False,
    )


@transaction.atomic
def move_meeting(*, meeting: Meeting, day: date, plan: MeetingPlan, by: User, now: datetime) -> Meeting:
    """Move one meeting to another time or place; its members hear of it in ten minutes. Raises ``WrongState``."""
    group, event = meeting.group, meeting.event
    SupportGroup.objects.select_for_update().get(pk=group.pk)
    if day != timezone.localdate(event.starts_at):
        _hold_free(group, [day])
    details = _details(group, day, plan)
    if details.starts_at <= now:
        raise WrongState(_("Choose a time that is still to come."))
    meeting.event = change_event(event=event, unit=event.unit, details=details, by=by, now=now)
    return meeting


@transaction.atomic
def call_meeting_off(*, meeting: Meeting, by: User, now: datetime) -> Meeting:
    """Call one meeting off; its members hear of it in ten minutes."""
    meeting.event = cancel_event(event=meeting.event, by=by, now=now)
    return meeting
