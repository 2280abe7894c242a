"""The register: who was there."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.events.models import Attendance, Booking, Event
from mentoring.events.rules import is_register_open
from mentoring.events.selectors import could_come
from mentoring.events.services.bookings import locked
from mentoring.participation.models import Participant


def _hold_open(event: Event, now: datetime) -> None:
    first_day = timezone.localdate(event.starts_at)
    today = timezone.localdate(now)
    if not is_register_open(first_day=first_day, is_cancelled=event.is_cancelled, today=today):
        raise WrongState(_("The register opens on the day of the event."))


@transaction.atomic
def record_attendance(*, event: Event, participant: Participant, is_here: bool, by: User, now: datetime) -> None:
    """Say that somebody was there, or take it back; saying it twice changes nothing.

    Raises ``WrongState`` before the day, ``NotAllowed`` for somebody whom the event is not for.
    """
    held = locked(event)
    _hold_open(held, now)
    line = Attendance.objects.filter(event=held, participant=participant).first()
    if is_here == (line is not None):
        return
    if line is not None:
        _strike(line, by=by, now=now)
        return
    if not _belongs(held, participant):
        raise NotAllowed(_("This event is not for them."))
    line = Attendance.objects.create(event=held, participant=participant, recorded_by=by, recorded_at=now)
    scheme_id = held.cohort.scheme_id
    record(verb="attendance recorded", obj=line, by=by, now=now, fields=["participant"], scheme_id=scheme_id)


def _belongs(event: Event, participant: Participant) -> bool:
    booked = Booking.objects.filter(event=event, participant=participant).exists()
    return booked or could_come(event).filter(pk=participant.pk).exists()


def _strike(line: Attendance, *, by: User, now: datetime) -> None:
    scheme_id = line.event.cohort.scheme_id
    record(verb="attendance struck", obj=line, by=by, now=now, fields=["participant"], scheme_id=scheme_id)
    line.delete()


@transaction.atomic
def everyone_was_here(*, event: Event, by: User, now: datetime) -> int:
    """Put everyone who booked on the register; how many were added. Those on the waiting list are not."""
    held = locked(event)
    _hold_open(held, now)
    booked = Booking.objects.filter(event=held).booked().exclude(participant__attendances__event=held)
    lines = [
        Attendance(event=held, participant_id=pk, recorded_by=by, recorded_at=now)
        for pk in booked.values_list("participant", flat=True)
    ]
    Attendance.objects.bulk_create(lines)
    if lines:
        scheme_id = held.cohort.scheme_id
        record(verb="register filled", obj=held, by=by, now=now, fields=["register"], scheme_id=scheme_id)
    return len(lines)


@transaction.atomic
def undo_everyone_was_here(*, event: Event, recorded_at: datetime, by: User, now: datetime) -> int:
    """Take back what ``everyone_was_here`` added at that moment; how many. Twice is harmless."""
    held = locked(event)
    gone, _by_model = Attendance.objects.filter(event=held, recorded_at=recorded_at, recorded_by=by).delete()
    if gone:
        scheme_id = held.cohort.scheme_id
        record(verb="register emptied", obj=held, by=by, now=now, fields=["register"], scheme_id=scheme_id)
    return gone
