"""Tasks of matching; each may run at any time, any number of times."""

from celery import shared_task
from django.utils import timezone

from mentoring.matching.services import introduce_published, solve_run, sweep_runs


@shared_task(name="matching.solve")
def solve(run_id: int) -> None:
    """Work out one run, if nobody else does."""
    solve_run(run_id, timezone.now)


@shared_task(name="matching.sweep")
def sweep() -> None:
    """Work out every run that waits, and park those that were tried too often."""
    sweep_runs(timezone.now)


@shared_task(name="matching.introduce")
def introduce() -> None:
    """Announce published runs whose undo time is over."""
    introduce_published(now=timezone.now())
