"""Monday's letter, owed to who coordinates."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.services import record
from mentoring.messaging.calendar import next_opening, zone_of
from mentoring.messaging.services import owe
from schemes.models import Appointment, Cohort
from schemes.states import Role

MONDAY = "console.monday"
READERS = (Role.LEAD, Role.COORDINATOR)
READERS_AMONG_STUDENTS = (Role.INTERN,)


@transaction.atomic
def owe_mondays_letter(*, cohort: Cohort, now: datetime) -> int:
    """On Mondays in waking hours, tell each coordinator once what waits; how many. Again it changes nothing."""
    institution = cohort.scheme.unit.institution
    today = timezone.localdate(now, zone_of(institution))
    is_open = next_opening(now, institution=institution, cohort=cohort) <= now
    if today.weekday() != 0 or not is_open or not cohort.starts_on <= today <= cohort.ends_on:
        return 0
    roles = READERS_AMONG_STUDENTS if cohort.is_student_led else READERS
    held = Appointment.objects.in_force(today).filter(scheme=cohort.scheme, role__in=roles)
    readers = {appointment.user for appointment in held.select_related("user__institution")}
    occasion = f"{cohort.pk}-{today}"
    owed = [owe(letter=MONDAY, recipient=reader, occasion=occasion, now=now, cohort=cohort) for reader in readers]
    if any(message is not None and message.created_at == now for message in owed):
        record(verb="monday's letter owed", obj=cohort, by=None, now=now, scheme_id=cohort.scheme_id)
    return len(readers)
