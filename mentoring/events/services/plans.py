"""Planning an event, changing it, cancelling it. Everyone who booked hears of it ten minutes later."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.events.models import Booking, Event
from mentoring.events.permissions import can_plan_for
from mentoring.events.rules import HOLD, TOLD, can_be_restored, what_people_must_hear
from mentoring.events.selectors import room_of
from mentoring.events.services.bookings import locked, move_up
from mentoring.messaging.services import call_off, owe
from schemes.models import Cohort, Unit


@dataclass(frozen=True)
class EventDetails:
    """What a planner says about an event. ``places`` is ``None`` for no limit."""

    kind: str
    audience: str
    title: str
    starts_at: datetime
    ends_at: datetime
    description: str = ""
    place: str = ""
    online_link: str = ""
    places: int | None = None
    is_bookable: bool = True

    def as_fields(self) -> dict[str, Any]:
        return asdict(self)


@transaction.atomic
def plan_event(*, cohort: Cohort, unit: Unit, details: EventDetails, by: User, now: datetime) -> Event:
    """Plan an event for a unit and everything below it.

    Raises ``WrongState`` when it would begin in the past or has no place to come to.
    """
    if not cohort.scheme.unit.covers(unit):
        raise NotAllowed(_("The unit lies outside the scheme."))
    _hold_sensible(details)
    if details.starts_at <= now:
        raise WrongState(_("Choose a time that is still to come."))
    _hold_first(cohort, unit, details)
    event = Event.objects.create(cohort=cohort, unit=unit, created_by=by, **details.as_fields())
    fields = ["unit", *details.as_fields()]
    record(verb="event planned", obj=event, by=by, now=now, fields=fields, scheme_id=cohort.scheme_id)
    return event


def _hold_first(cohort: Cohort, unit: Unit, details: EventDetails) -> None:
    """A form sent twice plans one event."""
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    same = {"cohort": cohort, "unit": unit, "title": details.title, "starts_at": details.starts_at}
    if Event.objects.standing().filter(**same).exists():
        raise WrongState(_("An event of this name is planned for this time already."))


def _hold_sensible(details: EventDetails) -> None:
    if details.ends_at <= details.starts_at:
        raise WrongState(_("It must end after it starts."))
    if not details.place and not details.online_link:
        raise WrongState(_("Say where it is: a place, a link to join online, or both."))


@transaction.atomic
def change_event(*, event: Event, unit: Unit, details: EventDetails, by: User, now: datetime) -> Event:
    """Change an event. A new time or place is told to everyone who booked, once things have settled.

    Raises ``WrongState`` when it was cancelled, is over, or has more bookings than the new places.
    """
    held = locked(event)
    _hold_changeable(held, now)
    _hold_sensible(details)
    if unit != held.unit and not can_plan_for(by, held.cohort, unit, timezone.localdate(now)):
        raise NotAllowed(_("You plan events for your own unit."))
    room = room_of(held)
    if details.places is not None and details.places < room.booked:
        raise WrongState(_("%(count)s people have booked: there cannot be fewer places.") % {"count": room.booked})
    before, after = _fields_of(held), {"unit": unit, **details.as_fields()}
    changed = [name for name, value in after.items() if before[name] != value]
    news = what_people_must_hear(before, after)
    _save(held, {**{name: after[name] for name in changed}, "sequence": held.sequence + bool(news)})
    if changed:
        scheme_id = held.cohort.scheme_id
        record(verb="event changed", obj=held, by=by, now=now, fields=changed, scheme_id=scheme_id)
    if news:
        _tell_everyone(held, "events.changed", now)
    move_up(event=held, now=now)
    return held


def _hold_changeable(event: Event, now: datetime) -> None:
    if event.is_cancelled:
        raise WrongState(_("This event has been cancelled."))
    if event.ends_at <= now:
        raise WrongState(_("This event is over."))


def _fields_of(event: Event) -> dict[str, Any]:
    names = {"unit", "kind", "audience", "description", "places", "is_bookable", *TOLD}
    return {name: getattr(event, name) for name in names}


def _save(event: Event, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(event, name, value)
    event.save(update_fields=list(changes))


def _tell_everyone(event: Event, letter: str, now: datetime) -> None:
    """Tell everyone who booked or waits, after a while: a second change in that while makes one letter of two."""
    bookings = Booking.objects.filter(event=event).standing().select_related("participant__user")
    for booking in bookings:
        call_off(about=booking, now=now, letters=["events.changed"])
        owe(
            letter=letter,
            recipient=booking.participant.user,
            occasion=f"{booking.pk}.{event.sequence}",
            now=now,
            cohort=event.cohort,
            about=booking,
            due_at=now + HOLD,
            expires_at=max(event.ends_at, now + HOLD * 2),
        )


@transaction.atomic
def cancel_event(*, event: Event, by: User, now: datetime) -> Event:
    """Cancel an event; everyone who booked hears of it in ten minutes, until when it can be undone.

    Twice is harmless. Raises ``WrongState`` when it is over.
    """
    held = locked(event)
    if held.is_cancelled:
        return held
    if held.ends_at <= now:
        raise WrongState(_("This event is over."))
    _save(held, {"cancelled_at": now, "sequence": held.sequence + 1})
    scheme_id = held.cohort.scheme_id
    record(verb="event cancelled", obj=held, by=by, now=now, fields=["cancelled_at"], scheme_id=scheme_id)
    for booking in Booking.objects.filter(event=held).standing():
        call_off(about=booking, now=now)
    _tell_everyone(held, "events.cancelled", now)
    return held


@transaction.atomic
def restore_event(*, event: Event, by: User, now: datetime) -> Event:
    """Undo a cancellation while its letters still wait. Twice is harmless. Raises ``WrongState`` later."""
    held = locked(event)
    if not held.is_cancelled:
        return held
    if not can_be_restored(held.cancelled_at, now):
        raise WrongState(_("People have been told that it is cancelled. Plan it again instead."))
    _save(held, {"cancelled_at": None, "sequence": held.sequence + 1})
    scheme_id = held.cohort.scheme_id
    record(verb="event restored", obj=held, by=by, now=now, fields=["cancelled_at"], scheme_id=scheme_id)
    for booking in Booking.objects.filter(event=held).standing():
        call_off(about=booking, now=now, letters=["events.cancelled"])
    move_up(event=held, now=now)
    return held
