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
    now_there = Match.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=match.pk)
    if now_there.state == MatchState.PROVISIONAL:
        scheme_id = now_there.cohort.scheme_id
        move(now_there, MatchState.ACTIVE, lifecycle=MATCH, by=by, now=now, scheme_id=scheme_id)
    match.state = now_there.state
    return match
