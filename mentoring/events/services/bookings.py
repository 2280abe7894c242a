"""Booking a place, giving it up, and moving up from the waiting list. The event's row is locked throughout."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.events.models import Booking, Event
from mentoring.events.rules import how_many_move_up, state_on_asking
from mentoring.events.selectors import participant_for, room_of
from mentoring.events.states import BOOKING, BookingState
from mentoring.lib.lifecycle import move
from mentoring.messaging.services import call_off, owe
from mentoring.participation.models import Participant


def locked(event: Event) -> Event:
    """The event, held until the transaction ends: whoever comes second sees what the first one took."""
    return Event.objects.select_for_update().get(pk=event.pk)


@transaction.atomic
def book(*, event: Event, user: User, now: datetime) -> Booking:
    """Book a place for oneself, or join the waiting list; asking twice changes nothing.

    Raises ``NotAllowed`` when the event is not for them, ``WrongState`` when it cannot be booked now.
    """
    held = locked(event)
    participant = participant_for(user, held)
    if participant is None:
        raise NotAllowed(_("This event is not for you."))
    _hold_bookable(held, now)
    before = Booking.objects.filter(event=held, participant=participant).first()
    if before and before.state != BookingState.CANCELLED:
        return before
    move_up(event=held, now=now)
    booking = _ask(held, participant, before, by=user, now=now)
    if booking.state == BookingState.BOOKED:
        _tell(booking, "events.booked", now)
    return booking


def _hold_bookable(event: Event, now: datetime) -> None:
    if event.is_cancelled:
        raise WrongState(_("This event has been cancelled."))
    if not event.is_bookable:
        raise WrongState(_("This event needs no booking: just come."))
    if event.starts_at <= now:
        raise WrongState(_("This event has already begun."))


def _ask(event: Event, participant: Participant, before: Booking | None, *, by: User, now: datetime) -> Booking:
    state = state_on_asking(room_of(event))
    if before is None:
        return _new_booking(event, participant, state, by=by, now=now)
    move(before, state, lifecycle=BOOKING, by=by, now=now, scheme_id=event.cohort.scheme_id, asked_at=now)
    return before


def _new_booking(event: Event, participant: Participant, state: str, *, by: User | None, now: datetime) -> Booking:
    booking = Booking.objects.create(event=event, participant=participant, state=state, asked_at=now)
    scheme_id = event.cohort.scheme_id
    record(verb=f"booking {state}", obj=booking, by=by, now=now, fields=["state"], scheme_id=scheme_id)
    return booking


def _tell(booking: Booking, letter: str, now: datetime) -> None:
    event = booking.event
    owe(
        letter=letter,
        recipient=booking.participant.user,
        occasion=f"{booking.pk}.{event.sequence}.{booking.asked_at.isoformat()}",
        now=now,
        cohort=event.cohort,
        about=booking,
        expires_at=event.ends_at,
    )


@transaction.atomic
def give_up(*, booking: Booking, by: User, now: datetime) -> Booking:
    """Give up a place or leave the waiting list; the next one moves up at once. Twice is harmless."""
    event = locked(booking.event)
    booking.refresh_from_db(fields=["state"])
    if booking.state == BookingState.CANCELLED:
        return booking
    if event.ends_at <= now:
        raise WrongState(_("This event is over."))
    scheme_id = event.cohort.scheme_id
    move(booking, BookingState.CANCELLED, lifecycle=BOOKING, by=by, now=now, scheme_id=scheme_id)
    call_off(about=booking, now=now)
    move_up(event=event, now=now)
    return booking


def move_up(*, event: Event, now: datetime) -> int:
    """Give free places to those at the top of the waiting list, and tell them; how many. ``event`` is locked."""
    if event.is_cancelled or event.starts_at <= now:
        return 0
    many = how_many_move_up(room_of(event))
    if not many:
        return 0
    waiting = Booking.objects.filter(event=event).waiting().select_related("participant__user", "event__cohort")
    for booking in waiting[:many]:
        scheme_id = event.cohort.scheme_id
        move(booking, BookingState.BOOKED, lifecycle=BOOKING, by=None, now=now, scheme_id=scheme_id)
        _tell(booking, "events.place_freed", now)
    return many


@transaction.atomic
def give_places(*, event: Event, participants: Iterable[Participant], by: User, now: datetime) -> int:
    """Put people on an event's list without their asking, as a support group's members; how many were new.

    Sends nothing: whoever calls it tells them.
    """
    held = locked(event)
    before = {b.participant_id: b for b in Booking.objects.filter(event=held)}
    new = 0
    for participant in participants:
        booking = before.get(participant.pk)
        if booking is None:
            _new_booking(held, participant, BookingState.BOOKED, by=by, now=now)
            new += 1
    return new


def fill_free_places(*, now: datetime) -> int:
    """Let people move up where somebody left the scheme since; how many did. For the sweep."""
    queues = Booking.objects.waiting().filter(event__cancelled_at=None, event__starts_at__gt=now)
    moved = 0
    for event in Event.objects.filter(pk__in=queues.values("event")):
        with transaction.atomic():
            moved += move_up(event=locked(event), now=now)
    return moved
