"""Calendar files that calendars accept."""

from datetime import datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest

from mentoring.events.calendar import CANCEL, REQUEST, calendar_file, uid_of
from mentoring.events.models import Event
from tests.events.conftest import MakeEvent
from tests.factories import NOW, Northfield


def parsed(event: Event, **options: object) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(calendar_file([event], now=NOW, **options))  # type: ignore[arg-type]


def entry(calendar: icalendar.Calendar) -> icalendar.Event:
    (found,) = calendar.walk("VEVENT")
    return found


def test_an_event_reads_back_in_its_own_zone(make_event: MakeEvent) -> None:
    calendar = parsed(make_event(sequence=3))
    found = entry(calendar)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    assert found["DTSTART"].params["TZID"] == "Europe/London"
    assert found.decoded("DTSTART") == datetime(2026, 10, 13, 9, 0, tzinfo=ZoneInfo("Europe/London"))
    assert (found["SEQUENCE"], str(found["SUMMARY"]), str(found["LOCATION"])) == (3, "Welcome drop-in", "Ramsden foyer")
    assert str(calendar["METHOD"]) == "PUBLISH"


def test_the_name_in_calendars_never_changes(make_event: MakeEvent) -> None:
    event = make_event()
    before = uid_of(event)
    event.title, event.sequence = "Another", 9
    assert uid_of(event) == before == str(entry(parsed(event))["UID"])


def test_a_request_names_one_guest_and_who_answers(northfield: Northfield, make_event: MakeEvent) -> None:
    calendar = parsed(make_event(), method=REQUEST, guest=northfield.aisha)
    found = entry(calendar)
    assert str(calendar["METHOD"]) == "REQUEST"
    assert str(found["ATTENDEE"]) == "mailto:aisha@northfield.ac.uk"
    assert str(found["ORGANIZER"]) == "mailto:sam@northfield.ac.uk"


def test_a_cancellation_takes_the_event_out(northfield: Northfield, make_event: MakeEvent) -> None:
    calendar = parsed(make_event(sequence=1), method=CANCEL, guest=northfield.aisha)
    assert (str(calendar["METHOD"]), str(entry(calendar)["STATUS"])) == ("CANCEL", "CANCELLED")


@pytest.mark.parametrize("field", ["title", "place", "description"])
@pytest.mark.abuse(15)
def test_no_words_can_smuggle_in_another_event(field: str, make_event: MakeEvent) -> None:
    words = "Tea\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\r\nSUMMARY:Evil; , \\n"
    calendar = parsed(make_event(**{field: words}))
    assert len(calendar.walk("VEVENT")) == 1
    assert "evil" not in str(entry(calendar)["UID"])
