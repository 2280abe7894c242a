"""Writes of the dashboard itself, and what a coordinator does for one person."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.console.selectors.people import may_resume_nudges
from mentoring.matching.models import Match
from mentoring.matching.permissions import can_place
from mentoring.matching.services import stop_taking_part, undo_stop
from mentoring.messaging.calendar import next_opening, zone_of
from mentoring.messaging.services import owe
from mentoring.nudges.permissions import can_remind
from mentoring.participation.models import Participant
from mentoring.participation.services import come_back, pause_nudges, resume_nudges
from mentoring.participation.states import ParticipantState
from schemes.models import Appointment, Cohort, Milestone
from schemes.permissions import can_edit_scheme
from schemes.rules import passed_by
from schemes.selectors import milestone_days, order_of_year
from schemes.services import move_milestone
from schemes.states import Role

MONDAY = "console.monday"
STOPPED = "portal.stopped"  # the receipt is the portal's: the ledger knows letters by name
READERS = (Role.LEAD, Role.COORDINATOR)
READERS_AMONG_STUDENTS = (Role.INTERN,)


def note_export(*, what: str, cohort: Cohort, columns: Iterable[str], by: User, now: datetime) -> None:
    """Who took a list out of the product, when, and with which columns."""
    record(verb=f"{what} exported", obj=cohort, by=by, now=now, fields=columns, scheme_id=cohort.scheme_id)


def note_look(*, at: Participant | Match, by: User, now: datetime) -> None:
    """Who opened somebody's page, or a pair's: the people themselves can see it."""
    verb = "pair read" if isinstance(at, Match) else "person read"
    record(verb=verb, obj=at, by=by, now=now, scheme_id=at.cohort.scheme_id)


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


@transaction.atomic
def move_step(*, milestone: Milestone, to: date, by: User, now: datetime) -> Milestone:
    """Move a step of the year to a day; the order of the year stays. Raises ``NotAllowed``, ``WrongState``."""
    cohort = milestone.cohort
    if not can_edit_scheme(by, cohort.scheme, timezone.localdate(now)):
        raise NotAllowed
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # two moves at once take turns
    milestone.refresh_from_db(fields=["days"])
    days = milestone_days(cohort)
    order = order_of_year(cohort)
    if passed := passed_by(milestone.key, to, order=order, days=days):
        raise WrongState(_out_of_order(cohort, passed, days[passed], is_earlier=to < days[passed]))
    return move_milestone(milestone=milestone, to=to, by=by, now=now)


def _out_of_order(cohort: Cohort, passed: str, day: date, *, is_earlier: bool) -> str:
    """Why a step cannot be on its new day: which other one it would pass."""
    name = next(milestone.label for milestone in cohort.milestones.all() if milestone.key == passed)
    if is_earlier:
        words = _("“%(name)s” comes first, on %(day)s. Choose that day or a later one, or move that step before.")
    else:
        words = _("“%(name)s” comes after it, on %(day)s. Choose that day or an earlier one, or move that step before.")
    return words % {"name": name, "day": date_format(day, "j F Y")}
