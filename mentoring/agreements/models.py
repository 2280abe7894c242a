"""Versions of the texts that both accept, and each person's acceptance of them (R23, R47 to R49, R85)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.languages import Words, in_reach
from accounts.models import User
from accounts.registry import ACTIVITY, CHOICE, LINK, SETTING, declare
from mentoring.agreements.states import TextKind
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantRole
from schemes.models import Cohort


class AgreementText(models.Model):
    """One version of a text; never changed once published. ``{floor}``, ``{coordinators}`` and
    ``{scheme_lead}`` are filled in when it is shown.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="agreement_texts")
    kind = models.CharField(max_length=32, choices=TextKind)
    version = models.PositiveIntegerField()
    for_mentors = models.BooleanField(default=True)
    for_mentees = models.BooleanField(default=True)
    body = models.TextField(_("text"))
    body_cy = models.TextField(_("text in Welsh"), blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    personal_data = declare(
        "published_by",
        id=LINK,
        cohort=LINK,
        kind=SETTING,
        version=SETTING,
        for_mentors=SETTING,
        for_mentees=SETTING,
        body=SETTING,
        body_cy=SETTING,
        published_at=SETTING,
        published_by=LINK,
    )

    class Meta:
        ordering: ClassVar = ["kind", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "kind", "version"], name="one_text_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    @property
    def words(self) -> Words:
        """The text in the reader's language, where the version has it; both are one version."""
        return in_reach(self.body, self.body_cy)

    def is_for(self, role: str) -> bool:
        """Whether somebody in this role is asked to accept it."""
        return self.for_mentors if role == ParticipantRole.MENTOR else self.for_mentees


class Acceptance(models.Model):
    """A participant accepted a version; ``receipt`` is what they were shown at the foot of it."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="acceptances")
    text = models.ForeignKey(AgreementText, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()
    receipt = models.CharField(max_length=32, unique=True)

    personal_data = declare(
        "participant__user", id=LINK, participant=LINK, text=LINK, accepted_at=CHOICE, receipt=ACTIVITY
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["participant", "text"], name="one_acceptance_a_text")]

    def __str__(self) -> str:
        return self.receipt
