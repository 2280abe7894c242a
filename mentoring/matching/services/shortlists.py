"""Whom staff may choose for one student: picked by the engine once for each question, then kept (trust.md §1, 24).

A list worked out at every look would follow what mentors and students tell in confidence: whoever knows or changes
one side's answers could read the other's off it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.services import WrongState
from mentoring.matching.models import Match, Run, Shortlist, SwapRequest
from mentoring.matching.rules import restriction_for
from mentoring.matching.selectors import rank_for, unjudged_mentors
from mentoring.matching.states import RunState, SwapState
from mentoring.participation.models import Participant, Wishes


class PairRefused(WrongState):
    """A rule of the matching stands between the two, since when does not matter."""


@transaction.atomic
def shortlist_for(
    mentee: Participant, *, draft: Run | None = None, swap: SwapRequest | None = None, now: datetime
) -> Shortlist:
    """The list of the question: within a draft, for a swap whose reasons are read, or where the student stands.

    Each mentor is judged once, when first seen with room, and never again. Outside a draft the list is begun anew
    when the student told something else for matching, or was matched since.
    """
    asked = Shortlist.objects.filter(mentee=mentee, run=draft, swap=swap)
    kept = _fresh(asked)
    if kept and not unjudged_mentors(mentee, draft.unit if draft else None, kept.judged).exists():
        kept.mentee, kept.run = mentee, draft  # as they were loaded
        return kept
    Participant.objects.select_for_update(of=("self",)).get(pk=mentee.pk)
    kept = _fresh(asked)  # somebody else may have looked meanwhile
    if kept is None:
        asked.delete()
        saved_at = Wishes.objects.filter(participant=mentee).values_list("saved_at", flat=True).first()
        kept = Shortlist(swap=swap, made_at=now, wishes_saved_at=saved_at)
    kept.mentee, kept.run = mentee, draft
    wanted = restriction_for(swap.reasons) if swap else None
    ranking = rank_for(mentee, draft=draft, wanted=wanted, without=frozenset(kept.judged))
    if kept.pk is None or ranking.judged:
        kept.mentors = [*kept.mentors, *ranking.mentors]
        kept.judged = [*kept.judged, *ranking.judged]
        kept.save()
    return kept


def _fresh(asked: QuerySet[Shortlist]) -> Shortlist | None:
    """The list, unless it is to be begun anew. One within a draft stays as long as the draft."""
    return asked.filter(Q(run__isnull=False) | ~_outdated()).first()


def _outdated() -> Q:
    """The student told something else since, or was matched since."""
    matched = Match.objects.filter(mentee=OuterRef("mentee"), made_at__gt=OuterRef("made_at"))
    told = Wishes.objects.filter(participant=OuterRef("mentee"))
    same = Q(Exists(told.filter(saved_at=OuterRef("wishes_saved_at")))) | Q(~Exists(told), wishes_saved_at=None)
    return Q(Exists(matched)) | ~same


@contextmanager
def struck_when_refused(shortlists: list[Shortlist], mentor_id: int) -> Iterator[None]:
    """Take a mentor off for good whose pair was refused: nobody learns anything by trying again."""
    try:
        yield
    except PairRefused:
        strike(shortlists, mentor_id)
        raise


@transaction.atomic
def strike(shortlists: list[Shortlist], mentor_id: int) -> None:
    """Take a mentor off these lists for good."""
    for kept in Shortlist.objects.select_for_update().filter(pk__in=[each.pk for each in shortlists]):
        kept.mentors = [key for key in kept.mentors if key != mentor_id]
        kept.save(update_fields=["mentors"])


@transaction.atomic
def forget_shortlists(*, now: datetime) -> int:
    """Delete the lists of questions that are answered, and of students who took their wishes back; how many."""
    told = Wishes.objects.filter(participant=OuterRef("mentee"))
    ended = Q(mentee__cohort__ends_on__lt=timezone.localdate(now))
    over = ended | Q(~Exists(told), wishes_saved_at__isnull=False)
    over |= Q(run__isnull=False) & ~Q(run__state=RunState.DRAFT)
    over |= Q(swap__isnull=False) & ~Q(swap__state=SwapState.ASKED)
    gone = Shortlist.objects.filter(over | (Q(_outdated(), run=None)))
    keys = list(gone.values_list("pk", flat=True))
    Shortlist.objects.filter(pk__in=keys).delete()
    return len(keys)
