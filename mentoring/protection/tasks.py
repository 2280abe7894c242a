"""Celery tasks: thin and idempotent."""

from celery import shared_task
from django.utils import timezone

from mentoring.protection.services import do_granted, forget_old_copies, make_copy, sweep_copies, tidy_if_due


@shared_task(name="protection.copy", ignore_result=True)
def copy(pk: int) -> None:
    """Make one copy, if nobody else does."""
    make_copy(pk, timezone.now)


@shared_task(name="protection.sweep", ignore_result=True)
def sweep() -> None:
    """Make the copies that wait, forget the old ones, do what was granted a day ago, and tidy once a day."""
    now = timezone.now()
    sweep_copies(timezone.now)
    forget_old_copies(now)
    do_granted(now)
    tidy_if_due(now)
