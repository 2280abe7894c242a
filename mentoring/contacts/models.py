"""The contact log, courtesy replies, and the directory of services to point to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedTextField
from accounts.models import Institution, User
from accounts.registry import ACTIVITY, CHOICE, CONFIDENCE, LINK, SETTING, Erase, declare
from mentoring.contacts.states import Channel, ContactKind, Reply
from mentoring.matching.models import Match
from mentoring.participation.models import Participant


class SupportService(models.Model):
    """A service in the support directory (R67)."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="services")
    name = models.CharField(_("name"), max_length=120)
    what_for = models.CharField(_("what it helps with"), max_length=200)
    web = models.URLField(_("web page"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    is_urgent = models.BooleanField(_("for emergencies"), default=False)

    personal_data = declare(
        id=SETTING,
        institution=SETTING,
        name=SETTING,
        what_for=SETTING,
        web=SETTING,
        email=SETTING,
        phone=SETTING,
        is_urgent=SETTING,
    )

    class Meta:
        ordering: ClassVar = ["-is_urgent", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "name"], name="one_service_a_name")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """One interaction of a mentor with one or more mentees, on a day; ``form_key`` makes posts idempotent."""

    mentor = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="contacts_logged")
    matches = models.ManyToManyField(Match, related_name="contacts")
    kind = models.CharField(max_length=16, choices=ContactKind)
    channel = models.CharField(max_length=16, choices=Channel)
    topics = models.JSONField(default=list)
    signposted = models.ManyToManyField(SupportService, related_name="+", blank=True)
    happened_on = models.DateField(_("day"))
    note = EncryptedTextField(blank=True, default="")
    form_key = models.UUIDField(unique=True)
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    logged_at = models.DateTimeField()
    corrected_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    personal_data = declare(
        "mentor__user",
        ("matches__mentee__user",),
        id=LINK,
        mentor=LINK,
        matches=LINK,
        kind=ACTIVITY,
        channel=ACTIVITY,
        topics=ACTIVITY,
        signposted=ACTIVITY,
        happened_on=ACTIVITY,
        note=CONFIDENCE.but(Erase.BLANK),
        form_key=LINK,
        logged_by=LINK,
        logged_at=ACTIVITY,
        corrected_at=ACTIVITY,
        withdrawn_at=ACTIVITY,
    )

    class Meta:
        ordering: ClassVar = ["-happened_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["mentor", "happened_on"], name="contact_by_mentor")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.happened_on}"


class CourtesyReply(models.Model):
    """The mentee's one tap; the newest that was not undone stands."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="replies")
    choice = models.CharField(max_length=16, choices=Reply)
    replied_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="When the mentor took up a question.")
    by_link = models.BooleanField(default=False)

    personal_data = declare(
        "match__mentee__user",
        id=LINK,
        match=LINK,
        choice=CHOICE,
        replied_at=CHOICE,
        undone_at=CHOICE,
        answered_at=ACTIVITY,
        by_link=ACTIVITY,
    )

    class Meta:
        ordering: ClassVar = ["-replied_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["match"],
                condition=Q(undone_at=None, answered_at=None),
                name="one_standing_reply_a_match",
            )
        ]

    def __str__(self) -> str:
        return self.choice
