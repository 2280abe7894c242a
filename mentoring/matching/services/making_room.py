"""Giving a student another mentor while others make room, exactly as it was shown (issue 3)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record_each
from mentoring.matching.engine import AlternativeCost, Problem
from mentoring.matching.engine.explain_pair import reasons_for
from mentoring.matching.models import HandMove, Proposal, Run
from mentoring.matching.rules import codes_by_hand
from mentoring.matching.selectors.costs import cost_of, seal_of
from mentoring.matching.services.drafts import hold_allowed, locked_draft


@transaction.atomic
def make_room(*, proposal: Proposal, mentor_id: int, seal: str, by: User, now: datetime) -> list[Proposal]:
    """Move a student to a mentor, and the others as the cost that was shown said.

    Each is a move by hand of its own that can be undone. The student is kept there; the others stay
    free for the next working-out. ``seal`` is of the page. Raises ``NotAllowed``, or ``WrongState``
    when the draft has changed so that something else would happen.
    """
    run = locked_draft(proposal.run_id)
    proposal = run.proposals.select_related("mentee__programme__unit").get(pk=proposal.pk)
    hold_allowed([proposal], run, by, now)
    cost, problem = _cost(proposal, mentor_id)
    if not cost.possible or seal_of(cost) != seal:
        raise WrongState(_("The draft has changed since. Look again at what it would cost."))
    goes = {int(key): None if to is None else int(to) for key, to in cost.changes.items()}
    goes[proposal.mentee_id] = mentor_id
    moving = list(run.proposals.filter(mentee__in=goes).select_related("mentee__programme__unit").order_by("pk"))
    hold_allowed(moving, run, by, now)
    for each in moving:
        _move(each, goes[each.mentee_id], problem, run, by, now)
        each.is_locked = each.pk == proposal.pk
    Proposal.objects.bulk_update(moving, ["mentor", "strength", "reasons", "is_locked"], batch_size=200)
    record_each(
        verb="student moved in draft", objs=moving, by=by, now=now, fields=["mentor"], scheme_id=run.cohort.scheme_id
    )
    return moving


def _cost(proposal: Proposal, mentor_id: int) -> tuple[AlternativeCost, Problem]:
    try:
        return cost_of(proposal, mentor_id)
    except KeyError:
        raise WrongState(_("This mentor is not available. Choose another one.")) from None


def _move(each: Proposal, to: int | None, problem: Problem, run: Run, by: User, now: datetime) -> None:
    HandMove.objects.create(
        run=run,
        mentee_id=each.mentee_id,
        moved_from_id=each.mentor_id,
        moved_to_id=to,
        was_locked=each.is_locked,
        strength=each.strength,
        reasons=each.reasons,
        moved_by=by,
        moved_at=now,
    )
    if to is None:
        each.mentor_id, each.strength, each.reasons = None, "", {"kind": "made-room"}
        return
    why = reasons_for(problem, problem.mentee(str(each.mentee_id)), problem.mentor(str(to)))
    each.mentor_id = to
    each.strength, each.reasons = codes_by_hand(why)
