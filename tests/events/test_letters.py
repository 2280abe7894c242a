"""What people hear about events."""

from datetime import timedelta

import icalendar
import pytest

from mentoring.events import services
from mentoring.events.models import Booking, Event
from mentoring.messaging.letters import LETTERS, Content
from mentoring.messaging.models import Message
from mentoring.participation.services import leave
from tests.events.conftest import MakeEvent
from tests.factories import NOW, Northfield

LATER = NOW + timedelta(minutes=1)


def composed(letter: str) -> Content | None:
    message = Message.objects.filter(letter=letter).latest("pk")
    return LETTERS[letter].compose(message)


def words(content: Content | None) -> str:
    assert content is not None
    return " ".join([content.subject, *content.paragraphs])


def method_of(content: Content | None) -> str:
    assert content is not None
    (file,) = content.attachments
    return str(icalendar.Calendar.from_ical(file.content)["METHOD"])


@pytest.fixture
def booked(northfield: Northfield, make_event: MakeEvent) -> Booking:
    return services.book(event=make_event(places=1), user=northfield.aisha, now=NOW)


def test_a_booking_is_confirmed_with_a_calendar_file(booked: Booking) -> None:
    content = composed("events.booked")
    assert "Tuesday 13 October, 09:00 to 10:00" in words(content)
    assert "Ramsden foyer" in words(content)
    assert method_of(content) == "REQUEST"
    assert content is not None
    assert content.actions[0].url.endswith(f"/my/events/{booked.event_id}/")


def test_a_freed_place_says_whose_it_is(northfield: Northfield, booked: Booking) -> None:
    services.book(event=booked.event, user=northfield.ben, now=NOW)
    services.give_up(booking=booked, by=northfield.aisha, now=LATER)
    assert "it is yours" in words(composed("events.place_freed"))


def test_a_change_says_how_it_is_now(northfield: Northfield, booked: Booking) -> None:
    services.book(event=booked.event, user=northfield.ben, now=NOW)
    Event.objects.update(place="Library café", sequence=1)
    event = Event.objects.get()
    names = services.EventDetails.__dataclass_fields__
    details = services.EventDetails(**{**{n: getattr(event, n) for n in names}, "place": "Challoner 4"})
    services.change_event(event=event, unit=event.unit, details=details, by=northfield.sam, now=LATER)
    contents = {
        m.recipient.first_name: LETTERS["events.changed"].compose(m)  # type: ignore[union-attr]
        for m in Message.objects.filter(letter="events.changed").select_related("recipient")
    }
    assert "Challoner 4" in words(contents["Aisha"])
    assert method_of(contents["Aisha"]) == "REQUEST"
    assert "still on the waiting list" in words(contents["Ben"])
    assert contents["Ben"] is not None
    assert contents["Ben"].attachments == ()


def test_a_cancellation_is_kind_and_clears_the_calendar(northfield: Northfield, booked: Booking) -> None:
    services.cancel_event(event=booked.event, by=northfield.sam, now=LATER)
    content = composed("events.cancelled")
    assert "will not take place" in words(content)
    assert method_of(content) == "CANCEL"


def test_nothing_is_said_that_is_no_longer_so(northfield: Northfield, booked: Booking) -> None:
    services.cancel_event(event=booked.event, by=northfield.sam, now=LATER)
    assert composed("events.booked") is None
    services.restore_event(event=booked.event, by=northfield.sam, now=LATER)
    assert composed("events.cancelled") is None
    leave(participant=northfield.participant("aisha"), by=northfield.aisha, now=LATER)
    assert composed("events.booked") is None
