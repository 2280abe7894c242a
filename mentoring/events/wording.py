"""When and where an event is, in words."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mentoring.events.models import Event


def when_in_words(event: Event) -> str:
    """ "Tuesday 13 October, 12:45 to 13:45", in local time; with both days when it runs past midnight."""
    first, last = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    end = date_format(last, "H:i" if first.date() == last.date() else "l j F, H:i")
    words = {"day": date_format(first, "l j F"), "start": date_format(first, "H:i"), "end": end}
    return _("%(day)s, %(start)s to %(end)s") % words


def where_in_words(event: Event) -> str:
    """The place, "online", or both."""
    if event.place and event.online_link:
        return _("%(place)s, or online") % {"place": event.place}
    return event.place or _("Online")
