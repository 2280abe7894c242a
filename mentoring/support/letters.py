"""What a support group hears: its dates, and what somebody promised to do."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mentoring.events.calendar import PUBLISH, calendar_file
from mentoring.events.models import Event
from mentoring.events.states import BookingState
from mentoring.events.wording import when_in_words, where_in_words
from mentoring.messaging.letters import Action, Attachment, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.support.models import SupportGroup, Theme
from mentoring.support.selectors import meetings_of, people_of
from mentoring.support.states import ThemeState
from schemes.roles import Capability


def _dates(group: SupportGroup, message: Message) -> list[Event]:
    """The meetings still to come at which the recipient has a place."""
    meetings = meetings_of(group).filter(
        event__starts_at__gt=message.due_at,
        event__bookings__participant__user=message.recipient,
        event__bookings__state=BookingState.BOOKED,
    )
    return [meeting.event for meeting in meetings]


def compose_scheduled(message: Message) -> Content | None:
    """All the dates of a run in one letter, with one calendar file."""
    found = SupportGroup.objects.filter(pk=message.object_id or 0).select_related("facilitator")
    group = found.first()
    if group is None or not people_of(group).filter(user=message.recipient).exists():
        return None
    events = _dates(group, message)
    if not events:
        return None
    lines = tuple(f"{when_in_words(event)}. {where_in_words(event)}." for event in events)
    count = len(events)
    return Content(
        subject=_("Your mentors’ support group: dates"),
        paragraphs=(
            _("Mentors meet every few weeks to share how it is going. %(name)s looks after your group.")
            % {"name": group.facilitator.full_name},
            *lines,
            _("What is said there stays there. You need not book; if you cannot come once, that is all right."),
        ),
        actions=(Action(_("See my support group"), absolute(reverse("support:mine"))),),
        why=ngettext(
            "You are in “%(group)s”, which has %(count)s new date.",
            "You are in “%(group)s”, which has %(count)s new dates.",
            count,
        )
        % {"group": group.name, "count": count},
        reply_to=group.facilitator.email,
        attachments=(
            Attachment(
                "support-group.ics",
                calendar_file(events, now=message.created_at, method=PUBLISH),
                "text/calendar; method=PUBLISH; charset=utf-8",
            ),
        ),
    )


def compose_action(message: Message) -> Content | None:
    """Somebody was named as the one who does something."""
    found = Theme.objects.filter(pk=message.object_id or 0, state=ThemeState.ACTION)
    theme = found.select_related("group__facilitator", "action_owner").first()
    if theme is None or theme.action_owner != message.recipient or theme.action_due_on is None:
        return None
    return Content(
        subject=_("Something from a support group for you"),
        paragraphs=(
            _("“%(group)s” raised this: %(theme)s") % {"group": theme.group.name, "theme": theme.text},
            _("You were named to do this by %(day)s: %(action)s")
            % {"day": date_format(theme.action_due_on, "j F"), "action": theme.action},
            _("Not for you after all? Answer this e-mail."),
        ),
        why=_("You were named as the person who does it."),
        reply_to=theme.group.facilitator.email,
    )


# That somebody is in a support group, and what came of it, is for who looks after such groups.
for _name, _compose, _title in (
    ("scheduled", compose_scheduled, gettext_lazy("Support group’s dates")),
    ("action", compose_action, gettext_lazy("Action from a support group")),
):
    register(Letter(f"support.{_name}", Urgency.NORMAL, _compose, _title, needs=Capability.FACILITATE_SUPPORT))
