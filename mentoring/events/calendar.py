"""An event in somebody's calendar."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from accounts.models import User
from mentoring.events.models import Event
from mentoring.lib.calendar_files import CANCEL, PUBLISH, REQUEST, Entry, Guest, calendar_of, uid

__all__ = ["CANCEL", "PUBLISH", "REQUEST", "calendar_file", "uid_of"]


def uid_of(event: Event) -> str:
    """The event's name in every calendar; it never changes."""
    return uid("event", event.pk)


def calendar_file(events: Sequence[Event], *, now: datetime, method: str = PUBLISH, guest: User | None = None) -> bytes:
    """The events as one file. ``method`` is REQUEST or CANCEL for a letter to ``guest``, PUBLISH for a download."""
    return calendar_of([_entry(event, guest) for event in events], now=now, method=method)


def _entry(event: Event, guest: User | None) -> Entry:
    zone = event.cohort.scheme.unit.institution.zone
    return Entry(
        uid=uid_of(event),
        sequence=event.sequence,
        starts=event.starts_at.astimezone(zone),
        ends=event.ends_at.astimezone(zone),
        title=event.title,
        organiser=_organiser(event),
        place=event.place or event.online_link,
        description="\n\n".join(filter(None, [event.description, event.online_link])),
        url=event.online_link,
        guests=(Guest(guest.email, guest.full_name),) if guest else (),
        is_off=event.is_cancelled,
    )


def _organiser(event: Event) -> Guest:
    """The address that answers for an event, and its name: the university's help address, else its planner's."""
    institution = event.cohort.scheme.unit.institution
    planner = event.created_by.email if event.created_by else settings.DEFAULT_FROM_EMAIL
    return Guest(institution.help_email or planner, event.cohort.scheme.name)
