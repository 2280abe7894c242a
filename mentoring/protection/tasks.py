"""Celery tasks: thin and idempotent."""

from celery import shared_task
from django.utils import timezone

from mentoring.protection.services import (
    anchor_if_due,
    do_granted,
    forget_old_copies,
    know_keys,
    make_copy,
    seal_trail,
    sweep_copies,
    tidy_if_due,
)


@shared_task(name="protection.copy", ignore_result=True)
def copy(pk: int) -> None:
    """Make one copy, if nobody else does."""
    make_copy(pk, timezone.now)


@shared_task(name="protection.sweep", ignore_result=True)
def sweep() -> None:
    """Make the copies that wait, forget the old ones, do what was granted a day ago, tidy and look at the trail."""
    now = timezone.now()
    sweep_copies(timezone.now)
    forget_old_copies(now)
    do_granted(now)
    tidy_if_due(now)
    know_keys(now)
    seal_trail(now)
    anchor_if_due(now)
