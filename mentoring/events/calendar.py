"""Calendar files (RFC 5545, RFC 5546): a stable UID, a SEQUENCE that rises with each change, a VTIMEZONE."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as Entry

from accounts.models import User
from mentoring.events.models import Event

REQUEST = "REQUEST"
PUBLISH = "PUBLISH"
CANCEL = "CANCEL"


def uid_of(event: Event) -> str:
    """The event's name in every calendar; it never changes."""
    return f"event-{event.pk}@{urlsplit(settings.SITE_URL).hostname}"


def calendar_file(events: Sequence[Event], *, now: datetime, method: str = PUBLISH, guest: User | None = None) -> bytes:
    """The events as one file. ``method`` is REQUEST or CANCEL for a letter to ``guest``, PUBLISH for a download."""
    calendar = Calendar()
    calendar.add("prodid", "-//Peer mentoring//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(_entry(event, now=now, method=method, guest=guest))
    calendar.add_missing_timezones(first_date=date(2020, 1, 1))
    return calendar.to_ical()


def _entry(event: Event, *, now: datetime, method: str, guest: User | None) -> Entry:
    zone = event.cohort.scheme.unit.institution.zone
    is_off = method == CANCEL or event.is_cancelled
    entry = Entry()
    entry.add("uid", uid_of(event))
    entry.add("dtstamp", now)
    entry.add("sequence", event.sequence)
    entry.add("dtstart", event.starts_at.astimezone(zone))
    entry.add("dtend", event.ends_at.astimezone(zone))
    entry.add("summary", event.title)
    entry.add("status", "CANCELLED" if is_off else "CONFIRMED")
    entry.add("organizer", _address(*_organiser(event)))
    if event.place or event.online_link:
        entry.add("location", event.place or event.online_link)
    if words := "\n\n".join(filter(None, [event.description, event.online_link])):
        entry.add("description", words)
    if event.online_link:
        entry.add("url", event.online_link)
    if guest is not None:
        entry.add("attendee", _guest(guest), encode=False)
    return entry


def _organiser(event: Event) -> tuple[str, str]:
    """The address that answers for an event, and its name: the university's help address, else its planner's."""
    institution = event.cohort.scheme.unit.institution
    planner = event.created_by.email if event.created_by else settings.DEFAULT_FROM_EMAIL
    return institution.help_email or planner, event.cohort.scheme.name


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address


def _guest(person: User) -> vCalAddress:
    address = _address(person.email, person.full_name)
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText("ACCEPTED")
    address.params["RSVP"] = vText("FALSE")
    return address
