"""A coordinator ends a pair so that its student gets somebody else; both are told kindly, and it can be undone."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState
from mentoring.matching.models import Match
from mentoring.matching.permissions import can_end
from mentoring.matching.selectors import open_swaps
from mentoring.matching.services.leaving import end_match, restore
from mentoring.matching.states import KNOWN, EndReason, MatchState
from mentoring.messaging.services import call_off, owe
from mentoring.participation.states import ParticipantState

HOLD = timedelta(minutes=10)  # nobody is told before, so that it can be undone whole
MOVED = ("matching.moved-mentee", "matching.moved-mentor")


@transaction.atomic
def end_for_another(*, match: Match, by: User, now: datetime) -> Match:
    """End an introduced pair; its student is without a mentor until a draft or a coordinator gives them one.

    The two are never matched with each other again. Raises ``NotAllowed``, or ``WrongState`` when it is over.
    """
    match = Match.objects.select_for_update(of=("self",)).with_people().get(pk=match.pk)
    if not can_end(by, match, timezone.localdate(now)):
        raise NotAllowed
    if match.state not in KNOWN or ParticipantState.LEFT in {match.mentor.state, match.mentee.state}:
        raise WrongState(_("This match has ended already."))
    if open_swaps(by, timezone.localdate(now)).filter(match=match).exists():
        raise WrongState(_("Another mentor was asked for: find one, and this match ends by itself."))
    end_match(match, reason=EndReason.MOVED, by=by, now=now)
    for letter, recipient in zip(MOVED, (match.mentee.user, match.mentor.user), strict=True):
        occasion = f"match-{match.pk}-{now:%Y%m%d%H%M%S}"
        owe(
            letter=letter, recipient=recipient, occasion=occasion, now=now, due_at=now + HOLD,
            cohort=match.cohort, about=match,
        )  # fmt: skip
    return match


def can_take_back_ending(user: User, match: Match, now: datetime) -> bool:
    """Whether somebody may undo that a pair was ended for another mentor, because nobody was told of it yet."""
    is_held = match.end_reason == EndReason.MOVED and match.ended_at is not None and now < match.ended_at + HOLD
    return is_held and can_end(user, match, timezone.localdate(now))


@transaction.atomic
def take_back_ending(*, match: Match, by: User, now: datetime) -> bool:
    """Undo that while nobody was told; whether the pair is back. It is not when its student found somebody else.

    Doing so again changes nothing. Raises ``NotAllowed``, and ``WrongState`` once the letters are due.
    """
    match = Match.objects.with_people().get(pk=match.pk)
    if not can_end(by, match, timezone.localdate(now)):
        raise NotAllowed
    if match.state != MatchState.ENDED or match.end_reason != EndReason.MOVED or match.ended_at is None:
        return match.state in KNOWN
    if now >= match.ended_at + HOLD:
        raise WrongState(_("They have been told by now. Give the student a new mentor instead."))
    if not restore(match, by, now):
        return False
    call_off(about=match, now=now, letters=MOVED)
    return True
