"""Two people, one place: on a database file, with two threads that ask at the same moment."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import User
from mentoring.events.models import Booking
from mentoring.events.services import book, give_up
from tests.events.conftest import MakeEvent
from tests.factories import NOW, Northfield

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: object) -> None:
    """Run the calls in threads that start together; an exception in one fails the test."""
    barrier, problems = threading.Barrier(len(calls)), []

    def run(call: object) -> None:
        try:
            barrier.wait()
            call()  # type: ignore[operator]
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def states() -> list[str]:
    return sorted(Booking.objects.values_list("state", flat=True))


@pytest.mark.parametrize("_round", range(3))
def test_the_last_place_is_given_once(_round: int, northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=1)

    def ask(user: User) -> object:
        return lambda: book(event=event, user=user, now=NOW)

    at_once(ask(northfield.aisha), ask(northfield.ben))
    assert states() == ["booked", "waiting"]


def test_the_same_person_asking_twice_at_once_has_one_booking(northfield: Northfield, make_event: MakeEvent) -> None:
    event = make_event(places=2)

    def ask() -> None:
        book(event=event, user=northfield.aisha, now=NOW)

    at_once(ask, ask)
    assert states() == ["booked"]


def test_a_freed_place_is_not_given_twice(northfield: Northfield, make_event: MakeEvent) -> None:
    """ben waits; while aisha gives her place up, chidi asks."""
    event = make_event(places=1)
    mine = book(event=event, user=northfield.aisha, now=NOW)
    book(event=event, user=northfield.ben, now=NOW + timedelta(seconds=1))
    later = NOW + timedelta(seconds=2)
    at_once(
        lambda: give_up(booking=mine, by=northfield.aisha, now=later),
        lambda: book(event=event, user=northfield.chidi, now=later),
    )
    assert states() == ["booked", "cancelled", "waiting"]
    assert Booking.objects.get(participant=northfield.participant("ben")).state == "booked"
