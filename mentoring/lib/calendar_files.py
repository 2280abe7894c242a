"""Calendar files (RFC 5545, RFC 5546): a stable UID, a SEQUENCE that rises with each change, a VTIMEZONE."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

REQUEST = "REQUEST"
PUBLISH = "PUBLISH"
CANCEL = "CANCEL"
CONTENT_TYPE = "text/calendar; method={method}; charset=utf-8"


@dataclass(frozen=True)
class Guest:
    """Somebody who is asked. ``answer`` is a PARTSTAT."""

    email: str
    name: str
    answer: str = "ACCEPTED"


@dataclass(frozen=True)
class Entry:
    """One entry. ``starts`` and ``ends`` are aware and in the zone that the calendar is to show."""

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    title: str
    organiser: Guest
    place: str = ""
    description: str = ""
    url: str = ""
    guests: tuple[Guest, ...] = ()
    is_off: bool = False


def uid(kind: str, key: int) -> str:
    """An entry's name in every calendar; it never changes."""
    return f"{kind}-{key}@{urlsplit(settings.SITE_URL).hostname}"


def calendar_of(entries: Sequence[Entry], *, now: datetime, method: str = PUBLISH) -> bytes:
    """The entries as one file. ``method`` is REQUEST or CANCEL for a letter to a guest, PUBLISH for a download."""
    calendar = Calendar()
    calendar.add("prodid", "-//Peer mentoring//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for entry in entries:
        calendar.add_component(_component(entry, now=now, is_off=entry.is_off or method == CANCEL))
    calendar.add_missing_timezones(first_date=date(2020, 1, 1))
    return calendar.to_ical()


def _component(entry: Entry, *, now: datetime, is_off: bool) -> Event:
    made = Event()
    made.add("uid", entry.uid)
    made.add("dtstamp", now)
    made.add("sequence", entry.sequence)
    made.add("dtstart", entry.starts)
    made.add("dtend", entry.ends)
    made.add("summary", entry.title)
    made.add("status", "CANCELLED" if is_off else "CONFIRMED")
    made.add("organizer", _address(entry.organiser))
    for name, words in (("location", entry.place), ("description", entry.description), ("url", entry.url)):
        if words:
            made.add(name, words)
    for guest in entry.guests:
        made.add("attendee", _attendee(guest), encode=False)
    return made


def _address(guest: Guest) -> vCalAddress:
    address = vCalAddress(f"mailto:{guest.email}")
    address.params["CN"] = vText(guest.name)
    return address


def _attendee(guest: Guest) -> vCalAddress:
    address = _address(guest)
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText(guest.answer)
    address.params["RSVP"] = vText("TRUE" if guest.answer == "NEEDS-ACTION" else "FALSE")
    return address
