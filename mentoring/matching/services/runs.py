"""Starting a run, working it out in the worker, and putting it aside (R26, R36)."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import version

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.lib.jobs import Cancelled, JobState
from mentoring.lib.lifecycle import move
from mentoring.matching import engine
from mentoring.matching.engine.explain_pair import reasons_for
from mentoring.matching.models import Proposal, Run
from mentoring.matching.permissions import can_draft, can_draft_in
from mentoring.matching.rules import pair_codes, unmatched_codes
from mentoring.matching.selectors import gather
from mentoring.matching.states import RUN, RunState
from mentoring.messaging.services import poke
from schemes.models import Cohort, Unit

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

BETWEEN_REPORTS = timedelta(seconds=1)
NO_MEMORY_OF_TRIES = {
    "job_state": JobState.QUEUED,
    "tries": 0,
    "steps_done": 0,
    "steps_total": 0,
    "cancel_asked": False,
    "failure": "",
    "finished_at": None,
    "lease_until": None,
}


def _poke(run: Run) -> None:
    transaction.on_commit(lambda: poke("matching.solve", run.pk), robust=True)


@transaction.atomic
def start_run(*, cohort: Cohort, unit: Unit, by: User, now: datetime) -> Run:
    """Queue a run about a unit's students and mentors.

    Raises ``NotAllowed``, or ``WrongState`` when one is under way.
    """
    if not can_draft_in(by, cohort.scheme, unit, timezone.localdate(now)):
        raise NotAllowed
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    if Run.objects.filter(cohort=cohort, unit=unit, job_state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
        raise WrongState(_("A draft for %(unit)s is being worked out already.") % {"unit": unit.name})
    run = Run.objects.create(cohort=cohort, unit=unit, seed=secrets.randbelow(2**31), requested_by=by, queued_at=now)
    record(verb="run started", obj=run, by=by, now=now, fields=["unit", "seed"], scheme_id=cohort.scheme_id)
    _poke(run)
    return run


@transaction.atomic
def work_out_again(*, run: Run, by: User, now: datetime) -> Run:
    """Queue a draft again: what is kept stays, everybody else is worked out anew."""
    _hold_allowed(run, by, now)
    if run.state == RunState.SOLVING and run.is_over:  # it failed before there was a draft
        requeued = Run.objects.filter(pk=run.pk, job_state=JobState.FAILED)
        requeued.update(**NO_MEMORY_OF_TRIES, queued_at=now)
        record(verb="run tried again", obj=run, by=by, now=now, scheme_id=run.cohort.scheme_id)
    else:
        _move(run, RunState.SOLVING, by=by, now=now, **NO_MEMORY_OF_TRIES, queued_at=now)
    _poke(run)
    return run


@transaction.atomic
def cancel_run(*, run: Run, by: User, now: datetime) -> Run:
    """Call the working-out off: a draft that was there before stays as it was."""
    _hold_allowed(run, by, now)
    if run.state != RunState.SOLVING:
        raise WrongState(_("It is worked out already."))
    run.ask_to_cancel(now)
    run.refresh_from_db()
    record(verb="run cancelled", obj=run, by=by, now=now, fields=["cancel_asked"], scheme_id=run.cohort.scheme_id)
    if run.job_state == JobState.CANCELLED:
        _back_to_draft_or_aside(run, now)
    return run


@transaction.atomic
def discard_run(*, run: Run, by: User, now: datetime) -> Run:
    """Put a draft aside for good."""
    _hold_allowed(run, by, now)
    if run.state == RunState.SOLVING and not run.is_over:
        raise WrongState(_("It is still being worked out: cancel that first."))
    _move(run, RunState.DISCARDED, by=by, now=now)
    return run


def _hold_allowed(run: Run, by: User, now: datetime) -> None:
    if not can_draft(by, run, timezone.localdate(now)):
        raise NotAllowed


def _move(run: Run, to: str, *, by: User | None, now: datetime, **changes: object) -> None:
    move(run, to, lifecycle=RUN, by=by, now=now, scheme_id=run.cohort.scheme_id, **changes)


def solve_run(run_id: int, clock: Clock) -> bool:
    """Claim a queued run, work it out and keep its proposals; whether this call finished it.

    A run that cannot be worked out says why; one whose worker stumbles is tried again by the sweep.
    """
    run = Run.claim(run_id, clock())
    if run is None:
        return False
    try:
        _work_out(run, clock)
    except (Cancelled, engine.Cancelled):
        _close(run, JobState.CANCELLED, "", clock())
    except engine.ProblemError as problem:
        log.warning("run %s cannot be worked out: %s", run.pk, type(problem).__name__)
        _close(run, JobState.FAILED, _why(problem), clock())
    except Exception:
        log.exception("run %s stumbled on try %s", run.pk, run.tries)
        Run.objects.filter(pk=run.pk, job_state=JobState.RUNNING, tries=run.tries).update(lease_until=clock())
        return False
    return True


def _why(problem: engine.ProblemError) -> str:
    return "lock" if isinstance(problem, engine.BrokenLock) else "problem"


def _work_out(run: Run, clock: Clock) -> None:
    kept = dict(run.proposals.filter(is_locked=True).values_list("mentee", "mentor"))
    locks = {mentee: mentor for mentee, mentor in kept.items() if mentor is not None}
    left_out = [mentee for mentee, mentor in kept.items() if mentor is None]
    problem = gather(run.cohort, seed=run.seed, unit=run.unit, locks=locks, left_out=left_out)
    reporter = _Reporter(run, clock)
    found = engine.solve(problem, progress=reporter.progress, cancelled=reporter.cancelled)
    reporter.tell(clock())
    _keep(run, problem, found, set(left_out), clock())


class _Reporter:
    """Tells the page how far the work is, and the engine whether to stop; asks the database once a second."""

    def __init__(self, run: Run, clock: Clock) -> None:
        self.run, self.clock = run, clock
        self.done, self.total, self.told_at = 0, 0, clock()
        run.report(0, 0, self.told_at)

    def progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if done == total:
            self.tell(self.clock())
        else:
            self.cancelled()

    def cancelled(self) -> bool:
        """False; raises ``Cancelled`` when that was asked for."""
        now = self.clock()
        if now - self.told_at >= BETWEEN_REPORTS:
            self.tell(now)
        return False

    def tell(self, now: datetime) -> None:
        self.run.report(self.done, self.total, now)
        self.told_at = now


@transaction.atomic
def _keep(run: Run, problem: engine.Problem, found: engine.Allocation, left_out: set[int], now: datetime) -> None:
    """Replace the proposals, unless another worker or a cancellation was quicker."""
    claimed = Run.objects.select_for_update().filter(pk=run.pk, job_state=JobState.RUNNING, tries=run.tries)
    if claimed.first() is None:
        return
    Proposal.objects.filter(run=run).exclude(mentee__in=left_out).delete()
    Proposal.objects.bulk_create(_proposals(run, problem, found), batch_size=500)
    _move(
        run,
        RunState.DRAFT,
        by=None,
        now=now,
        digest=found.digest,
        engine_version=_engine_version(),
        vector=list(found.vector),
        bounds=list(found.bounds),
        is_proven=found.proven,
    )
    run.finish(JobState.DONE, now)


def _proposals(run: Run, problem: engine.Problem, found: engine.Allocation) -> list[Proposal]:
    reasons = engine.explain_all_unmatched(problem, found.pairs)
    mentors = {mentor.key: mentor for mentor in problem.mentors}
    made = []
    for mentee in problem.mentees:
        mentor = mentors.get(found.pairs.get(mentee.key, ""))
        proposal = Proposal(run=run, mentee_id=int(mentee.key), is_locked=mentee.locked_to is not None)
        if mentor is None:
            proposal.reasons = unmatched_codes(reasons[mentee.key])
        else:
            why = reasons_for(problem, mentee, mentor)
            proposal.mentor_id, proposal.strength, proposal.reasons = int(mentor.key), why.strength, pair_codes(why)
        made.append(proposal)
    return made


def _engine_version() -> str:
    return f"1, numpy {version('numpy')}, scipy {version('scipy')}"


@transaction.atomic
def _close(run: Run, state: str, failure: str, now: datetime) -> None:
    if Run.objects.select_for_update().filter(pk=run.pk, job_state=JobState.RUNNING, tries=run.tries).exists():
        run.finish(state, now, failure)
        _back_to_draft_or_aside(run, now)


def _back_to_draft_or_aside(run: Run, now: datetime) -> None:
    """After a failure or cancellation: the draft that was there before, if any; a cancelled first run is put aside."""
    if run.proposals.exists():
        _move(run, RunState.DRAFT, by=None, now=now)
    elif run.job_state == JobState.CANCELLED:
        _move(run, RunState.DISCARDED, by=None, now=now)


def sweep_runs(clock: Clock) -> int:
    """Work out every run that waits, and fail visibly those tried too often; how many were looked at."""
    now = clock()
    Run.park_worn_out(now)
    for run in Run.objects.filter(
        job_state=JobState.FAILED, state=RunState.SOLVING, proposals__isnull=False
    ).distinct():
        with transaction.atomic():
            _back_to_draft_or_aside(run, now)
    waiting = list(Run.claimable(now).values_list("pk", flat=True))
    for pk in waiting:
        solve_run(pk, clock)
    return len(waiting)
