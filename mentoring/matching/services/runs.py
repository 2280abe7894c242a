"""Starting a run, trying another one beside it, calling it off, and putting it aside (R26, R36)."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.lib.jobs import JobState
from mentoring.lib.lifecycle import move
from mentoring.matching.models import Proposal, Run
from mentoring.matching.permissions import can_draft, can_draft_in
from mentoring.matching.services.solving import back_to_draft_or_aside
from mentoring.matching.states import RUN, RunState
from mentoring.messaging.services import poke
from schemes.models import Cohort, Unit

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
def start_run(*, cohort: Cohort, unit: Unit, why: str = "", by: User, now: datetime) -> Run:
    """Queue a run about a unit's students and mentors; ``why`` tells it from the other drafts.

    Raises ``NotAllowed``, or ``WrongState`` when one is under way.
    """
    _hold_free(cohort, unit, by, now)
    run = Run(cohort=cohort, unit=unit, why=why, seed=secrets.randbelow(2**31), requested_by=by, queued_at=now)
    return _queue(run, by, now)


@transaction.atomic
def start_beside(*, run: Run, why: str = "", by: User, now: datetime) -> Run:
    """Queue another draft beside this one, around the same kept pairs and with the same lots.

    What differs is then what differs in the data and the rules since, not chance. Raises
    ``NotAllowed``, or ``WrongState`` when one is under way or this one was never worked out.
    """
    _hold_free(run.cohort, run.unit, by, now)
    if not run.digest:
        raise WrongState(_("This draft was never worked out: start a new one."))
    beside = Run(cohort=run.cohort, unit=run.unit, why=why, seed=run.seed, salt=run.salt, based_on=run)
    beside.requested_by, beside.queued_at = by, now
    _queue(beside, by, now)
    kept = run.proposals.filter(is_locked=True)
    Proposal.objects.bulk_create(
        (
            Proposal(
                run=beside,
                mentee_id=p.mentee_id,
                mentor_id=p.mentor_id,
                is_locked=True,
                strength=p.strength,
                reasons=p.reasons,
            )
            for p in kept
        ),
        batch_size=500,
    )
    return beside


def _hold_free(cohort: Cohort, unit: Unit, by: User, now: datetime) -> None:
    """Whether a run may start there now, with the cohort locked."""
    if not can_draft_in(by, cohort, unit, timezone.localdate(now)):
        raise NotAllowed
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    if Run.objects.filter(cohort=cohort, unit=unit, job_state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
        raise WrongState(_("A draft for %(unit)s is being worked out already.") % {"unit": unit.name})


def _queue(run: Run, by: User, now: datetime) -> Run:
    run.save()
    fields = ["unit", "seed", "why", *(["based_on"] if run.based_on_id else [])]
    record(verb="run started", obj=run, by=by, now=now, fields=fields, scheme_id=run.cohort.scheme_id)
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
        back_to_draft_or_aside(run, now)
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
