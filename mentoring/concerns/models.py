"""Worries about somebody, told in confidence, and what was done. Words are added, never changed."""

from typing import ClassVar
from uuid import uuid4

from django.db import models

from accounts.encryption import EncryptedTextField
from accounts.models import User
from accounts.registry import ACTIVITY, CONCERN, HELD_BY_SAFEGUARDING, LINK, declare
from mentoring.concerns.states import ConcernKind, ConcernState
from mentoring.lib.public_keys import RandomUUID
from mentoring.participation.models import Participant
from schemes.models import Cohort, Unit


class Concern(models.Model):
    """A worry, raised by anyone in a cohort. Nobody whom it is about can see it."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="concerns")
    unit = models.ForeignKey(  # where it was raised; none for the whole scheme
        Unit, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=16, choices=ConcernKind)
    state = models.CharField(max_length=16, choices=ConcernState, default=ConcernState.OPEN)
    text = EncryptedTextField()
    about = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="+")
    about_staff = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="concerns_raised")
    raised_at = models.DateTimeField()
    # Whether there was no safeguarding lead when it was raised: only then has anybody stood in for one.
    without_lead = models.BooleanField(default=False)
    form_key = models.UUIDField(unique=True)
    # For its readers' addresses; not `form_key`, which comes from the browser of whoever raised it, and is known there.
    public_key = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    personal_data = declare(
        "raised_by",
        ("about__user", "about_staff"),
        HELD_BY_SAFEGUARDING,
        id=LINK,
        cohort=LINK,
        unit=LINK,
        kind=CONCERN,
        state=ACTIVITY,
        text=CONCERN,
        about=CONCERN,
        about_staff=CONCERN,
        raised_by=LINK,
        raised_at=ACTIVITY,
        without_lead=LINK,
        form_key=LINK,
        public_key=LINK,
        owner=LINK,
        taken_at=ACTIVITY,
        closed_at=ACTIVITY,
    )

    class Meta:
        ordering: ClassVar = ["raised_at", "pk"]

    def __str__(self) -> str:
        return f"concern {self.public_key}"

    @property
    def about_keys(self) -> set[int]:
        """The keys of the people it is about: they neither read it nor hear of it."""
        keys = {self.about_staff_id, self.about.user_id if self.about else None}
        return {key for key in keys if key is not None}


class ConcernEntry(models.Model):
    """What was done or added."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="entries")
    text = EncryptedTextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    personal_data = declare(
        "written_by",
        ("concern__about__user", "concern__about_staff"),
        HELD_BY_SAFEGUARDING,
        id=LINK,
        concern=LINK,
        text=CONCERN,
        written_by=LINK,
        written_at=ACTIVITY,
    )

    class Meta:
        ordering: ClassVar = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"entry {self.pk}"
