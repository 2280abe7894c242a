"""Booking, moving up, changing, cancelling and the register."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.events import services
from mentoring.events.models import Attendance, Booking, Event
from mentoring.events.services import EventDetails
from mentoring.events.states import Audience, EventKind
from mentoring.events.tasks import sweep
from mentoring.messaging.models import Message
from mentoring.participation.services import leave
from tests.events.conftest import MakeEvent
from tests.factories import NOW, Northfield

LATER = NOW + timedelta(minutes=1)


def book(event: Event, user: object, now: object = NOW) -> Booking:
    return services.book(event=event, user=user, now=now)  # type: ignore[arg-type]


def letters(name: str, state: str = "due") -> set[str]:
    return set(Message.objects.filter(letter=name, state=state).values_list("recipient__given_name", flat=True))


def details(event: Event, **changes: object) -> EventDetails:
    names = EventDetails.__dataclass_fields__
    return EventDetails(**{**{name: getattr(event, name) for name in names}, **changes})  # type: ignore[arg-type]


def test_booking_gives_a_place_a_letter_and_a_trail(northfield: Northfield, make_event: MakeEvent) -> None:
    booking = book(make_event(places=1), northfield.aisha)
    assert booking.state == "booked"
    assert letters("events.booked") == {"Aisha"}
    assert AuditEntry.objects.filter(verb="booking booked", actor=northfield.aisha).count() == 1


def test_booking_twice_changes_nothing(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=2)
    book(event, northfield.aisha)
    book(event, northfield.aisha, LATER)
    assert Booking.objects.count() == 1
    assert Message.objects.filter(letter="events.booked").count() == 1


def test_who_comes_when_it_is_full_waits_without_a_letter(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    book(event, northfield.aisha)
    assert book(event, northfield.ben, LATER).state == "waiting"
    assert letters("events.booked") == {"Aisha"}


def test_a_freed_place_goes_to_the_first_who_waits(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    first = book(event, northfield.aisha)
    book(event, northfield.ben, NOW + timedelta(minutes=1))
    book(event, northfield.chidi, NOW + timedelta(minutes=2))
    services.give_up(booking=first, by=northfield.aisha, now=NOW + timedelta(minutes=3))
    states = dict(Booking.objects.values_list("participant__user__given_name", "state"))
    assert states == {"Aisha": "cancelled", "Ben": "booked", "Chidi": "waiting"}
    assert letters("events.place_freed") == {"Ben"}
    assert letters("events.booked") == set()  # aisha's confirmation was called off


def test_booking_again_after_giving_up_goes_to_the_end(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    first = book(event, northfield.aisha)
    book(event, northfield.ben, NOW + timedelta(minutes=1))
    services.give_up(booking=first, by=northfield.aisha, now=NOW + timedelta(minutes=2))
    again = book(event, northfield.aisha, NOW + timedelta(minutes=3))
    assert (again.pk, again.state) == (first.pk, "waiting")


def test_who_leaves_the_scheme_frees_the_place_for_who_waits(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    book(event, northfield.aisha)
    book(event, northfield.ben, LATER)
    leave(participant=northfield.participant("aisha"), by=northfield.aisha, now=LATER)
    assert sweep() == 1
    assert sweep() == 0
    assert letters("events.place_freed") == {"Ben"}
    assert Booking.objects.get(participant=northfield.participant("ben")).state == "booked"


def test_who_comes_after_a_leaver_does_not_overtake_who_waits(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    book(event, northfield.aisha)
    book(event, northfield.ben, LATER)
    leave(participant=northfield.participant("aisha"), by=northfield.aisha, now=LATER)
    assert book(event, northfield.chidi, LATER).state == "waiting"
    assert Booking.objects.get(participant=northfield.participant("ben")).state == "booked"


@pytest.mark.parametrize("name", ["omar", "mallory", "sam"])
def test_an_event_of_another_unit_or_scheme_cannot_be_booked(
    name: str, northfield: Northfield, make_event: MakeEvent
) -> None:
    with pytest.raises(NotAllowed):
        book(make_event(), getattr(northfield, name))


def test_a_mentees_event_is_not_for_mentors(northfield: Northfield, make_event: MakeEvent) -> None:
    with pytest.raises(NotAllowed):
        book(make_event(audience=Audience.MENTEES), northfield.priya)


@pytest.mark.parametrize(
    "fields", [{"cancelled_at": NOW}, {"is_bookable": False}, {"starts_at": NOW - timedelta(minutes=5)}]
)
def test_what_cannot_be_booked_says_so(
    fields: dict[str, object], northfield: Northfield, make_event: MakeEvent
) -> None:
    with pytest.raises(WrongState):
        book(make_event(**fields), northfield.aisha)
    assert not Booking.objects.exists()


def test_giving_up_twice_is_harmless(northfield: Northfield, make_event: MakeEvent) -> None:
    booking = book(make_event(), northfield.aisha)
    for _time in range(2):
        services.give_up(booking=booking, by=northfield.aisha, now=LATER)
    assert AuditEntry.objects.filter(verb="booking cancelled").count() == 1


def test_an_event_is_planned_with_a_trail(northfield: Northfield) -> None:
    start = NOW + timedelta(days=3)
    event = services.plan_event(
        cohort=northfield.cohort,
        unit=northfield.health,
        details=EventDetails(
            EventKind.TRAINING, Audience.MENTORS, "Day one", start, start + timedelta(hours=2), place="A1"
        ),
        by=northfield.sam,
        now=NOW,
    )
    assert event.created_by == northfield.sam
    assert AuditEntry.objects.filter(verb="event planned", object_id=str(event.pk)).exists()


@pytest.mark.parametrize(
    "changes",
    [{"place": ""}, {"starts_at": NOW - timedelta(days=1)}, {"ends_at": NOW + timedelta(days=1)}],
    ids=["nowhere", "in the past", "ends before it starts"],
)
def test_a_senseless_plan_is_refused(changes: dict[str, object], northfield: Northfield, make_event: MakeEvent) -> None:
    example = make_event()
    with pytest.raises(WrongState):
        services.plan_event(
            cohort=northfield.cohort,
            unit=northfield.health,
            details=details(example, **changes),
            by=northfield.sam,
            now=NOW,
        )
    assert Event.objects.count() == 1


def test_a_form_sent_twice_plans_one_event(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event()
    given = {"cohort": event.cohort, "unit": event.unit, "details": details(event), "by": northfield.sam, "now": NOW}
    with pytest.raises(WrongState, match="already"):
        services.plan_event(**given)  # type: ignore[arg-type]
    assert Event.objects.count() == 1


def test_a_new_place_is_told_once_and_later(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    book(event, northfield.aisha)
    book(event, northfield.ben, LATER)
    for place in ("Room 1", "Room 2"):
        event = services.change_event(
            event=event, unit=event.unit, details=details(event, place=place), by=northfield.sam, now=LATER
        )
    assert event.sequence == 2
    assert letters("events.changed") == {"Aisha", "Ben"}
    assert Message.objects.filter(letter="events.changed", state="due").count() == 2
    assert set(Message.objects.filter(letter="events.changed").values_list("due_at", flat=True)) == {
        LATER + timedelta(minutes=10)
    }


def test_more_places_let_people_move_up_and_are_not_told(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    book(event, northfield.aisha)
    book(event, northfield.ben, LATER)
    changed = services.change_event(
        event=event, unit=event.unit, details=details(event, places=2), by=northfield.sam, now=LATER
    )
    assert changed.sequence == 0
    assert letters("events.place_freed") == {"Ben"}
    assert letters("events.changed") == set()


def test_there_cannot_be_fewer_places_than_bookings(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=2)
    book(event, northfield.aisha)
    book(event, northfield.ben)
    with pytest.raises(WrongState, match="2 people have booked"):
        services.change_event(
            event=event, unit=event.unit, details=details(event, places=1), by=northfield.sam, now=NOW
        )


def test_an_event_cannot_be_moved_into_another_unit(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event()
    with pytest.raises(NotAllowed):
        services.change_event(
            event=event, unit=northfield.computing, details=details(event), by=northfield.sam, now=NOW
        )


def test_cancelling_tells_everyone_and_undo_tells_nobody(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    book(event, northfield.aisha)
    book(event, northfield.ben, LATER)
    services.cancel_event(event=event, by=northfield.sam, now=LATER)
    services.cancel_event(event=event, by=northfield.sam, now=LATER)
    assert letters("events.cancelled") == {"Aisha", "Ben"}
    restored = services.restore_event(event=event, by=northfield.sam, now=LATER + timedelta(minutes=9))
    assert restored.cancelled_at is None
    assert letters("events.cancelled") == set()
    assert letters("events.cancelled", "cancelled") == {"Aisha", "Ben"}


def test_a_cancellation_that_was_told_cannot_be_undone(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event()
    services.cancel_event(event=event, by=northfield.sam, now=NOW)
    with pytest.raises(WrongState):
        services.restore_event(event=event, by=northfield.sam, now=NOW + timedelta(minutes=10))


def test_the_register_takes_and_gives_back_a_tap(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(starts_at=NOW + timedelta(hours=1))
    tap = {"event": event, "participant": northfield.participant("aisha"), "by": northfield.tom, "now": NOW}
    for is_here, lines in [(True, 1), (True, 1), (False, 0), (False, 0)]:
        services.record_attendance(is_here=is_here, **tap)  # type: ignore[arg-type]
        assert Attendance.objects.count() == lines
    assert AuditEntry.objects.filter(verb__startswith="attendance").count() == 2


def test_the_register_is_closed_before_the_day(northfield: Northfield, make_event: MakeEvent) -> None:
    with pytest.raises(WrongState):
        services.record_attendance(
            event=make_event(),
            participant=northfield.participant("aisha"),
            is_here=True,
            by=northfield.tom,
            now=NOW,
        )


def test_nobody_of_another_unit_gets_on_the_register(northfield: Northfield, make_event: MakeEvent) -> None:
    with pytest.raises(NotAllowed):
        services.record_attendance(
            event=make_event(starts_at=NOW),
            participant=northfield.participant("omar"),
            is_here=True,
            by=northfield.tom,
            now=NOW,
        )


def test_everyone_who_booked_was_here_and_back(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(starts_at=NOW + timedelta(hours=1), places=2)
    for name in ("aisha", "ben", "chidi"):
        book(event, getattr(northfield, name))
    aisha = northfield.participant("aisha")
    services.record_attendance(event=event, participant=aisha, is_here=True, by=northfield.tom, now=NOW)
    assert services.everyone_was_here(event=event, by=northfield.tom, now=LATER) == 1
    assert services.everyone_was_here(event=event, by=northfield.tom, now=LATER + timedelta(seconds=1)) == 0
    undo = {"event": event, "recorded_at": LATER, "now": LATER}
    assert services.undo_everyone_was_here(by=northfield.sam, **undo) == 0  # type: ignore[arg-type]
    assert services.undo_everyone_was_here(by=northfield.tom, **undo) == 1  # type: ignore[arg-type]
    assert list(Attendance.objects.values_list("participant", flat=True)) == [aisha.pk]


def test_members_get_places_without_a_letter(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)
    people = [northfield.participant("priya"), northfield.participant("una")]
    for new in (2, 0):
        assert services.give_places(event=event, participants=people, by=northfield.una, now=NOW) == new
    assert Booking.objects.booked().count() == 2
    assert not Message.objects.exists()
