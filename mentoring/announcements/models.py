"""An announcement: what a coordinator writes to many participants of a cohort."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registry import ACTIVITY, LINK, OWN_WORDS, SETTING, declare
from mentoring.announcements.states import AnnouncementState, Audience
from mentoring.participation.models import Participant
from schemes.models import Cohort, Programme, Unit


class Announcement(models.Model):
    """Its text and its audience. ``unit`` is how far its author's appointment reaches: nobody outside gets it.

    ``chosen`` are those picked from a list, for that audience alone.
    ``count`` is how many recipients were agreed to, by the author and by whoever approved it.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="announcements")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(_("To whom?"), max_length=16, choices=Audience)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chosen = models.ManyToManyField(Participant, related_name="+")
    subject = models.CharField(_("Subject"), max_length=80)
    text = models.TextField(_("What do you want to say?"), max_length=2000)
    state = models.CharField(max_length=16, choices=AnnouncementState, default=AnnouncementState.DRAFT)
    count = models.PositiveIntegerField(null=True)
    written_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    send_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)

    personal_data = declare(
        "author",
        id=LINK,
        cohort=LINK,
        unit=LINK,
        author=LINK,
        audience=SETTING,
        programme=SETTING,
        chosen=LINK,
        subject=OWN_WORDS,
        text=OWN_WORDS,
        state=SETTING,
        count=SETTING,
        written_at=ACTIVITY,
        confirmed_at=ACTIVITY,
        decided_by=LINK,
        decided_at=ACTIVITY,
        released_at=ACTIVITY,
        send_at=SETTING,
        stopped_by=LINK,
        stopped_at=ACTIVITY,
    )

    class Meta:
        ordering: ClassVar = ["-written_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("author")), name="nobody_approves_their_own"
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(send_at__isnull=False, count__isnull=False),
                name="released_with_a_time_and_a_count",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def is_held(self, now: datetime) -> bool:
        """Whether it can still be stopped before anybody got it."""
        return self.state == AnnouncementState.RELEASED and self.send_at is not None and now < self.send_at
