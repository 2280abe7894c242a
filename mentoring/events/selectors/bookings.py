"""Events as a student sees them: what is open to them, and what they booked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from mentoring.events.models import Booking, BookingQuerySet, Event, EventQuerySet
from mentoring.events.rules import Room
from mentoring.events.selectors.plans import paths_down_to, with_counts
from mentoring.events.states import Audience, BookingState, EventKind
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantRole, ParticipantState

AUDIENCES = {
    ParticipantRole.MENTOR: (Audience.MENTORS, Audience.EVERYONE),
    ParticipantRole.MENTEE: (Audience.MENTEES, Audience.EVERYONE),
}


def room_of(event: Event) -> Room:
    """How full an event is now."""
    bookings = Booking.objects.filter(event=event)
    return Room(event.places, bookings.booked().count(), bookings.waiting().count())


def _taking_part(user: User) -> list[Participant]:
    """Everything a person takes part in, as a mentor first."""
    found = Participant.objects.filter(user=user).exclude(state=ParticipantState.LEFT)
    return list(found.select_related("programme__unit", "cohort").order_by("-role", "pk"))


def _is_for(event: Event, participant: Participant) -> bool:
    return (
        event.cohort_id == participant.cohort_id
        and event.audience in AUDIENCES[ParticipantRole(participant.role)]
        and participant.programme.unit.path.startswith(event.unit.path)
    )


def _open_to(participants: Iterable[Participant]) -> Q:
    reach = Q(pk__in=[])
    for one in participants:
        reach |= Q(
            cohort=one.cohort_id,
            audience__in=AUDIENCES[ParticipantRole(one.role)],
            unit__path__in=paths_down_to(one.programme.unit.path),
        )
    return reach & ~Q(kind=EventKind.SUPPORT_GROUP)  # which is for its members alone


def events_for(user: User) -> EventQuerySet:
    """The events a student may know of: open to them, or booked by them."""
    mine = Q(pk__in=Booking.objects.standing().filter(participant__user=user).values("event"))
    found = Event.objects.filter(_open_to(_taking_part(user)) | mine)
    return found.select_related("unit", "cohort__scheme__unit__institution")


def participant_for(user: User, event: Event) -> Participant | None:
    """As whom a person would come to an event; ``None`` when it is not for them."""
    return next((one for one in _taking_part(user) if _is_for(event, one)), None)


def bookings_of(user: User) -> BookingQuerySet:
    """A person's own bookings, cancelled ones included."""
    return Booking.objects.filter(participant__user=user).select_related(
        "event__unit", "event__cohort__scheme__unit__institution", "participant__user"
    )


@dataclass(frozen=True)
class OwnEvent:
    """An event on a student's list; ``position`` is their place in the queue when they wait."""

    event: Event
    booking: Booking | None
    room: Room
    position: int = 0

    @property
    def is_booked(self) -> bool:
        return self.booking is not None and self.booking.state == BookingState.BOOKED

    @property
    def is_waiting(self) -> bool:
        return self.booking is not None and self.booking.state == BookingState.WAITING


def own_events(user: User, events: QuerySet[Event]) -> list[OwnEvent]:
    """The given events with what the person did about each; a fixed number of queries."""
    found = list(with_counts(events))
    bookings = {b.event_id: b for b in bookings_of(user).standing().filter(event__in=found)}
    queues: dict[int, list[int]] = {}
    waits = [b.event_id for b in bookings.values() if b.state == BookingState.WAITING]
    for event_id, pk in Booking.objects.waiting().filter(event__in=waits).values_list("event", "pk"):
        queues.setdefault(event_id, []).append(pk)
    return [_own(event, bookings.get(event.pk), queues.get(event.pk, [])) for event in found]


def _own(event: Event, booking: Booking | None, queue: list[int]) -> OwnEvent:
    room = Room(event.places, event.booked, event.waiting)  # type: ignore[attr-defined]
    position = queue.index(booking.pk) + 1 if booking and booking.pk in queue else 0
    return OwnEvent(event, booking, room, position)


def came_along(user: User, now: datetime) -> QuerySet[Event]:
    """The past events at which a person was, by the register."""
    return Event.objects.standing().past(now).filter(register__participant__user=user)
