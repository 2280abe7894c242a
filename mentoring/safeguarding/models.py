"""Confidences opened in an emergency, with what follows from it; and how somebody becomes a safeguarding lead."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from accounts.encryption import EncryptedTextField
from accounts.models import User
from accounts.registry import ACCOUNT_OF_OPENING, ACTIVITY, CONCERN, HELD_BY_SAFEGUARDING, LINK, declare
from mentoring.lib.public_keys import RandomUUID
from mentoring.safeguarding.states import Category, GrantKind, GrantState, Outcome, ReviewState
from schemes.models import Scheme


class Opening(models.Model):
    """One emergency: a safeguarding lead opened one person's confidences for an hour. What was read is on the trail.

    Declared as the lead's, so that nobody learns of one about them before they are told (`told_at`).
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=16, choices=Category)
    reason = EncryptedTextField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    form_key = models.UUIDField(unique=True)
    # For addresses; not `form_key`, which comes from the browser of whoever opened it.
    public_key = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True, editable=False)
    state = models.CharField(max_length=16, choices=ReviewState, default=ReviewState.WAITING)
    review_due_on = models.DateField()
    escalated_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    finding = EncryptedTextField(blank=True, default="")
    delayed_until = models.DateField(null=True)
    delay_reason = EncryptedTextField(blank=True, default="")
    delayed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)

    personal_data = declare(
        "opened_by",
        ("subject",),
        HELD_BY_SAFEGUARDING,
        id=LINK,
        scheme=LINK,
        subject=LINK,
        opened_by=LINK,
        category=CONCERN,
        reason=CONCERN,
        opened_at=ACCOUNT_OF_OPENING,
        ends_at=ACCOUNT_OF_OPENING,
        form_key=LINK,
        public_key=LINK,
        state=ACCOUNT_OF_OPENING,
        review_due_on=ACCOUNT_OF_OPENING,
        escalated_at=ACCOUNT_OF_OPENING,
        reviewed_by=LINK,
        reviewed_at=ACCOUNT_OF_OPENING,
        outcome=CONCERN,
        finding=CONCERN,
        delayed_until=ACCOUNT_OF_OPENING,
        delay_reason=CONCERN,
        delayed_by=LINK,
        told_at=ACCOUNT_OF_OPENING,
    )

    class Meta:
        ordering: ClassVar = ["-opened_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(subject=F("opened_by")), name="nobody_opens_their_own"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("opened_by")), name="somebody_else_reviews"
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.WAITING) ^ Q(reviewed_by__isnull=False), name="a_review_has_its_reviewer"
            ),
        ]

    def __str__(self) -> str:
        return f"opening {self.public_key}"


class Grant(models.Model):
    """Somebody is to become a safeguarding lead, or no longer be one: two administrators say yes, and a day passes."""

    kind = models.CharField(max_length=8, choices=GrantKind, default=GrantKind.BEGIN)
    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=GrantState, default=GrantState.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    first_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    second_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    begins_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    personal_data = declare(
        "person",
        id=LINK,
        kind=ACTIVITY,
        scheme=LINK,
        person=LINK,
        state=ACTIVITY,
        asked_by=LINK,
        asked_at=ACTIVITY,
        first_by=LINK,
        second_by=LINK,
        begins_at=ACTIVITY,
        closed_at=ACTIVITY,
        closed_by=LINK,
    )

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(second_by=None) | (Q(first_by__isnull=False) & ~Q(first_by=F("second_by"))),
                name="two_different_administrators",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[GrantState.ASKED, GrantState.STOPPED])
                | Q(second_by__isnull=False, begins_at__isnull=False),
                name="a_grant_has_two_approvals",
            ),
            models.UniqueConstraint(
                fields=["scheme", "person"],
                condition=Q(state__in=[GrantState.ASKED, GrantState.APPROVED]),
                name="one_open_grant_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"

    @property
    def approved_by(self) -> list[int]:
        """The keys of the administrators who said yes."""
        return [key for key in (self.first_by_id, self.second_by_id) if key is not None]
