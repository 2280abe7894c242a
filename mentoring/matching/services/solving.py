"""Working a run out in the worker: claimed, reported, cancelled, kept as a whole or not at all (R26, R36)."""

import hashlib
import json
import logging
import platform
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from django.db import transaction

from mentoring.lib.jobs import Cancelled, JobState
from mentoring.lib.lifecycle import move
from mentoring.matching import engine
from mentoring.matching.engine.explain_pair import reasons_for
from mentoring.matching.engine.proof import ComponentProof
from mentoring.matching.models import HandMove, Proposal, Run
from mentoring.matching.rules import fairness_of, pair_codes, remedies_for, unmatched_codes
from mentoring.matching.selectors import drafted_problem, sizes_of
from mentoring.matching.services.inputs import keep_input, salted
from mentoring.matching.states import RUN, RunState

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

BETWEEN_REPORTS = timedelta(seconds=1)


class Job(Protocol):
    """A long job, as far as a reporter needs it."""

    def report(self, done: int, total: int, now: datetime) -> None: ...


class Reporter:
    """Tells the page how far the work is, and the engine whether to stop; asks the database once a second."""

    def __init__(self, job: Job, clock: Clock) -> None:
        self.job, self.clock = job, clock
        self.done, self.total, self.told_at = 0, 0, clock()
        job.report(0, 0, self.told_at)

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
        self.job.report(self.done, self.total, now)
        self.told_at = now


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
    problem, left_out = drafted_problem(run)
    pseudonyms = salted(run)
    solved = pseudonyms.problem(problem)
    reporter = Reporter(run, clock)
    found = engine.solve(solved, progress=reporter.progress, cancelled=reporter.cancelled)
    people = pseudonyms.people(problem)
    pairs = {people[mentee]: people[mentor] for mentee, mentor in found.pairs.items()}
    proposals = _proposals(run, problem, pairs)
    run.fairness = fairness_of(problem, pairs, run.cohort.policy.fairness_by)
    left_over = [mentee.key for mentee in problem.mentees if mentee.key not in pairs]
    run.remedies = remedies_for(problem, left_over, sizes_of(run.cohort.policy))
    reporter.tell(clock())
    _keep(run, solved, found, people, proposals, left_out, clock())


@transaction.atomic
def _keep(
    run: Run,
    solved: engine.Problem,
    found: engine.Allocation,
    people: Mapping[str, str],
    proposals: list[Proposal],
    left_out: set[int],
    now: datetime,
) -> None:
    """Replace the proposals and what is kept of the run, unless another worker or a cancellation was quicker."""
    claimed = Run.objects.select_for_update().filter(pk=run.pk, job_state=JobState.RUNNING, tries=run.tries)
    if claimed.exclude(cancel_asked=True).first() is None:
        run.report(run.steps_done, run.steps_total, now)
        return
    Proposal.objects.filter(run=run).exclude(mentee__in=left_out).delete()
    Proposal.objects.bulk_create(proposals, batch_size=500)
    _forget_lost_moves(run)
    keep_input(run, solved, found.pairs, people)
    move(
        run,
        RunState.DRAFT,
        lifecycle=RUN,
        by=None,
        now=now,
        scheme_id=run.cohort.scheme_id,
        rules=run.rules,
        digest=found.digest,
        engine_version=engine_version(),
        vector=list(found.vector),
        bounds=list(found.bounds),
        is_proven=found.proven,
        components=found.components,
        proven_components=found.proven_components,
        certificate=packed(found.certificate),
        fairness=run.fairness,
        remedies=run.remedies,
        solved_at=now,
    )
    run.finish(JobState.DONE, now)


def _forget_lost_moves(run: Run) -> None:
    """Drop the moves by hand of which nothing is left: their student was set free, and may be elsewhere now."""
    kept = run.proposals.filter(is_locked=True).values("mentee")
    HandMove.objects.filter(run=run).exclude(mentee__in=kept).delete()


def packed(certificate: Sequence[ComponentProof]) -> bytes | None:
    """The engine's proof as compressed JSON, or nothing."""
    if not certificate:
        return None
    return zlib.compress(json.dumps([proof.as_json() for proof in certificate], separators=(",", ":")).encode())


def unpacked(kept: bytes) -> tuple[ComponentProof, ...]:
    """The proof that was kept."""
    return tuple(ComponentProof.from_json(proof) for proof in json.loads(zlib.decompress(kept)))


def _proposals(run: Run, problem: engine.Problem, pairs: Mapping[str, str]) -> list[Proposal]:
    reasons = engine.explain_all_unmatched(problem, pairs)
    mentors = {mentor.key: mentor for mentor in problem.mentors}
    kept = {(p.mentee_id, p.mentor_id): p for p in run.proposals.filter(is_locked=True).exclude(mentor=None)}
    made = []
    for mentee in problem.mentees:
        mentor = mentors.get(pairs.get(mentee.key, ""))
        proposal = Proposal(run=run, mentee_id=int(mentee.key), is_locked=mentee.locked_to is not None)
        if mentor is None:
            proposal.reasons = unmatched_codes(reasons[mentee.key])
        elif before := kept.get((int(mentee.key), int(mentor.key))):
            # Kept with its words: worked out anew they would follow what the two have told since.
            proposal.mentor_id, proposal.strength, proposal.reasons = before.mentor_id, before.strength, before.reasons
        else:
            why = reasons_for(problem, mentee, mentor)
            proposal.mentor_id, proposal.strength, proposal.reasons = int(mentor.key), why.strength, pair_codes(why)
        made.append(proposal)
    return made


@lru_cache(maxsize=1)
def engine_version() -> str:
    """The engine by a fingerprint of its source, and what it stands on: what a repetition must agree in."""
    source = Path(engine.__file__).parent
    content = b"".join(path.read_bytes() for path in sorted(source.glob("*.py")))
    fingerprint = hashlib.sha256(content).hexdigest()[:12]
    stands_on = f"python {platform.python_version()}, numpy {version('numpy')}, scipy {version('scipy')}"
    return f"engine {fingerprint}, {stands_on}"


@transaction.atomic
def _close(run: Run, state: str, failure: str, now: datetime) -> None:
    if Run.objects.select_for_update().filter(pk=run.pk, job_state=JobState.RUNNING, tries=run.tries).exists():
        run.finish(state, now, failure)
        back_to_draft_or_aside(run, now)


def back_to_draft_or_aside(run: Run, now: datetime) -> None:
    """After a failure or cancellation: the draft that was there before, if any; a cancelled first run is put aside."""
    scheme_id = run.cohort.scheme_id
    if run.digest:  # there was a draft before
        move(run, RunState.DRAFT, lifecycle=RUN, by=None, now=now, scheme_id=scheme_id)
    elif run.job_state == JobState.CANCELLED:
        run.proposals.all().delete()  # pairs to keep, taken over from another draft
        move(run, RunState.DISCARDED, lifecycle=RUN, by=None, now=now, scheme_id=scheme_id)


def sweep_runs(clock: Clock) -> int:
    """Work out every run that waits, and fail visibly those tried too often; how many were looked at."""
    now = clock()
    Run.park_worn_out(now)
    worn_out = Run.objects.filter(job_state=JobState.FAILED, state=RunState.SOLVING).exclude(digest="")
    for run in worn_out:
        with transaction.atomic():
            back_to_draft_or_aside(run, now)
    waiting = list(Run.claimable(now).values_list("pk", flat=True))
    for pk in waiting:
        solve_run(pk, clock)
    return len(waiting)
