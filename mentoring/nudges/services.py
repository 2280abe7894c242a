"""Owing the nudges that the rules decide, and switching them off and on."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed, record
from mentoring.messaging.calendar import next_opening, zone_of
from mentoring.messaging.services import owe
from mentoring.nudges.permissions import can_switch_nudges
from mentoring.nudges.rules import decide
from mentoring.nudges.selectors import LETTER, people_in, rhythm_of
from mentoring.participation.models import Participant
from schemes.models import Cohort

STALE_AFTER = timedelta(days=7)


def owe_nudges(*, cohort: Cohort, now: datetime) -> int:
    """Owe what the cohort's people are due today; how many were decided. Repeating it changes nothing.

    In quiet hours, exams and closures nothing is decided: what was true then may not be in the morning.
    """
    institution = cohort.scheme.unit.institution
    if next_opening(now, institution=institution, cohort=cohort) > now:
        return 0
    today = timezone.localdate(now, zone_of(institution))
    count, new = 0, 0
    for owed in decide(people_in(cohort, today), today, rhythm_of(cohort)):
        message = owe(
            letter=LETTER + owed.rule,
            recipient=User.objects.get(pk=owed.user),
            occasion=owed.occasion,
            now=now,
            cohort=cohort,
            about=Participant(pk=owed.participant),
            expires_at=now + STALE_AFTER,
        )
        count += 1
        new += message is not None and message.created_at == now
    if new:  # one entry for what was decided at once; each message has its own when it ends
        record(verb="nudges owed", obj=cohort, by=None, now=now, fields=["messages"], scheme_id=cohort.scheme_id)
    return count


@transaction.atomic
def switch_nudges(*, cohort: Cohort, is_off: bool, by: User, now: datetime) -> None:
    """Switch all of a cohort's nudges off or on; doing it twice is harmless. Raises ``NotAllowed``."""
    if not can_switch_nudges(by, cohort, timezone.localdate(now)):
        raise NotAllowed
    if Cohort.objects.filter(pk=cohort.pk, nudges_off=not is_off).update(nudges_off=is_off):
        verb = "nudges switched off" if is_off else "nudges switched on"
        record(verb=verb, obj=cohort, by=by, now=now, fields=["nudges_off"], scheme_id=cohort.scheme_id)
