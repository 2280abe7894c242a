"""What people ask about their own data: a copy of it, or an end of it; and the nightly tidying."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.chain import Anchor
from accounts.models import User
from accounts.registry import ACTIVITY, CHOICE, LINK, SETTING, TRAIL, Erase, declare
from mentoring.lib.jobs import LongJob
from mentoring.protection.states import ErasureState


class DataCopy(LongJob):
    """One copy of everything kept about a person, for that person. The file lies encrypted, for a week.

    ``held``: how many records about them are what the other side of a pair told in confidence; ``held_by_leads`` the
    same of concerns and emergencies. Both are reviewed by safeguarding leads, each by those who may know of it.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_copies")
    file = models.FileField(upload_to="copies/", blank=True)
    held = models.PositiveIntegerField(default=0)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    held_by_leads = models.PositiveIntegerField(default=0)
    leads_reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    leads_reviewed_at = models.DateTimeField(null=True)

    personal_data = declare(
        "person",
        id=LINK,
        person=LINK,
        file=CHOICE.but(Erase.DELETE_ROW),
        held=SETTING,
        reviewed_by=LINK,
        reviewed_at=SETTING,
        held_by_leads=SETTING,
        leads_reviewed_by=LINK,
        leads_reviewed_at=SETTING,
        **LongJob.JOB_FIELDS,
    )

    class Meta:
        ordering: ClassVar = ["-queued_at", "-pk"]

    def __str__(self) -> str:
        return f"copy {self.pk}"


class ErasureRequest(models.Model):
    """Somebody asks that what is kept about them be erased. Granted, it is done a day later."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="erasure_requests")
    state = models.CharField(max_length=16, choices=ErasureState, default=ErasureState.ASKED)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why_refused = models.CharField(_("why it cannot be erased now"), max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    personal_data = declare(
        "person",
        id=LINK,
        person=LINK,
        state=CHOICE,
        asked_at=CHOICE,
        decided_by=LINK,
        decided_at=ACTIVITY,
        why_refused=ACTIVITY.but(Erase.BLANK),
        done_at=ACTIVITY,
    )

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state__in=["asked", "granted"]),
                name="one_open_erasure_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class Tidying(models.Model):
    """One night's look at what has been kept long enough: the sign that it happened, with counts and no names."""

    ran_at = models.DateTimeField(unique=True)
    counts = models.JSONField(default=dict, help_text='{"model.field": rows}')

    personal_data = declare(id=TRAIL, ran_at=TRAIL, counts=TRAIL)

    class Meta:
        ordering: ClassVar = ["-ran_at"]

    def __str__(self) -> str:
        return f"tidying {self.ran_at}"


class TrailAnchor(models.Model):
    """One day's look at the whole audit trail, and its last link: the sign that it happened. Shape: `chain.Anchor`."""

    made_at = models.DateTimeField(unique=True)
    number = models.BigIntegerField()
    chain = models.CharField(max_length=64)
    entry_on = models.DateField()
    findings = models.PositiveIntegerField(default=0)

    personal_data = declare(id=TRAIL, made_at=TRAIL, number=TRAIL, chain=TRAIL, entry_on=TRAIL, findings=TRAIL)

    class Meta:
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return str(Anchor(self.number, self.chain, self.entry_on))
