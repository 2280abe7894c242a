"""A match is active once both have been heard (R57)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from mentoring.lib.lifecycle import move
from mentoring.matching.models import Match
from mentoring.matching.states import MATCH, MatchState


@transaction.atomic
def activate(*, match: Match, by: User | None, now: datetime) -> Match:
    """Note that an introduced pair is in contact; for a match in any other state nothing changes."""
    if match.state == MatchState.PROVISIONAL:
        move(match, MatchState.ACTIVE, lifecycle=MATCH, by=by, now=now, scheme_id=match.cohort.scheme_id)
    return match
