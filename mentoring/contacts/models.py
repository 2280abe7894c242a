"""The contact log, courtesy replies, and the directory of services to point to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedJSONField, EncryptedTextField
from accounts.models import Institution, User
from accounts.registry import (
    ACTIVITY,
    CHOICE,
    CONFIDENCE,
    GROUP_CONFIDENCE,
    HELD_BY_OFFICER,
    LINK,
    SETTING,
    Erase,
    declare,
)
from mentoring.contacts.states import Channel, ContactKind, InvitationState, Often, Reply, Works
from mentoring.matching.models import Match
from mentoring.participation.models import Participant
from schemes.models import Cohort, Unit


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
    taken_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Who stepped in for the mentor."
    )
    taken_at = models.DateTimeField(null=True)

    personal_data = declare(
        "match__mentee__user",
        id=LINK,
        match=LINK,
        choice=CHOICE,
        replied_at=CHOICE,
        undone_at=CHOICE,
        answered_at=ACTIVITY,
        by_link=ACTIVITY,
        taken_by=LINK,
        taken_at=ACTIVITY,
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


class Invitation(models.Model):
    """A mentor's invitation to meet: a day, a time and a public place (R41). ``sequence`` rises with each change."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="invitations")
    state = models.CharField(max_length=16, choices=InvitationState, default=InvitationState.INVITED)
    place = models.CharField(_("place"), max_length=80)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)
    form_key = models.UUIDField(unique=True)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="When the mentor said whether it happened.")

    personal_data = declare(
        "match__mentee__user",
        ("match__mentor__user",),
        id=LINK,
        match=LINK,
        state=ACTIVITY,
        place=ACTIVITY,
        starts_at=ACTIVITY,
        ends_at=ACTIVITY,
        sequence=SETTING,
        form_key=LINK,
        made_at=ACTIVITY,
        answered_at=ACTIVITY,
        told_at=ACTIVITY,
    )

    class Meta:
        verbose_name = _("invitation to meet")
        ordering: ClassVar = ["-starts_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="invitation_ends_after_start")
        ]
        indexes: ClassVar = [models.Index(fields=["state", "starts_at"], name="invitation_by_time")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class CheckIn(models.Model):
    """A participant's two answers half-way: is it often enough, and does it work (R77)? Staff read them."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="check_in")
    often = models.CharField(max_length=8, choices=Often)
    works = models.CharField(max_length=8, choices=Works)
    answered_at = models.DateTimeField()

    personal_data = declare(
        "participant__user", id=LINK, participant=LINK, often=CHOICE, works=CHOICE, answered_at=CHOICE
    )

    class Meta:
        verbose_name = _("half-way answer")

    def __str__(self) -> str:
        return self.works


class MaskedQuestion(models.Model):
    """A mentee's question without a name (R60), to their mentor or, without one, to the coordinators.

    Who asked stands nowhere in the clear: ``asker`` is encrypted, and ``mark`` can be compared only by
    who holds the product's secret key. No other row points from here to the asker.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="masked_questions")
    mentor = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="masked_questions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = EncryptedTextField()
    asker = EncryptedJSONField()
    mark = models.CharField(max_length=64, db_index=True)
    form_key = models.UUIDField(unique=True)
    asked_at = models.DateTimeField(help_text="To the hour, so that it cannot be held beside other times.")
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    answer = EncryptedTextField(blank=True, default="")
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    named_at = models.DateTimeField(null=True, help_text="When the asker lifted the mask.")
    unmasked_at = models.DateTimeField(null=True, help_text="When it was lifted because of danger.")
    unmasked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    unmasked_why = EncryptedTextField(blank=True, default="")

    personal_data = declare(
        id=LINK,
        cohort=LINK,
        mentor=LINK,
        unit=LINK,
        text=GROUP_CONFIDENCE,
        asker=GROUP_CONFIDENCE,
        mark=LINK,
        form_key=LINK,
        asked_at=ACTIVITY,
        taken_by=LINK,
        taken_at=ACTIVITY,
        answer=GROUP_CONFIDENCE,
        answered_by=LINK,
        answered_at=ACTIVITY,
        named_at=CHOICE,
        unmasked_at=ACTIVITY,
        unmasked_by=LINK,
        unmasked_why=GROUP_CONFIDENCE,
    )

    class Meta:
        verbose_name = _("question without a name")
        ordering: ClassVar = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"question {self.pk}"


class QuietReport(models.Model):
    """A mentor says that a mentee has gone quiet, or keeps being late (R78): a call for help, not a complaint.

    ``told`` is encrypted: ``{"tried": [...], "cause": ..., "wish": ...}``, for whoever may step in; the mentee
    is not told of it by the product. It is over when somebody looked at it, or the mentee was heard.
    """

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="quiet_reports")
    told = EncryptedJSONField(default=dict)
    reported_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    personal_data = declare(
        "match__mentor__user",
        ("match__mentee__user",),
        HELD_BY_OFFICER,
        id=LINK,
        match=LINK,
        told=CONFIDENCE.but(Erase.BLANK),
        reported_at=ACTIVITY,
        closed_by=LINK,
        closed_at=ACTIVITY,
    )

    class Meta:
        verbose_name = _("report of a quiet mentee")
        ordering: ClassVar = ["-reported_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["match"], condition=Q(closed_at=None), name="one_open_quiet_report_a_match")
        ]

    def __str__(self) -> str:
        return f"quiet report {self.pk}"
