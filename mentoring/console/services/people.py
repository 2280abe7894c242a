"""What a coordinator does for one person who asked for it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState
from mentoring.console.selectors.people import may_resume_nudges
from mentoring.matching.permissions import can_place
from mentoring.matching.services import stop_taking_part, undo_stop
from mentoring.messaging.services import owe
from mentoring.nudges.permissions import can_remind
from mentoring.participation.models import Participant
from mentoring.participation.services import come_back, pause_nudges, resume_nudges
from mentoring.participation.states import ParticipantState

STOPPED = "portal.stopped"  # the receipt is the portal's: the ledger knows letters by name


@transaction.atomic
def stop_for(*, participant: Participant, by: User, now: datetime) -> None:
    """Stop for somebody who asked a coordinator to; they get the receipt with its way back, as if by their own tap.

    Doing so again changes nothing. Raises ``NotAllowed``.
    """
    _hold_place(participant, by, now)
    there = Participant.objects.select_for_update()
    participant.refresh_from_db(fields=["state", "left_at"], from_queryset=there)
    if participant.state == ParticipantState.LEFT:
        return
    stop_taking_part(participant=participant, by=by, now=now)
    owe(
        letter=STOPPED,
        recipient=participant.user,
        occasion=f"participant-{participant.pk}-{now:%Y%m%d%H%M%S}",
        now=now,
        cohort=participant.cohort,
        about=participant,
    )


@transaction.atomic
def bring_back(*, participant: Participant, by: User, now: datetime) -> int:
    """End the pause, or undo the stop, of somebody who asked for it; how many matches came back with them.

    Raises ``NotAllowed``, and ``WrongState`` when the year is over.
    """
    _hold_place(participant, by, now)
    if participant.state == ParticipantState.PAUSED:
        come_back(participant=participant, by=by, now=now)
        return 0
    return len(undo_stop(participant=participant, by=by, now=now))


def _hold_place(participant: Participant, by: User, now: datetime) -> None:
    if not can_place(by, participant, timezone.localdate(now)):
        raise NotAllowed


@transaction.atomic
def set_reminders(*, participant: Participant, is_on: bool, by: User, now: datetime) -> None:
    """Pause somebody's reminders, or let them come again; doing so twice changes nothing.

    What somebody asked for themselves stays theirs: only staff's own pause is lifted. Raises ``NotAllowed``,
    ``WrongState``.
    """
    if not can_remind(by, participant, timezone.localdate(now)):
        raise NotAllowed
    if not is_on:
        pause_nudges(participant=participant, by=by, now=now)
    elif participant.nudges_paused_at is not None:
        if not may_resume_nudges(participant):
            raise WrongState(_("They asked for quiet themselves. Only they can change that."))
        resume_nudges(participant=participant, by=by, now=now)
