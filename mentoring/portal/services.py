"""Stopping, pausing and coming back: blameless, at once, and with a receipt (R2, R6, R74)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from mentoring.matching.models import Match
from mentoring.matching.services import stop_taking_part, undo_stop
from mentoring.messaging.services import owe
from mentoring.participation.models import Participant
from mentoring.participation.services import come_back, pause
from mentoring.participation.states import ParticipantState

RECEIPT = "portal.stopped"


@transaction.atomic
def stop(*, participants: Iterable[Participant], by: User | None, now: datetime) -> list[Participant]:
    """Stop all that one person takes part in, and owe one receipt that can undo it; those that stopped.

    Doing so again changes nothing. ``by`` is ``None`` for the holder of a signed link.
    """
    there = Participant.objects.select_for_update()
    stopped = []
    for participant in sorted(participants, key=lambda one: one.pk):
        participant.refresh_from_db(fields=["state", "left_at"], from_queryset=there)
        if participant.state != ParticipantState.LEFT:
            stopped.append(stop_taking_part(participant=participant, by=by, now=now))
    if stopped:
        first = stopped[0]
        owe(
            letter=RECEIPT,
            recipient=first.user,
            occasion=f"participant-{first.pk}-{now:%Y%m%d%H%M%S}",
            now=now,
            cohort=first.cohort,
            about=first,
        )
    return stopped


@transaction.atomic
def start_again(*, participants: Iterable[Participant], by: User | None, now: datetime) -> list[Match]:
    """Come back after stopping or pausing; matches that came back. Raises ``WrongState`` after the year."""
    restored = []
    for participant in sorted(participants, key=lambda one: one.pk):
        if participant.state == ParticipantState.PAUSED:
            come_back(participant=participant, by=by, now=now)
        else:
            restored += undo_stop(participant=participant, by=by, now=now)
    return restored


@transaction.atomic
def rest(*, participants: Iterable[Participant], by: User | None, now: datetime) -> None:
    """Pause until they come back; matches stay. Raises ``WrongState`` for somebody who stopped."""
    for participant in sorted(participants, key=lambda one: one.pk):
        pause(participant=participant, by=by, now=now)
