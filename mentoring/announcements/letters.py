"""What an announcement looks like to those who get it: its author's words, over its author's name."""

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.announcements.models import Announcement
from mentoring.announcements.permissions import reach_of
from mentoring.announcements.selectors import still_takes_part
from mentoring.announcements.services import LETTER
from mentoring.announcements.states import AnnouncementState
from mentoring.messaging.letters import Content, Letter, register
from mentoring.messaging.models import Message
from mentoring.messaging.services import about
from mentoring.messaging.states import Urgency
from schemes.models import Appointment
from schemes.roles import Capability, roles_with


def content_of(announcement: Announcement) -> Content:
    """The announcement as an e-mail; also what its author sees before sending."""
    scheme = announcement.cohort.scheme
    return Content(
        subject=announcement.subject,
        paragraphs=tuple(part for part in announcement.text.replace("\r\n", "\n").split("\n\n") if part.strip()),
        why=_("You are getting this because you take part in %(scheme)s this year.") % {"scheme": scheme.name},
        sender_name=announcement.author.full_name,
        reply_to=announcement.author.email,
    )


def note(message: Message) -> Content | None:
    """While it is not stopped and its author may still write. That its reader still takes part is asked of the row."""
    announcement = about(message)
    if announcement is None or announcement.state != AnnouncementState.RELEASED:
        return None
    if reach_of(announcement.author, announcement.cohort, timezone.localdate()) is None:
        return None
    return content_of(announcement)


def stands() -> Q:
    """It was not stopped, its author's appointment was not ended meanwhile, and its reader still takes part."""
    appointed = Appointment.objects.in_force(timezone.localdate()).filter(
        user=OuterRef("author"), scheme=OuterRef("cohort__scheme"), role__in=roles_with(Capability.WRITE_TO_MANY)
    )
    released = Announcement.objects.filter(
        Exists(appointed), pk=Cast(OuterRef("object_id"), BigIntegerField()), state=AnnouncementState.RELEASED
    )
    return Q(Exists(released)) & Q(still_takes_part())


register(Letter(LETTER, Urgency.NORMAL, note, gettext_lazy("Announcement"), stands))
