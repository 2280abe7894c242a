"""What a pair keeps to itself: notes and the permission for them, their disclosure, what both want (R50 to R65)."""

from dataclasses import replace
from datetime import UTC
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedJSONField, EncryptedTextField
from accounts.models import Consent, User
from accounts.registry import ACTIVITY, CHOICE, CONFIDENCE, LINK, Erase, declare
from mentoring.confidences.rules import Answers
from mentoring.confidences.states import Basis, Differences, DisclosureState
from mentoring.matching.models import Match

WITHHELD = replace(ACTIVITY, export=False)
"""That a note was shown because of danger may be kept from a student for some days; a copy would tell."""
REASON = replace(CONFIDENCE, export=False, erase=Erase.BLANK)


class NotePermission(models.Model):
    """A mentee's permission for notes of one match (R63): another mentor has to ask again."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="note_permissions")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    personal_data = declare(
        "match__mentee__user", id=LINK, match=LINK, consent=LINK, given_at=CHOICE, withdrawn_at=CHOICE
    )

    class Meta:
        verbose_name = _("permission for notes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["match"], condition=Q(withdrawn_at=None), name="one_standing_note_permission_a_match"
            )
        ]

    def __str__(self) -> str:
        return f"permission {self.pk}"


class Note(models.Model):
    """A mentor's note about a mentee who allowed it. A sealed one is read by nobody, and goes (R63 to R65)."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="notes")
    text = EncryptedTextField()
    is_sensitive = models.BooleanField(default=False)
    shown_at = models.DateTimeField(null=True, help_text="Since when the mentee reads it.")
    form_key = models.UUIDField(unique=True)
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)  # when its words last changed
    sealed_at = models.DateTimeField(null=True)

    personal_data = declare(
        "match__mentee__user",
        ("match__mentor__user",),
        id=LINK,
        match=LINK,
        text=CONFIDENCE,
        is_sensitive=ACTIVITY,
        shown_at=ACTIVITY,
        form_key=LINK,
        written_at=ACTIVITY,
        changed_at=ACTIVITY,
        sealed_at=ACTIVITY,
    )

    class Meta:
        verbose_name = _("note by my mentor")
        ordering: ClassVar = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"note {self.pk}"

    @property
    def version(self) -> str:
        """Which words these are: a yes to showing them carries it, and holds for these alone."""
        return (self.changed_at or self.written_at).astimezone(UTC).isoformat()


class Disclosure(models.Model):
    """One note, shown to one named person of staff, on one of two grounds (R81). It outlives the note it showed."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="note_disclosures")
    note = models.ForeignKey(Note, on_delete=models.SET_NULL, null=True, related_name="disclosures")
    state = models.CharField(max_length=8, choices=DisclosureState, default=DisclosureState.ASKED)
    basis = models.CharField(max_length=8, choices=Basis)
    reason = EncryptedTextField(blank=True, default="")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField()
    tell_at = models.DateTimeField(null=True, help_text="When the mentee is told of danger; nobody tells before.")
    told_at = models.DateTimeField(null=True)
    delayed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    delayed_why = EncryptedTextField(blank=True, default="")

    # The mentee twice: it goes with her, and her copy says that something is held, as it does of concerns.
    personal_data = declare(
        "match__mentee__user",
        ("match__mentee__user", "match__mentor__user"),
        id=LINK,
        match=LINK,
        note=LINK,
        state=WITHHELD,
        basis=WITHHELD,
        reason=REASON,
        reader=LINK,
        asked_at=WITHHELD,
        opened_at=WITHHELD,
        lapses_at=WITHHELD,
        tell_at=WITHHELD,
        told_at=WITHHELD,
        delayed_by=LINK,
        delayed_why=REASON,
    )

    class Meta:
        verbose_name = _("note shown to staff")
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["note", "reader"],
                condition=Q(state__in=[DisclosureState.ASKED, DisclosureState.OPEN]),
                name="one_disclosure_a_note_and_reader",
            )
        ]

    def __str__(self) -> str:
        return f"disclosure {self.pk}"


class Understanding(models.Model):
    """What a pair wants from each other, and what it leaves aside. Only the two read it (R50 to R53, R95).

    ``left_aside`` is ``{"mentor": [codes], "mentee": [codes]}`` with own words under ``"mentor_words"`` and
    ``"mentee_words"``: each writes their own. Goals are one text, which both change.
    """

    match = models.OneToOneField(Match, on_delete=models.CASCADE, related_name="understanding")
    goals = EncryptedTextField(blank=True, default="")
    left_aside = EncryptedJSONField(blank=True, default=dict)
    mentor_differences = models.CharField(max_length=8, choices=Differences, blank=True)
    mentee_differences = models.CharField(max_length=8, choices=Differences, blank=True)
    version = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(help_text="When both were last asked, or one changed something.")

    personal_data = declare(
        "match__mentee__user",
        ("match__mentor__user",),
        id=LINK,
        match=LINK,
        goals=CONFIDENCE,
        left_aside=CONFIDENCE,
        mentor_differences=CONFIDENCE,
        mentee_differences=CONFIDENCE,
        version=LINK,
        looked_at=ACTIVITY,
    )

    class Meta:
        verbose_name = _("what the two of you want")

    def __str__(self) -> str:
        return f"understanding {self.pk}"

    @property
    def answers(self) -> Answers:
        """What both said about their differences."""
        return Answers(self.mentor_differences, self.mentee_differences)
