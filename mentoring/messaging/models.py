"""The outbox: one row a message, written in the same transaction as the reason for it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedJSONField
from accounts.models import User
from accounts.registry import ACTIVITY, LINK, PASSING, SETTING, declare
from mentoring.messaging.states import MessageState, Urgency
from schemes.models import Cohort


class Message(models.Model):
    """One message to one person. Bodies are rendered when it is sent and never kept.

    ``key`` is unique: "recipient/rule/occasion", so the same reason never makes two.
    ``object_type`` and ``object_id`` name what it is about; ``secret`` holds what cannot be
    looked up later (a sign-in code), encrypted, and is wiped when the message is over. ``attempts`` is how
    often it was not taken, and ``put_off_since`` when first; ``stops`` how often nobody saw the end of a try.
    """

    key = models.CharField(max_length=200, unique=True)
    letter = models.CharField(max_length=64, db_index=True)
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="messages")
    address = models.EmailField(blank=True, help_text="Only for somebody without an account.")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, null=True, related_name="messages")
    urgency = models.CharField(max_length=16, choices=Urgency, default=Urgency.NORMAL)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    secret = EncryptedJSONField(null=True)
    state = models.CharField(max_length=16, choices=MessageState, default=MessageState.DUE)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    put_off_since = models.DateTimeField(null=True)
    stops = models.PositiveSmallIntegerField(default=0, db_default=0)
    message_id = models.CharField(max_length=200, unique=True)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    personal_data = declare(
        "recipient",
        id=LINK,
        key=LINK,
        letter=ACTIVITY,
        recipient=LINK,
        address=PASSING,
        cohort=LINK,
        urgency=SETTING,
        object_type=LINK,
        object_id=LINK,
        secret=PASSING,
        state=ACTIVITY,
        due_at=ACTIVITY,
        expires_at=SETTING,
        lease_until=SETTING,
        handed_at=ACTIVITY,
        attempts=SETTING,
        put_off_since=ACTIVITY,
        stops=SETTING,
        message_id=LINK,
        reason=SETTING,
        created_at=ACTIVITY,
        closed_at=ACTIVITY,
    )

    class Meta:
        ordering: ClassVar = ["-due_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "urgency", "due_at"], name="message_by_state"),
            models.Index(fields=["cohort", "-due_at", "-id"], name="message_log"),
            models.Index(fields=["object_type", "object_id"], name="message_about"),
            models.Index(fields=["recipient", "letter", "created_at"], name="message_to_whom"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | ~Q(address=""), name="message_has_one_recipient"
            )
        ]

    def __str__(self) -> str:
        return self.key


class RelayPause(models.Model):
    """The relay is away: nobody knocks before ``until``. At most one row; none while the relay answers."""

    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200)

    personal_data = declare(id=SETTING, since=SETTING, until=SETTING, reason=SETTING)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="one_relay_pause")]

    def __str__(self) -> str:
        return self.reason


class LinkUse(models.Model):
    """A signed link that was used, or called off: its purpose, object and version."""

    purpose = models.CharField(max_length=64)
    subject = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)

    personal_data = declare("subject", id=LINK, purpose=LINK, subject=LINK, object_id=LINK, version=SETTING)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["purpose", "subject", "object_id"], name="one_link_version")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.object_id}"
