"""A meeting of two in both their calendars. The mentor's own address organises it, so answers reach a person."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from mentoring.contacts.models import Invitation
from mentoring.contacts.states import InvitationState
from mentoring.lib.calendar_files import CANCEL, CONTENT_TYPE, REQUEST, Entry, Guest, calendar_of, uid
from mentoring.messaging.letters import Attachment

PARTSTAT = {InvitationState.ACCEPTED: "ACCEPTED", InvitationState.DECLINED: "DECLINED"}


def uid_of(invitation: Invitation) -> str:
    """The meeting's name in every calendar; it never changes."""
    return uid("meeting", invitation.pk)


def calendar_file(invitation: Invitation, *, now: datetime, is_off: bool = False) -> Attachment:
    """The meeting as an attachment: REQUEST while it stands, with the newest SEQUENCE, else CANCEL."""
    match = invitation.match
    mentor, mentee = match.mentor.user, match.mentee.user
    zone = ZoneInfo(match.cohort.scheme.unit.institution.time_zone)
    answer = PARTSTAT.get(InvitationState(invitation.state), "NEEDS-ACTION")
    entry = Entry(
        uid=uid_of(invitation),
        sequence=invitation.sequence,
        starts=invitation.starts_at.astimezone(zone),
        ends=invitation.ends_at.astimezone(zone),
        title=_("%(mentor)s and %(mentee)s") % {"mentor": mentor.first_name, "mentee": mentee.first_name},
        organiser=Guest(mentor.email, mentor.full_name),
        place=invitation.place,
        guests=(Guest(mentor.email, mentor.full_name), Guest(mentee.email, mentee.full_name, answer)),
    )
    method = CANCEL if is_off else REQUEST
    return Attachment("meeting.ics", calendar_of([entry], now=now, method=method), CONTENT_TYPE.format(method=method))
