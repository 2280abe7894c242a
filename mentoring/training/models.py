"""What a mentor must have done before being matched (R17 to R21)."""

from typing import ClassVar

from django.db import models

from accounts.models import User
from accounts.registry import ACTIVITY, LINK, SETTING, Erase, declare
from mentoring.events.models import Event
from mentoring.participation.models import Participant


class CoveredTopic(models.Model):
    """A topic was covered in a training session, ticked by who led it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="covered_topics")
    topic = models.SlugField(max_length=64)
    ticked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ticked_at = models.DateTimeField()

    personal_data = declare("ticked_by", id=LINK, event=LINK, topic=SETTING, ticked_by=LINK, ticked_at=ACTIVITY)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "topic"], name="one_tick_a_topic")]

    def __str__(self) -> str:
        return self.topic


class TrainedElsewhere(models.Model):
    """A coordinator vouches that a mentor was trained: last year, or in another scheme."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="trained_elsewhere")
    where = models.CharField(max_length=200)
    vouched_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    vouched_at = models.DateTimeField()

    personal_data = declare(
        "participant__user",
        id=LINK,
        participant=LINK,
        where=ACTIVITY.but(Erase.BLANK),
        vouched_by=LINK,
        vouched_at=ACTIVITY,
    )

    def __str__(self) -> str:
        return self.where
