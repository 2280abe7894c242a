"""Changing a draft by hand: keep, move, leave out, and undo each move (R29, R36)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record, record_each
from mentoring.matching.engine import Problem, explain_pair
from mentoring.matching.engine.checker import broken_rules
from mentoring.matching.models import HandMove, Proposal, Run
from mentoring.matching.permissions import can_move
from mentoring.matching.rules import codes_by_hand
from mentoring.matching.selectors import drafted_size, gather, sizes_of
from mentoring.matching.services.shortlists import PairRefused
from mentoring.matching.states import RunState
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState


def locked_draft(run_id: int) -> Run:
    """The run, locked. Raises ``WrongState`` unless it is a draft."""
    run = Run.objects.select_for_update(of=("self",)).select_related("cohort__scheme", "unit").get(pk=run_id)
    if run.state != RunState.DRAFT:
        raise WrongState(
            _("This draft can no longer be changed: it is %(state)s.") % {"state": run.get_state_display()}
        )
    return run


def hold_allowed(proposals: Iterable[Proposal], run: Run, by: User, now: datetime) -> None:
    """Raise ``NotAllowed`` unless the actor may move every one of these students."""
    today = timezone.localdate(now)
    if not all(can_move(by, run, proposal.mentee, today) for proposal in proposals):
        raise NotAllowed


@transaction.atomic
def keep_pairs(*, run: Run, mentee_ids: Iterable[int], is_kept: bool, by: User, now: datetime) -> int:
    """Keep pairs as they are when the draft is worked out again, or stop keeping them; how many changed."""
    run = locked_draft(run.pk)
    found = run.proposals.filter(mentee__in=list(mentee_ids)).select_related("mentee__programme__unit")
    changing = [proposal for proposal in found if proposal.is_locked != is_kept]
    hold_allowed(changing, run, by, now)
    Proposal.objects.filter(pk__in=[proposal.pk for proposal in changing]).update(is_locked=is_kept)
    verb = "pair kept" if is_kept else "pair set free"
    record_each(verb=verb, objs=changing, by=by, now=now, fields=["is_locked"], scheme_id=run.cohort.scheme_id)
    return len(changing)


@transaction.atomic
def move_mentee(*, proposal: Proposal, mentor_id: int | None, was: int | None, by: User, now: datetime) -> Proposal:
    """Give a drafted student another mentor, or none; the choice is kept when the draft is worked out again.

    ``was`` is the mentor that the page showed. Raises ``NotAllowed``, or ``WrongState`` when somebody
    else moved them, a hard rule would be broken, or the group would exceed the hard maximum.
    """
    run = locked_draft(proposal.run_id)
    kept = run.proposals.select_related("mentee__programme__unit", "mentee__cohort__scheme", "mentee__user")
    proposal = kept.get(pk=proposal.pk)
    hold_allowed([proposal], run, by, now)
    if proposal.mentor_id != was:
        raise WrongState(
            _("Somebody moved %(name)s a moment ago. Look again.") % {"name": proposal.mentee.user.first_name}
        )
    before = HandMove(
        run=run,
        mentee=proposal.mentee,
        moved_from_id=was,
        moved_to_id=mentor_id,
        was_locked=proposal.is_locked,
        strength=proposal.strength,
        reasons=proposal.reasons,
        moved_by=by,
        moved_at=now,
    )
    if mentor_id is None:
        _set(proposal, None, "", {"kind": "left-out"})
    else:
        _give(proposal, mentor_id, run)
    if mentor_id != was:
        before.save()
    proposal.is_locked = True
    proposal.save()
    _record(proposal, run, "student moved in draft", by, now, ["mentor", "is_locked"])
    return proposal


def _give(proposal: Proposal, mentor_id: int, run: Run) -> None:
    """Set the mentor, if no hard rule is broken and there is room."""
    problem = _with_both(proposal.mentee, mentor_id, run)
    student, mentor = problem.mentee(str(proposal.mentee_id)), problem.mentor(str(mentor_id))
    if broken_rules(problem.rules, student, mentor):
        raise PairRefused(_("This pair would break a rule of the matching. Choose another mentor."))
    if proposal.mentor_id != mentor_id:
        _hold_room(run, mentor_id)
    _set(proposal, mentor_id, *codes_by_hand(explain_pair(problem, student.key, mentor.key)))


def _with_both(mentee: Participant, mentor_id: int, run: Run) -> Problem:
    """The engine's problem about the two. Raises ``WrongState`` unless both still take part."""
    if mentee.state == ParticipantState.LEFT:
        raise WrongState(_("%(name)s has stopped taking part.") % {"name": mentee.user.first_name})
    problem = gather(run.cohort, seed=run.seed, unit=run.unit, only=[mentee], stretched=True)
    if not any(mentor.key == str(mentor_id) for mentor in problem.mentors):
        raise WrongState(_("This mentor is not available. Choose another one."))
    return problem


def _hold_room(run: Run, mentor_id: int) -> None:
    """Raise ``WrongState`` when one more student would exceed the hard maximum (R29: refuses)."""
    hardest = sizes_of(run.cohort.policy).hardest
    if drafted_size(run, mentor_id) >= hardest:
        name = Participant.objects.select_related("user").get(pk=mentor_id).user.first_name
        raise WrongState(
            _("%(name)s has %(most)d students already, the most a group may have.") % {"name": name, "most": hardest}
        )


def _set(proposal: Proposal, mentor_id: int | None, strength: str, reasons: dict[str, object]) -> None:
    proposal.mentor_id, proposal.strength, proposal.reasons = mentor_id, strength, reasons


@transaction.atomic
def undo_move(*, move: HandMove, by: User, now: datetime) -> Proposal:
    """Take back the last move of a student: the mentor and the keeping that they had before it.

    Anybody who may move the student may take a move back. Raises ``NotAllowed``, or ``WrongState``
    when they were moved again since, or the place is taken.
    """
    run = locked_draft(move.run_id)
    kept = run.proposals.select_related("mentee__programme__unit", "mentee__cohort__scheme", "mentee__user")
    proposal = kept.filter(mentee=move.mentee_id).first()
    last = run.hand_moves.filter(mentee=move.mentee_id).first()
    if proposal is None or last is None or last.pk != move.pk or proposal.mentor_id != move.moved_to_id:
        raise WrongState(_("This student was moved again since. Look again."))
    hold_allowed([proposal], run, by, now)
    if move.moved_from_id is None:
        _set(proposal, None, move.strength, move.reasons)
    else:
        # As it was, words and all, whatever the two have told since: publishing asks the rules again.
        _with_both(proposal.mentee, move.moved_from_id, run)
        _hold_room(run, move.moved_from_id)
        _set(proposal, move.moved_from_id, move.strength, move.reasons)
    proposal.is_locked = move.was_locked
    proposal.save()
    last.delete()
    _record(proposal, run, "move in draft undone", by, now, ["mentor", "is_locked"])
    return proposal


def _record(proposal: Proposal, run: Run, verb: str, by: User, now: datetime, fields: list[str]) -> None:
    record(verb=verb, obj=proposal, by=by, now=now, fields=fields, scheme_id=run.cohort.scheme_id)
