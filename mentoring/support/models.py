"""Support groups of mentors: meetings, notes that only they read, themes that become actions (R71, R72)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedTextField
from accounts.models import User
from accounts.registry import ACTIVITY, GROUP_CONFIDENCE, LINK, OWN_WORDS, SETTING, declare
from mentoring.events.models import Event
from mentoring.participation.models import Participant
from mentoring.support.states import ThemeState
from schemes.models import Cohort, Unit


class SupportGroup(models.Model):
    """Mentors who meet every four to six weeks with a facilitator."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="support_groups")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    facilitator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="facilitates")
    members = models.ManyToManyField(Participant, related_name="support_groups", blank=True)

    personal_data = declare(
        "facilitator", id=LINK, cohort=LINK, unit=LINK, name=SETTING, facilitator=ACTIVITY, members=ACTIVITY
    )

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["cohort", "name"], name="one_support_group_a_name")]

    def __str__(self) -> str:
        return self.name


class Meeting(models.Model):
    """One meeting of a group: an event with its register. ``facilitator`` is the group's at the time."""

    group = models.ForeignKey(SupportGroup, on_delete=models.CASCADE, related_name="meetings")
    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="support_meeting")
    facilitator = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    personal_data = declare("facilitator", id=LINK, group=LINK, event=LINK, facilitator=ACTIVITY)

    class Meta:
        ordering: ClassVar = ["event__starts_at"]

    def __str__(self) -> str:
        return f"{self.group} {self.event_id}"


class MeetingNote(models.Model):
    """A note of a meeting, read only by those who were its group's members and facilitator at the time."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notes")
    text = EncryptedTextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    personal_data = declare(
        "written_by", id=LINK, meeting=LINK, text=GROUP_CONFIDENCE, written_by=LINK, written_at=ACTIVITY
    )

    class Meta:
        ordering: ClassVar = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"note {self.pk}"


class Theme(models.Model):
    """What a group wants others to hear, without names; it can become an action. ``idea_of`` only by choice."""

    group = models.ForeignKey(SupportGroup, on_delete=models.CASCADE, related_name="themes")
    meeting = models.ForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="themes")
    text = models.CharField(_("theme, without names"), max_length=300)
    state = models.CharField(max_length=16, choices=ThemeState, default=ThemeState.RAISED)
    idea_of = models.CharField(_("whose idea it was"), max_length=120, blank=True)
    action = models.CharField(_("what will be done"), max_length=300, blank=True)
    action_owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    action_due_on = models.DateField(_("by"), null=True, blank=True)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    personal_data = declare(
        "raised_by",
        id=LINK,
        group=LINK,
        meeting=LINK,
        text=ACTIVITY,  # without names by its own rule; the group's, once it is raised
        state=SETTING,
        idea_of=OWN_WORDS,
        action=SETTING,
        action_owner=LINK,
        action_due_on=SETTING,
        raised_by=LINK,
        raised_at=ACTIVITY,
        decided_at=SETTING,
    )

    class Meta:
        ordering: ClassVar = ["-raised_at", "-pk"]

    def __str__(self) -> str:
        return self.text
