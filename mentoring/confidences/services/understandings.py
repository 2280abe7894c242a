"""What a pair wants, and what it leaves aside: each their own part, and the goals together (R50 to R53)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.confidences.models import Understanding
from mentoring.confidences.permissions import is_of
from mentoring.matching.models import Match


@dataclass(frozen=True)
class Wanted:
    """What one of a pair tells. ``areas`` and ``differences`` are values of ``states``."""

    goals: str
    areas: Sequence[str]
    words: str
    differences: str


@transaction.atomic
def settle(*, match: Match, wanted: Wanted, version: int, by: User, now: datetime) -> Understanding:
    """Keep what one of the two tells: their own part, and the goals that both share.

    ``version`` is the one they had before them: goals that the other changed meanwhile are not written over.
    Raises ``NotAllowed``, ``WrongState``.
    """
    if not is_of(by, match):
        raise NotAllowed
    Match.objects.select_for_update().get(pk=match.pk)
    kept = Understanding.objects.filter(match=match).first() or Understanding(match=match, looked_at=now)
    if kept.version != version and kept.goals != wanted.goals:
        raise WrongState(_("The other one changed the goals a moment ago. Read them, then save again."))
    side = "mentor" if by.pk == match.mentor.user_id else "mentee"
    kept.goals = wanted.goals
    kept.left_aside = {**(kept.left_aside or {}), side: list(wanted.areas), f"{side}_words": wanted.words}
    setattr(kept, f"{side}_differences", wanted.differences)
    kept.version += 1
    kept.looked_at = now
    kept.save()
    fields = ["goals", "left_aside", f"{side}_differences"]
    record(verb="understanding changed", obj=kept, by=by, now=now, fields=fields, scheme_id=match.cohort.scheme_id)
    return kept
