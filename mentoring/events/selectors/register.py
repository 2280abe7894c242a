"""Who booked, who was there, and who may still walk in."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from mentoring.events.models import Attendance, Booking, Event
from mentoring.events.states import Audience, BookingState
from mentoring.lib.alphabet import alphabetical
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState

WALK_INS_SHOWN = 20


@dataclass(frozen=True)
class RegisterRow:
    """One line of a register. ``booking`` is the state of their booking, "" for a walk-in."""

    participant: Participant
    is_here: bool
    booking: str = ""

    @property
    def is_waiting(self) -> bool:
        return self.booking == BookingState.WAITING


def register_of(event: Event) -> list[RegisterRow]:
    """Everyone who booked or waits, and everyone who was there, by name; two queries."""
    bookings = Booking.objects.filter(event=event).standing().select_related("participant__user")
    here = Attendance.objects.filter(event=event).select_related("participant__user")
    people: dict[int, Participant] = {}
    states: dict[int, str] = {}
    for booking in bookings:
        people[booking.participant_id] = booking.participant
        states[booking.participant_id] = booking.state
    present = set()
    for line in here:
        people[line.participant_id] = line.participant
        present.add(line.participant_id)
    rows = [RegisterRow(person, pk in present, states.get(pk, "")) for pk, person in people.items()]
    return sorted(rows, key=lambda row: (alphabetical(row.participant.user.full_name), row.participant.pk))


def could_come(event: Event) -> QuerySet[Participant]:
    """The participants whom an event is for: of its cohort, unit and audience."""
    people = Participant.objects.filter(
        cohort=event.cohort_id, programme__unit__path__startswith=event.unit.path
    ).exclude(state=ParticipantState.LEFT)
    if event.audience != Audience.EVERYONE:
        people = people.mentors() if event.audience == Audience.MENTORS else people.mentees()
    return people.select_related("user", "programme")


def walk_ins(event: Event, words: str) -> list[Participant]:
    """People who did not book and whose name or address holds every word searched for; 20 at most."""
    found = could_come(event).exclude(bookings__in=Booking.objects.filter(event=event).standing())
    found = found.exclude(attendances__event=event)
    for word in words.split():
        found = found.filter(
            Q(user__given_name__icontains=word)
            | Q(user__family_name__icontains=word)
            | Q(user__known_as__icontains=word)
            | Q(user__email__istartswith=word)
        )
    return list(found.order_by("user__given_name", "user__family_name", "pk")[:WALK_INS_SHOWN])


def attended_event_ids(participants: QuerySet[Participant]) -> dict[int, set[int]]:
    """For each participant, the standing events at which they were; one query."""
    lines = Attendance.objects.filter(participant__in=participants, event__cancelled_at=None)
    attended: dict[int, set[int]] = {}
    for participant_id, event_id in lines.values_list("participant", "event"):
        attended.setdefault(participant_id, set()).add(event_id)
    return attended
