"""Joining, pausing, leaving and coming back. Leaving is blameless and asks no reason (R2, R6)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record
from mentoring.lib.lifecycle import move
from mentoring.messaging.services import call_off
from mentoring.messaging.states import Urgency
from mentoring.participation.models import Participant
from mentoring.participation.states import PARTICIPANT, ParticipantRole, ParticipantState
from schemes.models import Cohort, Programme
from schemes.permissions import is_of_staff


@transaction.atomic
def enrol(
    *,
    cohort: Cohort,
    user: User,
    role: str,
    programme: Programme,
    year_of_study: int,
    by: User | None,
    now: datetime,
    places_offered: int | None = None,
    campus: str = "",
    study_mode: str = "",
    grew_from: Participant | None = None,
) -> Participant:
    """Make somebody a mentor or mentee of a cohort; one who left comes back with the new facts.

    An import must not call this for somebody who left: only the person, or staff for them, brings them back.
    Raises ``WrongState`` when they take part in this role already, when the year is over, or when
    person, programme and scheme are not of one university.
    """
    _hold_together(cohort, user, role, programme, places_offered, grew_from)
    _hold_open(cohort, now)
    _hold_student(cohort, user)
    facts = {
        "programme": programme,
        "year_of_study": year_of_study,
        "places_offered": places_offered,
        "campus": campus,
        "study_mode": study_mode,
        "grew_from": grew_from,
    }
    before = Participant.objects.select_for_update().filter(cohort=cohort, user=user, role=role).first()
    if before is None:
        participant = Participant.objects.create(cohort=cohort, user=user, role=role, enrolled_at=now, **facts)
        record(
            verb="enrolled",
            obj=participant,
            by=by,
            now=now,
            fields=["role", *facts],
            scheme_id=cohort.scheme_id,
        )
        return participant
    if before.state != ParticipantState.LEFT:
        raise WrongState(
            _("%(name)s already takes part as a %(role)s.") % {"name": user, "role": before.get_role_display()}
        )
    _move(before, ParticipantState.ENROLLED, by=by, now=now, left_at=None, **facts)
    return before


def _hold_together(
    cohort: Cohort,
    user: User,
    role: str,
    programme: Programme,
    places_offered: int | None,
    grew_from: Participant | None,
) -> None:
    institution = cohort.scheme.unit.institution_id
    if {user.institution_id, programme.institution_id} != {institution}:
        raise WrongState(_("The person, the programme and the scheme are not of the same university."))
    if places_offered is not None and role != ParticipantRole.MENTOR:
        raise WrongState(_("Only mentors offer places."))
    if grew_from is not None and (grew_from.user_id != user.pk or grew_from.is_mentor):
        raise WrongState(_("A mentor grows from their own year as a mentee."))


def _hold_open(cohort: Cohort, now: datetime) -> None:
    if cohort.ends_on < timezone.localdate(now):
        raise WrongState(_("This year of mentoring is over."))


def _hold_student(cohort: Cohort, user: User) -> None:
    """Nobody of staff takes part in a year that students lead (R95)."""
    if cohort.is_student_led and is_of_staff(user):
        raise WrongState(_("Students lead this year, and nobody of staff takes part in it."))


def _move(participant: Participant, to: str, *, by: User | None, now: datetime, **changes: object) -> None:
    move(
        participant,
        to,
        lifecycle=PARTICIPANT,
        by=by,
        now=now,
        scheme_id=participant.cohort.scheme_id,
        **changes,
    )


def _look_again(participant: Participant) -> None:
    """Lock the row and read its state anew: two taps at the same moment are one, and neither is refused."""
    there = Participant.objects.select_for_update()
    participant.refresh_from_db(fields=["state", "left_at", "paused_until", "nudges_paused_at"], from_queryset=there)


@transaction.atomic
def leave(*, participant: Participant, by: User | None, now: datetime) -> Participant:
    """Stop taking part, at once and without a reason; doing so again changes nothing (R2).

    Matches follow from it: live matches exclude people who left. To tell the other side,
    call ``matching.services.stop_taking_part`` instead.
    """
    _look_again(participant)
    if participant.state != ParticipantState.LEFT:
        _move(participant, ParticipantState.LEFT, by=by, now=now, left_at=now, paused_until=None)
        call_off(about=participant, urgency=Urgency.NUDGE, now=now)
    return participant


@transaction.atomic
def come_back(*, participant: Participant, by: User | None, now: datetime) -> Participant:
    """Take part again after leaving or pausing; doing so again changes nothing.

    Possible at any time while the cohort runs. Whether it still counts as undone is
    ``rules.is_undo_open``, asked before. Raises ``WrongState`` when the year is over.
    """
    _look_again(participant)
    if participant.state == ParticipantState.ENROLLED:
        return participant
    _hold_open(participant.cohort, now)
    _hold_student(participant.cohort, participant.user)
    _move(participant, ParticipantState.ENROLLED, by=by, now=now, left_at=None, paused_until=None)
    return participant


@transaction.atomic
def pause(*, participant: Participant, by: User | None, now: datetime, until: date | None = None) -> Participant:
    """Rest from mentoring until a day, or until they come back; nobody writes to them meanwhile.

    Raises ``WrongState`` for somebody who left, or for a day that is not ahead.
    """
    if until is not None and until <= timezone.localdate(now):
        raise WrongState(_("Choose a day that is still to come."))
    _look_again(participant)
    if participant.state != ParticipantState.PAUSED:
        _move(participant, ParticipantState.PAUSED, by=by, now=now, paused_until=until)
        call_off(about=participant, urgency=Urgency.NUDGE, now=now)
    return participant


@transaction.atomic
def end_pauses(*, now: datetime) -> int:
    """Bring back everybody whose pause is over; how many. For the sweep."""
    over = (
        Participant.objects.select_for_update(of=("self",))
        .filter(state=ParticipantState.PAUSED, paused_until__lte=timezone.localdate(now))
        .select_related("cohort")
    )
    for participant in over:
        _move(participant, ParticipantState.ENROLLED, by=None, now=now, paused_until=None)
    return len(over)


@transaction.atomic
def pause_nudges(*, participant: Participant, by: User | None, now: datetime) -> Participant:
    """Send no more nudges; taking part goes on. Doing so again changes nothing."""
    if participant.nudges_paused_at is None:
        _set_nudges_paused(participant, now, verb="nudges paused", by=by, now=now)
        call_off(about=participant, urgency=Urgency.NUDGE, now=now)
    return participant


@transaction.atomic
def resume_nudges(*, participant: Participant, by: User | None, now: datetime) -> Participant:
    """Send nudges again."""
    if participant.nudges_paused_at is not None:
        _set_nudges_paused(participant, None, verb="nudges resumed", by=by, now=now)
    return participant


def _set_nudges_paused(
    participant: Participant, value: datetime | None, *, verb: str, by: User | None, now: datetime
) -> None:
    participant.nudges_paused_at = value
    participant.save(update_fields=["nudges_paused_at"])
    scheme_id = participant.cohort.scheme_id
    record(verb=verb, obj=participant, by=by, now=now, fields=["nudges_paused_at"], scheme_id=scheme_id)
