"""Pages and calendar files tell the time of the reader's institution, not of the server."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Institution
from mentoring.events.models import Event
from mentoring.messaging.links import make_token
from tests.factories import Northfield


@pytest.fixture
def halifax(northfield: Northfield) -> Northfield:
    """The same university, five time zones away: 09:00 in London is 05:00 there."""
    Institution.objects.update(time_zone="America/Halifax")
    northfield.institution.refresh_from_db()
    return northfield


@pytest.fixture
def event(halifax: Northfield) -> Event:
    return Event.objects.create(
        cohort=halifax.cohort, unit=halifax.health, kind="drop-in", audience="everyone", title="Tea",
        starts_at=datetime(2026, 10, 13, 1, 30, tzinfo=UTC), ends_at=datetime(2026, 10, 13, 2, 30, tzinfo=UTC),
        place="A1",
    )  # fmt: skip


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_page_tells_local_day_and_time(halifax: Northfield, event: Event) -> None:
    for name in ("sam", "aisha"):
        url = "events:event" if name == "sam" else "events:own"
        page = as_(halifax.people[name]).get(reverse(url, args=[event.pk])).content.decode()
        assert "12 October" in page  # the evening before in Halifax
        assert "22:30" in page
    assert timezone.get_current_timezone_name() == "Europe/London"


def test_a_calendar_file_is_in_local_time(halifax: Northfield, event: Event) -> None:
    file = as_(halifax.sam).get(reverse("events:staff_calendar", args=[event.pk])).content.decode()
    assert "DTSTART;TZID=America/Halifax:20261012T223000" in file
    assert "BEGIN:VTIMEZONE" in file


def test_what_is_typed_is_local_time(halifax: Northfield) -> None:
    given = {
        "kind": "drop-in", "audience": "everyone", "title": "Cake", "unit": halifax.health.pk, "day": "2026-10-20",
        "starts": "10:00", "ends": "11:00", "place": "A1",
    }  # fmt: skip
    answer = as_(halifax.sam).post(reverse("events:plan"), given)
    assert answer.status_code == 302
    assert Event.objects.get(title="Cake").starts_at == datetime(2026, 10, 20, 13, 0, tzinfo=UTC)


def test_the_page_of_a_link_tells_its_persons_time(halifax: Northfield, clock) -> None:
    """Stopped at 01:00 in London: it is still the day before in Halifax, and so is the last day of the undo."""
    Institution.objects.create(name="Southfield", slug="southfield", time_zone="Asia/Tokyo")  # so none is the only one
    clock.move_to(datetime(2026, 10, 13, 0, 0, tzinfo=UTC))
    aisha = halifax.participant("aisha")
    token = make_token(purpose="stop", person=aisha.user, object_id=aisha.pk)
    page = Client().post(reverse("portal:stop_link", args=[token]), follow=True).content.decode()
    assert "Until 26 October" in page


def test_an_institution_is_only_set_to_a_zone_that_exists(halifax: Northfield) -> None:
    halifax.institution.time_zone = "Europe/Nowhere"
    with pytest.raises(ValidationError, match="time zone"):
        halifax.institution.full_clean()
    admin, url = as_(halifax.admin), reverse("schemes:institution")
    given = {"name": "Northfield", "letter_languages": "en-gb cy", "time_zone": "Europe/Nowhere"}
    admin.post(url, given)
    assert Institution.objects.get().time_zone == "America/Halifax"
    admin.post(url, {**given, "time_zone": "Europe/Dublin"})
    assert Institution.objects.get().time_zone == "Europe/Dublin"
