"""Stopping, pausing and coming back: blameless, at once, and with a receipt (R2, R6, R74)."""

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
def stop(*, participant: Participant, by: User | None, now: datetime) -> Participant:
    """Stop taking part and owe the receipt that can undo it. Doing so again changes nothing.

    ``by`` is ``None`` for the holder of a signed link.
    """
    there = Participant.objects.select_for_update()
    participant.refresh_from_db(fields=["state", "left_at"], from_queryset=there)
    if participant.state == ParticipantState.LEFT:
        return participant
    stop_taking_part(participant=participant, by=by, now=now)
    owe(
        letter=RECEIPT,
        recipient=participant.user,
        occasion=f"participant-{participant.pk}-{now:%Y%m%d%H%M%S}",
        now=now,
        cohort=participant.cohort,
        about=participant,
    )
    return participant


@transaction.atomic
def start_again(*, participant: Participant, by: User | None, now: datetime) -> list[Match]:
    """Come back after stopping or pausing; matches that came back. Raises ``WrongState`` after the year."""
    if participant.state == ParticipantState.PAUSED:
        come_back(participant=participant, by=by, now=now)
        return []
    return undo_stop(participant=participant, by=by, now=now)


@transaction.atomic
def rest(*, participant: Participant, by: User | None, now: datetime) -> Participant:
    """Pause until they come back; the match stays. Raises ``WrongState`` for somebody who stopped."""
    return pause(participant=participant, by=by, now=now)
