"""What an announcement looks like to those who get it: its author's words, over its author's name."""

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.announcements.models import Announcement
from mentoring.announcements.selectors import still_takes_part
from mentoring.announcements.services import LETTER
from mentoring.announcements.states import AnnouncementState
from mentoring.messaging.letters import Content, Letter, register
from mentoring.messaging.models import Message
from mentoring.messaging.services import about
from mentoring.messaging.states import Urgency


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
    """While it is not stopped. That its reader still takes part is asked of the row."""
    announcement = about(message)
    return content_of(announcement) if announcement and announcement.state == AnnouncementState.RELEASED else None


def stands() -> Q:
    """It was not stopped, and its reader still takes part."""
    released = Announcement.objects.filter(
        pk=Cast(OuterRef("object_id"), BigIntegerField()), state=AnnouncementState.RELEASED
    )
    return Q(Exists(released)) & Q(still_takes_part())


register(Letter(LETTER, Urgency.NORMAL, note, gettext_lazy("Announcement"), stands))
