"""Long work as a row: queued in the database, claimed by a lease, with progress and cancel.

The broker only says "look now". A worker claims a job by a conditional update; one whose
lease ran out (its worker was killed) is claimed again, at most ``MAX_TRIES`` times.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.registry import ACTIVITY, SETTING, FieldRule

LEASE = timedelta(minutes=5)
MAX_TRIES = 3


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Cancelled(Exception):
    """The person who asked for the work called it off."""


class LongJob(models.Model):
    """Fields of a long job; inherit and add what the work is about."""

    job_state = models.CharField(max_length=16, choices=JobState, default=JobState.QUEUED, db_index=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    steps_done = models.PositiveIntegerField(default=0)
    steps_total = models.PositiveIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    failure = models.TextField(blank=True)
    queued_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    JOB_FIELDS: ClassVar[dict[str, FieldRule]] = {
        "job_state": SETTING,
        "lease_until": SETTING,
        "tries": SETTING,
        "steps_done": SETTING,
        "steps_total": SETTING,
        "cancel_asked": SETTING,
        "failure": SETTING,
        "queued_at": ACTIVITY,
        "finished_at": ACTIVITY,
    }

    class Meta:
        abstract = True

    @property
    def percent(self) -> int:
        return 100 * self.steps_done // self.steps_total if self.steps_total else 0

    @property
    def is_over(self) -> bool:
        return self.job_state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}

    @classmethod
    def claimable(cls, now: datetime) -> "models.QuerySet[Self]":
        """Jobs that wait, or whose worker's lease ran out."""
        return cls._base_manager.filter(
            Q(job_state=JobState.QUEUED) | Q(job_state=JobState.RUNNING, lease_until__lt=now)
        ).order_by("queued_at", "pk")

    @classmethod
    def claim(cls, pk: int, now: datetime) -> "Self | None":
        """Claim one job for a lease; ``None`` when another worker has it or it is over."""
        taken = (
            cls.claimable(now)
            .filter(pk=pk, tries__lt=MAX_TRIES)
            .update(job_state=JobState.RUNNING, lease_until=now + LEASE, tries=F("tries") + 1)
        )
        return cls._base_manager.get(pk=pk) if taken else None

    @classmethod
    def park_worn_out(cls, now: datetime) -> int:
        """Fail the jobs that were tried too often; how many there were."""
        return (
            cls.claimable(now)
            .filter(tries__gte=MAX_TRIES)
            .update(job_state=JobState.FAILED, finished_at=now, failure="tried too often")
        )

    def report(self, done: int, total: int, now: datetime) -> None:
        """Note progress and renew the lease. Raises ``Cancelled`` when that was asked for.

        Call it outside the work's own transaction, or the page sees no progress.
        """
        rows = type(self)._base_manager.filter(pk=self.pk, job_state=JobState.RUNNING)
        rows.update(steps_done=done, steps_total=total, lease_until=now + LEASE)
        if rows.filter(cancel_asked=True).exists():
            raise Cancelled

    def finish(self, state: str, now: datetime, failure: str = "") -> None:
        """Close the job."""
        self.job_state, self.finished_at, self.failure, self.lease_until = state, now, failure, None
        self.save(update_fields=["job_state", "finished_at", "failure", "lease_until"])

    def ask_to_cancel(self, now: datetime) -> Any:
        """Call the work off: at once when it has not begun, else at its next step."""
        waiting = type(self)._base_manager.filter(pk=self.pk, job_state=JobState.QUEUED)
        if not waiting.update(job_state=JobState.CANCELLED, finished_at=now):
            type(self)._base_manager.filter(pk=self.pk).update(cancel_asked=True)
