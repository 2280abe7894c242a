"""Tasks of matching; each may run at any time, any number of times."""

from celery import shared_task
from django.utils import timezone

from mentoring.matching.services import (
    forget_inputs,
    forget_shortlists,
    introduce_published,
    solve_run,
    sweep_runs,
    sweep_trials,
    work_trial,
)


@shared_task(name="matching.solve")
def solve(run_id: int) -> None:
    """Work out one run, if nobody else does."""
    solve_run(run_id, timezone.now)


@shared_task(name="matching.try")
def try_out(trial_id: int) -> None:
    """Work out one trial, if nobody else does."""
    work_trial(trial_id, timezone.now)


@shared_task(name="matching.sweep")
def sweep() -> None:
    """Work out every run and trial that waits, park those tried too often, delete what is kept too long."""
    sweep_runs(timezone.now)
    sweep_trials(timezone.now)
    forget_inputs(now=timezone.now())
    forget_shortlists(now=timezone.now())


@shared_task(name="matching.introduce")
def introduce() -> None:
    """Announce published runs whose undo time is over."""
    introduce_published(now=timezone.now())
