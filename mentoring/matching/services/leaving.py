"""When somebody stops: their matches end at once, the other side is told kindly, and it can be undone (R2, R74)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from mentoring.lib.lifecycle import move
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.rules import is_restorable
from mentoring.matching.selectors import live_counts, sizes_of
from mentoring.matching.states import KNOWN, MATCH, SWAP, EndReason, MatchState, SwapState
from mentoring.messaging.services import call_off, owe
from mentoring.participation.models import Participant
from mentoring.participation.rules import is_undo_open
from mentoring.participation.services import come_back, leave
from mentoring.participation.states import ParticipantState

GOODBYE = ("matching.mentee-stopped", "matching.mentor-stopped")


@transaction.atomic
def stop_taking_part(*, participant: Participant, by: User | None, now: datetime) -> Participant:
    """Stop at once and without a reason; matches end, and the other side gets a kind note.

    Doing so again changes nothing. A mentee's mentor hears that they are all right; a mentor's
    mentees hear that somebody is being found for them.
    """
    leave(participant=participant, by=by, now=now)
    reason = EndReason.MENTOR_LEFT if participant.is_mentor else EndReason.MENTEE_LEFT
    for match in end_matches_of(participant, reason=reason, by=by, now=now):
        if match.introduced_at is not None:
            _tell_the_other_side(match, reason, now)
    return participant


def _tell_the_other_side(match: Match, reason: EndReason, now: datetime) -> None:
    left = reason == EndReason.MENTOR_LEFT
    owe(
        letter="matching.mentor-stopped" if left else "matching.mentee-stopped",
        recipient=match.mentee.user if left else match.mentor.user,
        occasion=f"match-{match.pk}-{now:%Y%m%d%H%M}",
        now=now,
        cohort=match.cohort,
        about=match,
    )


@transaction.atomic
def end_matches_of(participant: Participant, *, reason: EndReason, by: User | None, now: datetime) -> list[Match]:
    """End every match of a participant that has not ended, withdraw open swaps, call off what is owed about them."""
    side = "mentor" if participant.is_mentor else "mentee"
    # Locked: a reply that makes a match active in this very moment must not keep anybody from stopping.
    open_now = Match.objects.select_for_update(of=("self",)).filter(**{side: participant})
    matches = list(open_now.exclude(state=MatchState.ENDED).with_people().order_by("pk"))
    for match in matches:
        end_match(match, reason=reason, by=by, now=now)
    return matches


def end_match(match: Match, *, reason: EndReason, by: User | None, now: datetime) -> None:
    """End one match; whatever swap requests still wait are closed with it."""
    scheme_id = match.cohort.scheme_id
    for swap in SwapRequest.objects.filter(match=match, state=SwapState.ASKED):
        move(swap, SwapState.WITHDRAWN, lifecycle=SWAP, by=by, now=now, scheme_id=scheme_id, closed_at=now)
    move(match, MatchState.ENDED, lifecycle=MATCH, by=by, now=now, scheme_id=scheme_id, ended_at=now, end_reason=reason)
    call_off(about=match, now=now, letters=["matching.hello"])


@transaction.atomic
def undo_stop(*, participant: Participant, by: User | None, now: datetime) -> list[Match]:
    """Take part again; within the undo days, the matches that ended with it come back where they can.

    A match comes back when its mentee has found nobody else and its mentor still takes part and
    has room. Returns the matches that came back. Raises ``WrongState`` when the year is over.
    """
    left_at, policy = participant.left_at, participant.cohort.policy
    is_undo = participant.state == ParticipantState.LEFT and is_undo_open(left_at, now, policy.opt_out_undo_days)
    come_back(participant=participant, by=by, now=now)
    if not is_undo or left_at is None:
        return []
    side, reason = ("mentor", EndReason.MENTOR_LEFT) if participant.is_mentor else ("mentee", EndReason.MENTEE_LEFT)
    ended = Match.objects.filter(**{side: participant}, end_reason=reason, ended_at__gte=left_at).with_people()
    restored = [match for match in ended.order_by("pk") if restore(match, by, now)]
    for match in restored:
        call_off(about=match, now=now, letters=GOODBYE)
        _welcome_back(match, participant, now)
    return restored


def restore(match: Match, by: User | None, now: datetime) -> bool:
    """Bring a match back if the mentor is there with room, and the mentee has nobody else."""
    mentor = Participant.objects.select_for_update().get(pk=match.mentor_id)
    policy = match.cohort.policy
    if not is_restorable(ended_at=match.ended_at, now=now, days=policy.opt_out_undo_days):
        return False
    if ParticipantState.LEFT in {mentor.state, match.mentee.state} or match.introduced_at is None:
        return False
    if live_counts(match.cohort).get(mentor.pk, 0) >= sizes_of(policy).hardest:
        return False
    if Match.objects.filter(mentee=match.mentee_id).exclude(state=MatchState.ENDED).exists():
        return False
    try:
        with transaction.atomic():
            move(
                match,
                KNOWN[0],
                lifecycle=MATCH,
                by=by,
                now=now,
                scheme_id=match.cohort.scheme_id,
                ended_at=None,
                end_reason="",
            )
    except IntegrityError:  # somebody else gave the mentee a mentor in this very moment
        return False
    return True


def _welcome_back(match: Match, participant: Participant, now: datetime) -> None:
    owe(
        letter="matching.back",
        recipient=match.mentee.user if participant.is_mentor else match.mentor.user,
        occasion=f"match-{match.pk}-{now:%Y%m%d%H%M}",
        now=now,
        cohort=match.cohort,
        about=match,
    )
