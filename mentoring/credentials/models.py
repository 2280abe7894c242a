"""Changes to what somebody signs in by, or to who administers, asked for by an administrator."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.registry import ACTIVITY, IDENTITY, LINK, declare
from mentoring.credentials.states import ChangeState, Kind


class AccountChange(models.Model):
    """One change to one person's account. It waits for a second administrator or a day, and the person can stop it.

    ``begins_at`` is empty while a second administrator is needed; ``confirmed_at`` is when who reads the new
    address said that it is theirs.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32, choices=Kind)
    new_address = models.EmailField(blank=True, default="")
    state = models.CharField(max_length=16, choices=ChangeState, default=ChangeState.WAITING)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    second_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    begins_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    personal_data = declare(
        "person",
        id=LINK,
        person=LINK,
        kind=ACTIVITY,
        new_address=IDENTITY,
        state=ACTIVITY,
        asked_by=LINK,
        asked_at=ACTIVITY,
        second_by=LINK,
        begins_at=ACTIVITY,
        confirmed_at=ACTIVITY,
        closed_at=ACTIVITY,
        closed_by=LINK,
    )

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(state=ChangeState.WAITING), name="one_change_of_a_kind_waits"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | (~Q(second_by=F("asked_by")) & ~Q(second_by=F("person"))),
                name="somebody_else_is_the_second",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
