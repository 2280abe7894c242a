"""What people decided about those who did not answer two nudges."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registry import ACTIVITY, LINK, declare
from mentoring.nudges.states import Decided
from mentoring.participation.models import Participant


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
