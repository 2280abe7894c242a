"""Giving a student a mentor outside a draft: late joiners, swaps, and groups whose mentor left (R73 to R80)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.matching.engine.checker import broken_rules
from mentoring.matching.models import Match
from mentoring.matching.permissions import can_place
from mentoring.matching.selectors import gather, live_counts, sizes_of
from mentoring.matching.services.leaving import end_match
from mentoring.matching.services.publishing import owe_introductions
from mentoring.matching.services.shortlists import PairRefused
from mentoring.matching.states import EndReason, MatchState
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState


@transaction.atomic
def place(*, mentees: list[Participant], mentor: Participant, by: User, now: datetime) -> list[Match]:
    """Give students who have no mentor to one mentor, together; both sides hear at once.

    Raises ``NotAllowed``, or ``WrongState`` when one of them left or was matched meanwhile, a hard rule
    would be broken, or there is no room.
    """
    today = timezone.localdate(now)
    if not mentees or not all(can_place(by, mentee, today) for mentee in mentees):
        raise NotAllowed
    hold_place(mentees, mentor)
    for mentee in mentees:
        _close_stale(mentee, by, now)
    matches = [make_match(mentee=mentee, mentor=mentor, by=by, now=now) for mentee in mentees]
    owe_introductions(matches, now)
    return matches


@transaction.atomic
def share_out(*, homes: Sequence[tuple[list[Participant], Participant]], by: User, now: datetime) -> list[Match]:
    """Give the students of one group to several mentors, all or none (R80).

    ``homes`` is (students, mentor) for each. Raises as ``place``.
    """
    return [match for mentees, mentor in homes for match in place(mentees=mentees, mentor=mentor, by=by, now=now)]


def _close_stale(mentee: Participant, by: User, now: datetime) -> None:
    for match in mentee.matches_as_mentee.exclude(state=MatchState.ENDED).with_people():
        if ParticipantState.LEFT not in {match.mentor.state, match.mentee.state}:
            raise WrongState(_("%(name)s has a mentor already.") % {"name": mentee.user.first_name})
        end_match(match, reason=EndReason.MENTOR_LEFT, by=by, now=now)


def hold_place(mentees: list[Participant], mentor: Participant) -> None:
    people = [mentor.pk, *(mentee.pk for mentee in mentees)]
    locked = Participant.objects.select_for_update().filter(pk__in=people).order_by("pk")
    if any(person.state != ParticipantState.ENROLLED for person in locked):
        raise WrongState(_("Somebody has stopped or paused meanwhile. Look again."))
    cohort = mentor.cohort
    problem = gather(cohort, only=mentees, stretched=True)
    able = {m.key: m for m in problem.mentors}.get(str(mentor.pk))
    if able is None:
        raise WrongState(_("This mentor is not available. Choose another one."))
    if any(broken_rules(problem.rules, student, able) for student in problem.mentees):
        raise PairRefused(_("This pair would break a rule of the matching. Choose another mentor."))
    if live_counts(cohort).get(mentor.pk, 0) + len(mentees) > sizes_of(cohort.policy).hardest:
        raise WrongState(_("%(name)s's last place was given away meanwhile.") % {"name": mentor.user.first_name})


def make_match(
    *, mentee: Participant, mentor: Participant, by: User, now: datetime, followed: Match | None = None
) -> Match:
    """Make a match that both hear of at once. Raises ``WrongState`` when the mentee has one."""
    try:
        with transaction.atomic():
            match = Match.objects.create(
                cohort=mentee.cohort,
                mentor=mentor,
                mentee=mentee,
                state=MatchState.PROVISIONAL,
                made_at=now,
                introduced_at=now,
                followed=followed or _last_match(mentee),
            )
    except IntegrityError as error:
        raise WrongState(_("%(name)s has a mentor already.") % {"name": mentee.user.first_name}) from error
    record(verb="match made", obj=match, by=by, now=now, fields=["mentor", "mentee"], scheme_id=mentee.cohort.scheme_id)
    return match


def _last_match(mentee: Participant) -> Match | None:
    ended = mentee.matches_as_mentee.filter(state=MatchState.ENDED).exclude(end_reason=EndReason.UNDONE)
    return ended.order_by("-ended_at", "-pk").first()
