"""What people decided about those who did not answer two nudges, and who would hear what in the coming week."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registry import ACTIVITY, LINK, SETTING, declare
from mentoring.lib.jobs import LongJob
from mentoring.nudges.states import Decided
from mentoring.participation.models import Participant
from schemes.models import Cohort


class Decision(models.Model):
    """A human's word on somebody whom the rules no longer nudge; what was unanswered before it counts no more."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="nudge_decisions")
    choice = models.CharField(max_length=8, choices=Decided)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    personal_data = declare(
        "participant__user", id=LINK, participant=LINK, choice=ACTIVITY, decided_by=LINK, decided_at=ACTIVITY
    )

    class Meta:
        verbose_name = _("decision about reminders")
        ordering: ClassVar = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        return self.choice


class Forecast(LongJob):
    """Who would hear what in a cohort's next seven days if nothing else happened: worked out each day, and on demand.

    ``answer`` is the last one worked out: counts, and keys of participants; it stays until the next one is there.
    Without ``requested_by`` it was the product's own doing, of a morning.
    """

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="nudge_forecast")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True)

    personal_data = declare(
        "requested_by",
        id=LINK,
        cohort=LINK,
        requested_by=LINK,
        answer=LINK,
        answered_at=SETTING,
        **LongJob.JOB_FIELDS,
    )

    class Meta:
        verbose_name = _("forecast of reminders")

    def __str__(self) -> str:
        return f"forecast of {self.cohort_id}"
