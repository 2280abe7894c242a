"""Events' pages, by what they change and what they show to whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mentoring.events.models import Attendance, Booking, Event
from mentoring.events.services import book
from mentoring.events.states import Audience, EventKind
from tests.events.conftest import MakeEvent
from tests.factories import NOW, MentorFactory, Northfield, UserFactory

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def as_(user: object) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)  # type: ignore[arg-type]
    return client


def plan(northfield: Northfield, **changes: str) -> dict[str, str]:
    return {
        "title": "Information hour",
        "kind": EventKind.INFORMATION,
        "audience": Audience.MENTORS,
        "unit": str(northfield.health.pk),
        "day": "2026-10-20",
        "starts": "12:00",
        "ends": "13:00",
        "place": "Ramsden foyer",
        "online_link": "",
        "places": "20",
        "is_bookable": "on",
        "description": "",
        **changes,
    }


def test_a_new_event_is_booked_at_first_and_says_that_it_needs_one_of_two(northfield: Northfield) -> None:
    page = as_(northfield.tom).get(reverse("events:plan"))
    # The first kind is an information session, and the page says that people can book.
    assert page.context["form"]["is_bookable"].value()
    assert "Fill in this, the link below, or both." in page.content.decode()
    assert "Fill in this, the place above, or both." in page.content.decode()


def test_a_plan_becomes_an_event_in_local_time(northfield: Northfield) -> None:
    as_(northfield.tom).post(reverse("events:plan"), plan(northfield))
    event = Event.objects.get()
    assert event.starts_at.isoformat() == "2026-10-20T11:00:00+00:00"
    assert (event.places, event.created_by, event.unit) == (20, northfield.tom, northfield.health)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place": ""}, "Say where it is"),
        ({"ends": "11:00"}, "It must end after it starts"),
        ({"day": "2026-10-01"}, "still to come"),
        ({"place": "Ashenhurst halls"}, "does not take place in halls"),
        ({"places": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_faulty_plan_says_what_is_wrong(changes: dict[str, str], words: str, northfield: Northfield) -> None:
    answer = as_(northfield.tom).post(reverse("events:plan"), plan(northfield, **changes))
    assert words in answer.content.decode()
    assert not Event.objects.exists()


def test_places_are_counted_only_where_people_book(northfield: Northfield) -> None:
    given = plan(northfield, places="5")
    given.pop("is_bookable")
    answer = as_(northfield.tom).post(reverse("events:plan"), given)
    assert "nobody counts at a drop-in" in answer.content.decode()
    assert not Event.objects.exists()


def test_halls_can_be_confirmed_and_stay_visible(northfield: Northfield) -> None:
    client = as_(northfield.tom)
    client.post(reverse("events:plan"), plan(northfield, place="Common room, Ashenhurst halls", halls_confirmed="on"))
    assert "In halls?" in client.get(reverse("events:staff_list")).content.decode()


def test_an_event_cannot_be_planned_for_another_unit(northfield: Northfield) -> None:
    as_(northfield.tom).post(reverse("events:plan"), plan(northfield, unit=str(northfield.computing.pk)))
    assert not Event.objects.exists()


def test_the_list_shows_only_what_is_within_reach(northfield: Northfield, make_event: MakeEvent) -> None:
    make_event(title="Ours to see")
    make_event(title="Theirs alone", unit=northfield.computing)
    page = as_(northfield.sam).get(reverse("events:staff_list")).content.decode()
    assert "Ours to see" in page
    assert "Theirs alone" not in page


def test_an_event_of_the_whole_university_is_seen_but_not_run(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(title="For everybody", unit=northfield.university)
    book(event=event, user=northfield.omar, now=NOW)
    client = as_(northfield.sam)
    assert "For everybody" in client.get(reverse("events:staff_list")).content.decode()
    page = client.get(reverse("events:event", args=[event.pk])).content.decode()
    assert "Omar" not in page
    for name in ("change", "cancel", "register"):
        assert client.get(reverse(f"events:{name}", args=[event.pk])).status_code == 403
    assert as_(northfield.mallory).get(reverse("events:event", args=[event.pk])).status_code == 404
    assert "Omar" in as_(northfield.dr_lee).get(reverse("events:event", args=[event.pk])).content.decode()


def test_who_booked_is_named_only_to_who_runs_it(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event()
    book(event=event, user=northfield.aisha, now=NOW)
    url = reverse("events:event", args=[event.pk])
    assert "Aisha" in as_(northfield.tom).get(url).content.decode()
    seen = as_(northfield.una).get(url).content.decode()
    assert "Welcome drop-in" in seen
    assert "Aisha" not in seen


@pytest.mark.parametrize(("show", "title"), [("", "Coming"), ("past", "Gone"), ("cancelled", "Called off")])
def test_the_list_is_filtered(show: str, title: str, northfield: Northfield, make_event: MakeEvent) -> None:
    make_event(title="Coming")
    make_event(title="Gone", starts_at=NOW - timedelta(days=2))
    make_event(title="Called off", cancelled_at=NOW)
    page = as_(northfield.sam).get(reverse("events:staff_list"), {"show": show})
    assert [event.title for event in page.context["page_obj"]] == [title]


def test_the_list_costs_the_same_for_one_and_three(northfield: Northfield, make_event: MakeEvent) -> None:
    client = as_(northfield.sam)
    counts = []
    for _row in range(3):
        event = make_event(places=1)
        book(event=event, user=northfield.aisha, now=NOW)
        book(event=event, user=northfield.ben, now=NOW)
        counts.append(_queries(client, "events:staff_list"))
    assert counts[0] == counts[2]


def test_my_events_cost_the_same_for_one_and_three(northfield: Northfield, make_event: MakeEvent) -> None:
    client = as_(northfield.ben)
    counts = []
    for _row in range(3):
        event = make_event(places=1)
        book(event=event, user=northfield.aisha, now=NOW)
        book(event=event, user=northfield.ben, now=NOW)
        make_event()
        counts.append(_queries(client, "events:mine"))
    assert counts[0] == counts[2]


def test_the_register_costs_the_same_for_one_and_three(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(starts_at=NOW)
    client = as_(northfield.tom)
    counts = []
    for name in ("aisha", "ben", "chidi"):
        Booking.objects.create(event=event, participant=northfield.participant(name), state="booked", asked_at=NOW)
        counts.append(_queries(client, "events:register", event.pk))
    assert counts[0] == counts[2]


def _queries(client: Client, name: str, *args: object) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(name, args=args)).status_code == 200
    return len(queries)


def test_booking_and_giving_up_from_the_page(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    client = as_(northfield.aisha)
    answer = client.post(reverse("events:book", args=[event.pk]), follow=True)
    assert "You have a place" in answer.content.decode()
    answer = client.post(reverse("events:give_up", args=[event.pk]), follow=True)
    assert Booking.objects.get().state == "cancelled"
    undo = reverse("events:book", args=[event.pk])
    assert f'action="{undo}"' in answer.content.decode()


def test_the_waiting_list_says_where_one_stands(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    for name in ("aisha", "ben", "chidi"):
        book(event=event, user=getattr(northfield, name), now=NOW)
    page = as_(northfield.chidi).get(reverse("events:mine")).content.decode()
    assert "Number 2 on the waiting list" in page


def test_whom_a_drop_in_is_for_sees_it_though_nobody_books(northfield: Northfield, make_event: MakeEvent) -> None:
    drop_in = make_event(title="Coffee for everybody new", is_bookable=False, audience=Audience.MENTEES)
    page = as_(northfield.aisha).get(reverse("events:mine")).content.decode()
    assert "Coffee for everybody new" in page
    assert "No booking: just come" in page
    assert reverse("events:book", args=[drop_in.pk]) not in page
    its_own = as_(northfield.aisha).get(reverse("events:own", args=[drop_in.pk])).content.decode()
    assert reverse("events:own_calendar", args=[drop_in.pk]) in its_own
    assert reverse("events:book", args=[drop_in.pk]) not in its_own
    assert as_(northfield.priya).get(reverse("events:own", args=[drop_in.pk])).status_code == 404


def test_a_support_group_meets_unseen_by_everybody_else(northfield: Northfield, make_event: MakeEvent) -> None:
    meeting = make_event(title="Homesick", kind=EventKind.SUPPORT_GROUP, is_bookable=False)
    client = as_(northfield.aisha)
    assert "Homesick" not in client.get(reverse("events:mine")).content.decode()
    for name in ("own", "own_calendar"):
        assert client.get(reverse(f"events:{name}", args=[meeting.pk])).status_code == 404


def test_nobody_to_book_sees_an_empty_page(northfield: Northfield) -> None:
    assert "Nothing is planned just now" in as_(northfield.aisha).get(reverse("events:mine")).content.decode()


def test_one_tap_puts_a_person_on_the_register_and_one_takes_them_off(
    northfield: Northfield, make_event: MakeEvent
) -> None:
    event = make_event(starts_at=NOW)
    client, url = as_(northfield.tom), reverse("events:tap", args=[event.pk])
    aisha = northfield.participant("aisha").pk
    answer = client.post(url, {"participant": aisha, "is_here": "on", "q": "ais"})
    assert answer["Location"].endswith(f"/register/?q=ais#p{aisha}")
    assert Attendance.objects.count() == 1
    client.post(url, {"participant": aisha})
    assert not Attendance.objects.exists()


def test_walk_ins_are_found_within_the_events_reach(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(starts_at=NOW)
    page = as_(northfield.tom).get(reverse("events:register", args=[event.pk]), {"q": "a"})
    names = {person.user.first_name for person in page.context["found"]}
    assert {"Aisha", "Priya", "Una"} <= names
    assert "Omar" not in names


def test_everyone_who_booked_was_here_with_undo(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(starts_at=NOW)
    for name in ("aisha", "ben"):
        Booking.objects.create(event=event, participant=northfield.participant(name), state="booked", asked_at=NOW)
    client = as_(northfield.tom)
    page = client.post(reverse("events:all_here", args=[event.pk]), follow=True).content.decode()
    assert Attendance.objects.count() == 2
    undo = page.split('action="/admin/events/')[1].split('"')[0]
    client.post(f"/admin/events/{undo}")
    assert not Attendance.objects.exists()


def test_cancelling_offers_undo(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event()
    client = as_(northfield.sam)
    client.post(reverse("events:cancel", args=[event.pk]), follow=True)
    assert Event.objects.get().is_cancelled
    assert "Cancelled just now" in client.get(reverse("events:event", args=[event.pk])).content.decode()
    client.post(reverse("events:restore", args=[event.pk]))
    assert not Event.objects.get().is_cancelled


def test_a_place_too_few_is_said_beside_the_form(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=2)
    for name in ("aisha", "ben"):
        book(event=event, user=getattr(northfield, name), now=NOW)
    given = plan(northfield, places="1", kind=EventKind.DROP_IN, audience=Audience.EVERYONE)
    page = as_(northfield.sam).post(reverse("events:change", args=[event.pk]), given)
    assert "2 people have booked" in page.content.decode()
    assert Event.objects.get().places == 2


def test_the_calendar_file_is_served_to_who_may_see_the_event(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event()
    answer = as_(northfield.aisha).get(reverse("events:own_calendar", args=[event.pk]))
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in answer.content


def test_a_mentor_of_another_unit_sees_nothing_of_it(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event()
    stranger = UserFactory(given_name="Zed")
    MentorFactory(user=stranger, cohort=northfield.cohort, programme=northfield.cs)
    client = as_(stranger)
    assert "Welcome drop-in" not in client.get(reverse("events:mine")).content.decode()
    assert client.get(reverse("events:own", args=[event.pk])).status_code == 404
