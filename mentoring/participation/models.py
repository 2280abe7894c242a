"""Students in a cohort: participants, their wishes and facts, and the imports that bring them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedJSONField
from accounts.models import Consent, Institution, User
from accounts.registry import ACTIVITY, CHOICE, LINK, OWN_WORDS, SETTING, SPECIAL, STUDY, Erase, declare
from mentoring.lib.jobs import LongJob
from mentoring.participation.states import (
    FactKind,
    ImportState,
    ParticipantRole,
    ParticipantState,
    RowOutcome,
)
from schemes.models import Cohort, Programme

OWN_FACT = OWN_WORDS.but(Erase.DELETE_ROW)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def enrolled(self) -> "ParticipantQuerySet":
        return self.filter(state=ParticipantState.ENROLLED)

    def left(self) -> "ParticipantQuerySet":
        return self.filter(state=ParticipantState.LEFT)

    def mentors(self) -> "ParticipantQuerySet":
        return self.filter(role=ParticipantRole.MENTOR)

    def mentees(self) -> "ParticipantQuerySet":
        return self.filter(role=ParticipantRole.MENTEE)

    def found_by(self, words: str) -> "ParticipantQuerySet":
        """Those whose name, address, student number or course holds every word."""
        found = self
        for word in words.split():
            found = found.filter(
                models.Q(user__given_name__icontains=word)
                | models.Q(user__family_name__icontains=word)
                | models.Q(user__known_as__icontains=word)
                | models.Q(user__email__icontains=word)
                | models.Q(user__student_number__startswith=word)
                | models.Q(programme__name__icontains=word)
                | models.Q(programme__code__iexact=word)
            )
        return found

    def with_person(self) -> "ParticipantQuerySet":
        return self.select_related("user", "programme__unit", "cohort__scheme")


class Participant(models.Model):
    """A person in a cohort as mentor or mentee. ``grew_from`` is the mentee a mentor was (R15)."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="participants")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="participations")
    role = models.CharField(max_length=8, choices=ParticipantRole)
    state = models.CharField(max_length=16, choices=ParticipantState, default=ParticipantState.ENROLLED)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="participants")
    year_of_study = models.PositiveSmallIntegerField(_("year of study"))
    study_mode = models.CharField(_("study mode"), max_length=32, blank=True)
    campus = models.CharField(_("campus"), max_length=64, blank=True)
    tutor_group = models.CharField(_("tutor group"), max_length=64, blank=True)
    entry_route = models.CharField(_("qualification on entry"), max_length=64, blank=True)
    is_commuter = models.BooleanField(_("commutes"), null=True)
    deprivation_quintile = models.PositiveSmallIntegerField(null=True)
    places_offered = models.PositiveSmallIntegerField(_("places offered"), null=True, blank=True)
    hello = models.TextField(_("own words"), max_length=600, blank=True)
    grew_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="grew_into")
    enrolled_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    paused_until = models.DateField(null=True)
    nudges_paused_at = models.DateTimeField(null=True)
    asked_wishes_at = models.DateTimeField(null=True, help_text="When they saved or skipped the wishes page.")

    objects = ParticipantQuerySet.as_manager()

    personal_data = declare(
        "user",
        id=LINK,
        cohort=LINK,
        user=LINK,
        role=ACTIVITY,
        state=CHOICE,
        programme=STUDY.but(Erase.KEEP),
        year_of_study=STUDY.but(Erase.KEEP),
        study_mode=STUDY,
        campus=STUDY,
        tutor_group=STUDY,
        entry_route=STUDY,
        is_commuter=STUDY,
        deprivation_quintile=STUDY,
        places_offered=CHOICE,
        hello=OWN_WORDS,
        grew_from=LINK,
        enrolled_at=ACTIVITY,
        left_at=CHOICE,
        paused_until=CHOICE,
        nudges_paused_at=CHOICE,
        asked_wishes_at=ACTIVITY,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "user", "role"], name="one_participation_a_role"),
            models.CheckConstraint(condition=Q(state=ParticipantState.LEFT) ^ Q(left_at=None), name="left_has_a_time"),
            models.CheckConstraint(
                condition=Q(role=ParticipantRole.MENTOR) | Q(places_offered=None),
                name="only_mentors_offer_places",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cohort", "role", "state"], name="participant_by_role"),
            models.Index(fields=["id"], condition=Q(state=ParticipantState.LEFT), name="participant_left"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    @property
    def is_mentor(self) -> bool:
        return self.role == ParticipantRole.MENTOR


class Wishes(models.Model):
    """What a participant wishes in matching, and the least about them that honouring wishes needs.

    ``told`` is encrypted: ``{"own": {attribute: value}, "wishes": {attribute: {"kind": "prefer"|"must",
    "value": value}}, "exceptions": [attribute]}``. Mentees have wishes, mentors exceptions (R32 to R35).
    It rests on explicit consent and is deleted when that is withdrawn.
    """

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="wishes")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    told = EncryptedJSONField()
    saved_at = models.DateTimeField()

    personal_data = declare(
        "participant__user", id=LINK, participant=LINK, consent=LINK, told=SPECIAL, saved_at=ACTIVITY
    )

    def __str__(self) -> str:
        return f"wishes of {self.participant_id}"


class ProfileFact(models.Model):
    """Something a participant said about themselves, seen by a match only when they chose to show it;
    named as in common only when both did.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=16, choices=FactKind)
    value = models.CharField(max_length=80)
    is_shown = models.BooleanField(_("show this to my match"), default=False)

    personal_data = declare(
        "participant__user", id=LINK, participant=LINK, kind=OWN_FACT, value=OWN_FACT, is_shown=CHOICE
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "kind", "value"], name="one_fact_a_value")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"


class StudentImport(LongJob):
    """One student-record file on its way into a cohort. ``mapping`` is field → column index.

    The file itself is kept outside the web root and deleted when the import is over.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="imports")
    role = models.CharField(max_length=8, choices=ParticipantRole)
    state = models.CharField(max_length=16, choices=ImportState, default=ImportState.MAPPING)
    file = models.FileField(upload_to="imports/", blank=True)
    file_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    reading = models.JSONField(default=dict, help_text="Headings, heading row, encoding, delimiter.")
    mapping = models.JSONField(default=dict)
    dropped_columns = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)

    personal_data = declare(
        "uploaded_by",
        id=LINK,
        cohort=LINK,
        role=SETTING,
        state=SETTING,
        file=STUDY,
        file_name=SETTING,
        digest=SETTING,
        signature=SETTING,
        reading=SETTING,
        mapping=SETTING,
        dropped_columns=SETTING,
        uploaded_by=LINK,
        applied_at=ACTIVITY,
        **LongJob.JOB_FIELDS,
    )

    class Meta:
        ordering: ClassVar = ["-queued_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One checked row of a file: what it would do, or what is wrong with it."""

    student_import = models.ForeignKey(StudentImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="Record row in the file; the headings' row is counted.")
    outcome = models.CharField(max_length=16, choices=RowOutcome)
    values = models.JSONField(default=dict)
    changed_fields = models.JSONField(default=list)
    faults = models.JSONField(default=list, help_text='A list of {"column", "code", "reason"}.')
    is_left_out = models.BooleanField(default=False)

    personal_data = declare(
        "",
        id=LINK,
        student_import=LINK,
        number=SETTING,
        outcome=SETTING,
        values=STUDY,
        changed_fields=SETTING,
        faults=STUDY,
        is_left_out=SETTING,
    )

    class Meta:
        ordering: ClassVar = ["number", "pk"]
        indexes: ClassVar = [models.Index(fields=["student_import", "outcome", "number"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"row {self.number}"


class HeadingMemory(models.Model):
    """How a source's headings were mapped the last time."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=8, choices=ParticipantRole)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField(help_text="Field → heading.")
    remembered_at = models.DateTimeField()

    personal_data = declare(
        id=SETTING,
        institution=SETTING,
        role=SETTING,
        signature=SETTING,
        mapping=SETTING,
        remembered_at=SETTING,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "role", "signature"], name="one_memory_a_source")
        ]

    def __str__(self) -> str:
        return self.signature
