"""What the dashboard itself keeps: who looks after a row of Today, filters with a name, what was done to many."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registry import ACTIVITY, LINK, SETTING, declare
from mentoring.announcements.models import Announcement
from mentoring.console.states import Deed, ListPage
from mentoring.matching.models import Match
from mentoring.participation.models import Participant
from schemes.models import Cohort, Scheme, Unit


class RowCare(models.Model):
    """Who looks after one kind of work on Today, and until when it was put off.

    It holds for everybody whose appointment has this very ``unit``: they count the same people, so nobody
    puts off what somebody else would have seen. ``snoozed_count`` is how many waited then: more bring it back.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="row_cares")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    owned_at = models.DateTimeField(null=True)
    snoozed_until = models.DateField(null=True)
    snoozed_count = models.PositiveIntegerField(null=True)
    snoozed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    snoozed_at = models.DateTimeField(null=True)

    personal_data = declare(
        "owner",
        ("snoozed_by",),
        id=LINK,
        cohort=LINK,
        unit=LINK,
        kind=SETTING,
        owner=LINK,
        owned_at=ACTIVITY,
        snoozed_until=SETTING,
        snoozed_count=SETTING,
        snoozed_by=LINK,
        snoozed_at=ACTIVITY,
    )

    class Meta:
        verbose_name = _("care of a row of Today")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "unit", "kind"], name="one_care_a_row_and_unit"),
            models.CheckConstraint(
                condition=Q(snoozed_until=None, snoozed_count=None, snoozed_by=None, snoozed_at=None)
                | Q(
                    snoozed_until__isnull=False,
                    snoozed_count__isnull=False,
                    snoozed_by__isnull=False,
                    snoozed_at__isnull=False,
                ),
                name="snoozed_by_somebody_until_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class SavedFilter(models.Model):
    """A list's filters under a name. ``query`` holds choices only, never what was searched for.

    Sharing shows the name to who reads that list in the scheme; what it lists is always the reader's own.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="saved_filters")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_filters")
    page = models.CharField(max_length=16, choices=ListPage)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=300)
    is_shared = models.BooleanField(_("share it"), default=False)
    saved_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    personal_data = declare(
        "owner",
        id=LINK,
        scheme=LINK,
        owner=LINK,
        page=SETTING,
        name=SETTING,
        query=SETTING,
        is_shared=SETTING,
        saved_at=ACTIVITY,
        removed_at=ACTIVITY,
    )

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme", "owner", "page", "name"], condition=Q(removed_at=None), name="one_filter_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """Something done to many at once: to whom, by whom, and whether it was taken back.

    ``form_key`` makes sending the form twice one deed. Who is written to gets an announcement, with its own
    count, second person and time to stop it.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="batches")
    deed = models.CharField(max_length=16, choices=Deed)
    form_key = models.UUIDField(unique=True)
    people = models.ManyToManyField(Participant, related_name="+")
    matches = models.ManyToManyField(Match, related_name="+")
    announcement = models.ForeignKey(Announcement, on_delete=models.SET_NULL, null=True, related_name="+")
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    personal_data = declare(
        "done_by",
        id=LINK,
        cohort=LINK,
        deed=SETTING,
        form_key=LINK,
        people=LINK,
        matches=LINK,
        announcement=LINK,
        done_by=LINK,
        done_at=ACTIVITY,
        undone_at=ACTIVITY,
    )

    class Meta:
        verbose_name_plural = _("batches")
        ordering: ClassVar = ["-done_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.deed} {self.pk}"
