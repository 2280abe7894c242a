"""What-ifs, and checks of how a run came about: worked out beside the data, changing none of it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record, record_each
from mentoring.lib.jobs import Cancelled, JobState
from mentoring.matching import engine
from mentoring.matching.models import Run, Trial
from mentoring.matching.permissions import can_draft
from mentoring.matching.rules import (
    NEW_MENTOR,
    Pseudonyms,
    WhatIf,
    changes_between,
    imagined,
    restored,
    shuffled,
    without_wishes,
)
from mentoring.matching.selectors import drafted_problem, live_counts
from mentoring.matching.services.inputs import kept_input, salted
from mentoring.matching.services.solving import Clock, Reporter, engine_version, unpacked
from mentoring.matching.states import RunState, TrialKind
from mentoring.messaging.services import poke

log = logging.getLogger(__name__)

KEPT_DAYS = 30
SOMEBODY_NEW = 0
"""Stands for an imagined mentor in an answer; participants' keys begin at 1."""

Answer = dict[str, Any]


@transaction.atomic
def start_trial(*, run: Run, kind: str, asked: dict[str, Any] | None = None, by: User, now: datetime) -> Trial:
    """Queue a trial about a run.

    Raises ``NotAllowed``, or ``WrongState`` when this person has one of the kind under way, or the run
    is not in a state for it: only a draft has a what-if, and only a run that was worked out a check.
    """
    if not can_draft(by, run, timezone.localdate(now)):
        raise NotAllowed
    run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not run.digest or (kind == TrialKind.WHAT_IF and run.state != RunState.DRAFT):
        raise WrongState(_("This can be asked of a draft that has been worked out."))
    if run.trials.filter(kind=kind, job_state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
        raise WrongState(_("One is being worked out already. Wait for it, or cancel it."))
    trial = Trial.objects.create(run=run, kind=kind, asked=asked or {}, requested_by=by, queued_at=now)
    record(verb=f"{kind} started", obj=trial, by=by, now=now, scheme_id=run.cohort.scheme_id)
    transaction.on_commit(lambda: poke("matching.try", trial.pk), robust=True)
    return trial


@transaction.atomic
def cancel_trial(*, trial: Trial, by: User, now: datetime) -> Trial:
    """Call a trial off."""
    _hold_allowed(trial, by, now)
    if trial.is_over:
        raise WrongState(_("It is worked out already."))
    trial.ask_to_cancel(now)
    trial.refresh_from_db()
    record(verb=f"{trial.kind} cancelled", obj=trial, by=by, now=now, scheme_id=trial.run.cohort.scheme_id)
    return trial


@transaction.atomic
def delete_trial(*, trial: Trial, by: User, now: datetime) -> None:
    """Throw a trial away before its time."""
    _hold_allowed(trial, by, now)
    if not trial.is_over:
        raise WrongState(_("It is still being worked out: cancel that first."))
    record(verb=f"{trial.kind} deleted", obj=trial, by=by, now=now, scheme_id=trial.run.cohort.scheme_id)
    trial.delete()


def _hold_allowed(trial: Trial, by: User, now: datetime) -> None:
    if not can_draft(by, trial.run, timezone.localdate(now)):
        raise NotAllowed


def work_trial(trial_id: int, clock: Clock) -> bool:
    """Claim a queued trial and work it out; whether this call finished it."""
    trial = Trial.claim(trial_id, clock())
    if trial is None:
        return False
    try:
        answer = WORKS[trial.kind](trial, Reporter(trial, clock))
        _close(trial, JobState.DONE, clock(), answer=answer)
    except (Cancelled, engine.Cancelled):
        _close(trial, JobState.CANCELLED, clock())
    except (engine.ProblemError, WrongState) as problem:
        log.warning("trial %s cannot be worked out: %s", trial.pk, type(problem).__name__)
        _close(trial, JobState.FAILED, clock(), failure=_why(problem))
    except Exception:
        log.exception("trial %s stumbled on try %s", trial.pk, trial.tries)
        Trial.objects.filter(pk=trial.pk, job_state=JobState.RUNNING, tries=trial.tries).update(lease_until=clock())
        return False
    return True


def _why(problem: Exception) -> str:
    return "gone" if isinstance(problem, WrongState) else "problem"


@transaction.atomic
def _close(trial: Trial, state: str, now: datetime, *, failure: str = "", answer: Answer | None = None) -> None:
    """Close the trial with its answer, unless another worker has it by now."""
    mine = Trial.objects.select_for_update().filter(pk=trial.pk, job_state=JobState.RUNNING, tries=trial.tries)
    if mine.exists():
        mine.update(answer=answer or {})
        trial.finish(state, now, failure)
        record(verb=f"{trial.kind} {state}", obj=trial, by=None, now=now, scheme_id=trial.run.cohort.scheme_id)


def _what_if(trial: Trial, reporter: Reporter) -> Answer:
    """Who would have which mentor: counts, and who changes against the draft as it stands now."""
    run, what = trial.run, restored(WhatIf, trial.asked)
    drafted: dict[int, int | None] = dict(run.proposals.values_list("mentee", "mentor"))
    problem, _left_out = drafted_problem(run)
    problem = _of_draft(problem, drafted)
    now = {str(mentee): str(mentor) for mentee, mentor in drafted.items() if mentor is not None}
    live = {str(pk): n for pk, n in live_counts(run.cohort).items()}
    asked = imagined(problem, what, now=now, live=live)
    pseudonyms = salted(run)
    found = engine.solve(pseudonyms.problem(asked), progress=reporter.progress, cancelled=reporter.cancelled)
    after: dict[int, int | None] = {mentee: None for mentee in drafted if str(mentee) in _keys(problem)}
    after |= _pairs(asked, found, pseudonyms)
    return _compared({mentee: mentor for mentee, mentor in drafted.items() if mentee in after}, after, asked, found)


def _keys(problem: engine.Problem) -> set[str]:
    return {mentee.key for mentee in problem.mentees}


def _of_draft(problem: engine.Problem, drafted: dict[int, int | None]) -> engine.Problem:
    """Without who joined after the draft: what changes is to be caused by what is imagined."""
    return engine.Problem(
        tuple(mentee for mentee in problem.mentees if int(mentee.key) in drafted),
        problem.mentors,
        problem.rules,
        problem.seed,
    )


def _pairs(problem: engine.Problem, found: engine.Allocation, pseudonyms: Pseudonyms) -> dict[int, int | None]:
    people = pseudonyms.people(problem)
    pairs = {people[mentee]: people[mentor] for mentee, mentor in found.pairs.items()}
    return {
        int(mentee): SOMEBODY_NEW if mentor.startswith(NEW_MENTOR) else int(mentor) for mentee, mentor in pairs.items()
    }


def _compared(
    before: dict[int, int | None], after: dict[int, int | None], problem: engine.Problem, found: engine.Allocation
) -> Answer:
    changes = changes_between(before, after)
    return {
        "pairs": [sum(m is not None for m in before.values()), sum(m is not None for m in after.values())],
        "undersized": found.level("undersized"),
        "near": found.level("near"),
        "proven": found.proven,
        "after": {str(mentee): after[mentee] for mentee in sorted(changes.everybody)},
        "matched": list(changes.matched),
        "lost": list(changes.lost),
        "moved": list(changes.moved),
        "students": len(problem.mentees),
    }


def _repeat(trial: Trial, reporter: Reporter) -> Answer:
    return repeated(trial.run, progress=reporter.progress, cancelled=reporter.cancelled)


def repeated(run: Run, **watching: Any) -> Answer:
    """Whether the kept input gives the same digest and the same pairs again.

    ``watching`` is the engine's ``progress`` and ``cancelled``. Raises ``WrongState`` when it is not kept.
    """
    problem, pairs = kept_input(run)
    found = engine.solve(problem, **watching)
    proof = unpacked(bytes(run.certificate)) if run.certificate else ()
    return {
        "proof_holds": bool(proof) and engine.verify_certificate(problem, replace(found, certificate=proof)),
        "same_input": found.digest == run.digest,
        "same_pairs": not _differing(pairs, found.pairs),
        "differing": _differing(pairs, found.pairs),
        "pairs": len(found.pairs),
        "same_version": engine_version() == run.engine_version,
        "version": engine_version(),
    }


def _shuffle(trial: Trial, reporter: Reporter) -> Answer:
    """How many pairs change when attributes are dealt anew and nobody wishes anything: none, or there is a fault."""
    problem, _pairs_kept = kept_input(trial.run)
    plain = without_wishes(problem)
    before = engine.solve(plain, progress=reporter.progress, cancelled=reporter.cancelled)
    after = engine.solve(shuffled(plain, trial.run.seed), progress=reporter.progress, cancelled=reporter.cancelled)
    told = [*(m.attributes for m in problem.mentees), *(m.attributes for m in problem.mentors)]
    stated = sum(any(attributes.values()) for attributes in told)
    return {"pairs": len(before.pairs), "differing": _differing(before.pairs, after.pairs), "people": stated}


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    """How many mentees have not the same outcome in both."""
    return sum(one.get(mentee) != other.get(mentee) for mentee in one.keys() | other.keys())


WORKS: dict[str, Callable[[Trial, Reporter], Answer]] = {
    TrialKind.WHAT_IF: _what_if,
    TrialKind.REPEAT: _repeat,
    TrialKind.SHUFFLE: _shuffle,
}


def sweep_trials(clock: Clock) -> int:
    """Work out every trial that waits, and delete the old ones; how many were looked at."""
    now = clock()
    Trial.park_worn_out(now)
    waiting = list(Trial.claimable(now).values_list("pk", flat=True))
    for pk in waiting:
        work_trial(pk, clock)
    forget_trials(now=now)
    return len(waiting)


@transaction.atomic
def forget_trials(*, now: datetime) -> int:
    """Delete trials that are a month old, and those of drafts that were put aside; how many."""
    old = Trial.objects.filter(finished_at__lt=now - timedelta(days=KEPT_DAYS))
    aside = Trial.objects.filter(run__state=RunState.DISCARDED).exclude(finished_at=None)
    gone = list((old | aside).distinct())
    record_each(verb="trial deleted", objs=gone, by=None, now=now)
    Trial.objects.filter(pk__in=[trial.pk for trial in gone]).delete()
    return len(gone)
