"""What a scheme is: units, programmes, the scheme, its cohorts with their calendar and policy."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User
from accounts.registry import ACTIVITY, LINK, SETTING, declare
from schemes.policy import Policy, policy_from
from schemes.states import Edge, QuietKind, Role, UnitKind


class UnitQuerySet(models.QuerySet["Unit"]):
    def within(self, unit: "Unit") -> "UnitQuerySet":
        """The unit and everything below it."""
        return self.filter(path__startswith=unit.path)


class Unit(models.Model):
    """A university, faculty, school or department. ``path`` is "/1/4/9/": its ancestors' keys and its own."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("kind"), max_length=16, choices=UnitKind)
    name = models.CharField(_("name"), max_length=200)
    code = models.SlugField(_("code"), max_length=64)
    path = models.CharField(max_length=255, db_index=True, editable=False, default="")

    objects = UnitQuerySet.as_manager()

    personal_data = declare(
        id=SETTING,
        institution=SETTING,
        parent=SETTING,
        kind=SETTING,
        name=SETTING,
        code=SETTING,
        path=SETTING,
    )

    class Meta:
        ordering: ClassVar = ["path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "code"], name="one_unit_a_code"),
            models.UniqueConstraint(
                fields=["parent", "name"], name="one_unit_a_name", condition=Q(parent__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def covers(self, other: "Unit") -> bool:
        """Whether ``other`` is this unit or lies below it."""
        return other.path.startswith(self.path)


class Programme(models.Model):
    """A course of study. ``subject_group`` is its CAH group: the discipline mentors are matched within (R28)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="programmes")
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="programmes")
    code = models.CharField(_("course code"), max_length=32)
    name = models.CharField(_("name"), max_length=200)
    hecos = models.CharField(_("HECoS code"), max_length=6)
    subject_group = models.CharField(_("subject group"), max_length=64)

    personal_data = declare(
        id=SETTING,
        unit=SETTING,
        institution=SETTING,
        code=SETTING,
        name=SETTING,
        hecos=SETTING,
        subject_group=SETTING,
    )

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "code"], name="one_programme_a_code")]

    def __str__(self) -> str:
        return self.name


class Scheme(models.Model):
    """A configured mentoring programme, owned by a unit, started from a blueprint."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="schemes")
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(unique=True)
    blueprint = models.CharField(max_length=64)
    knobs = models.JSONField(default=dict, help_text=_("What the next cohort will freeze as its policy."))
    created_at = models.DateTimeField()

    personal_data = declare(
        id=SETTING,
        unit=SETTING,
        name=SETTING,
        slug=SETTING,
        blueprint=SETTING,
        knobs=SETTING,
        created_at=SETTING,
    )

    def __str__(self) -> str:
        return self.name


class Cohort(models.Model):
    """One run of a scheme (2026/27)."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(_("name"), max_length=64)
    slug = models.SlugField(unique=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    grew_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="grew_into")
    nudges_off = models.BooleanField(_("all nudges off"), default=False)
    student_led_since = models.DateTimeField(
        null=True, editable=False, help_text="Since when students lead it, closed to staff. Once set it stays."
    )

    personal_data = declare(
        id=SETTING,
        scheme=SETTING,
        name=SETTING,
        slug=SETTING,
        starts_on=SETTING,
        ends_on=SETTING,
        grew_from=SETTING,
        nudges_off=SETTING,
        student_led_since=SETTING,
    )

    class Meta:
        ordering: ClassVar = ["-starts_on"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="cohort_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.scheme.name} {self.name}"

    @property
    def is_student_led(self) -> bool:
        """Whether students lead this year: staff see counts of it and nothing else (R94, R95)."""
        return self.student_led_since is not None

    @cached_property
    def policy(self) -> Policy:
        """The policy in force: the newest version."""
        return self._policy_of(self.policy_versions.all())

    def policy_at(self, moment: datetime) -> Policy:
        """The policy that was in force then; the first version for a moment before it. One query."""
        # The first version comes last: it stands where no other was in force yet.
        return self._policy_of(self.policy_versions.filter(Q(in_force_at__lte=moment) | Q(number=1)))

    def _policy_of(self, versions: "models.QuerySet[PolicyVersion]") -> Policy:
        return policy_from(versions.order_by("-number").values_list("knobs", flat=True)[0])


class PolicyVersion(models.Model):
    """One frozen state of a cohort's policy (R98, R117); rows are added, never changed."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="policy_versions")
    number = models.PositiveIntegerField()
    knobs = models.JSONField()
    in_force_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    personal_data = declare(
        "changed_by",
        id=LINK,
        cohort=LINK,
        number=SETTING,
        knobs=SETTING,
        in_force_at=SETTING,
        changed_by=ACTIVITY,
    )

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["cohort", "number"], name="one_policy_a_number")]

    def __str__(self) -> str:
        return f"{self.cohort} policy {self.number}"


class Term(models.Model):
    """A term's dates; ``year`` is 0 for the cohort's own year and -1 for the one before it."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="terms")
    year = models.SmallIntegerField(default=0)
    number = models.PositiveSmallIntegerField(_("term"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    personal_data = declare(
        id=SETTING, cohort=SETTING, year=SETTING, number=SETTING, starts_on=SETTING, ends_on=SETTING
    )

    class Meta:
        ordering: ClassVar = ["year", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "year", "number"], name="one_term_a_number"),
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="term_ends_after_start"),
            models.CheckConstraint(condition=Q(year__in=[-1, 0]), name="term_year_own_or_before"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort} term {self.number} ({self.year})"


class QuietPeriod(models.Model):
    """Exams or a closure: no nudges in it (R69). Both days included."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="quiet_periods")
    kind = models.CharField(max_length=16, choices=QuietKind)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    personal_data = declare(id=SETTING, cohort=SETTING, kind=SETTING, starts_on=SETTING, ends_on=SETTING)

    class Meta:
        ordering: ClassVar = ["starts_on"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="quiet_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on}"


class Milestone(models.Model):
    """A step of the year, so many days from the start or end of a term (R13, R14)."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="milestones")
    key = models.SlugField(max_length=64)
    name = models.CharField(_("name"), max_length=200)
    year = models.SmallIntegerField(default=0)
    term = models.PositiveSmallIntegerField(_("term"))
    edge = models.CharField(max_length=8, choices=Edge, default=Edge.START)
    days = models.SmallIntegerField(_("days after"), help_text=_("A negative number is days before."))

    personal_data = declare(
        id=SETTING,
        cohort=SETTING,
        key=SETTING,
        name=SETTING,
        year=SETTING,
        term=SETTING,
        edge=SETTING,
        days=SETTING,
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["cohort", "key"], name="one_milestone_a_key")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name as it is shown: a blueprint's own in the reader's language, any other as it was written."""
        return gettext(self.name) if self.name else ""

    def falls_on(self, terms: dict[tuple[int, int], Term]) -> date | None:
        """The date it falls on, given the cohort's terms by (year, number); ``None`` without the term."""
        term = terms.get((self.year, self.term))
        if term is None:
            return None
        anchor = term.starts_on if self.edge == Edge.START else term.ends_on
        return anchor + timedelta(days=self.days)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def in_force(self, today: date) -> "AppointmentQuerySet":
        """Those that hold on this day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)


class Appointment(models.Model):
    """A staff-side role in a scheme, limited to a unit and below, from a day to a day (R90, R91)."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="appointments")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(_("role"), max_length=32, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    appointed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # When it was made, whatever its first day says; none for those made before this was kept.
    appointed_at = models.DateTimeField(null=True, editable=False)

    objects = AppointmentQuerySet.as_manager()

    personal_data = declare(
        "user",
        id=LINK,
        scheme=LINK,
        user=LINK,
        role=ACTIVITY,
        unit=LINK,
        starts_on=ACTIVITY,
        ends_on=ACTIVITY,
        appointed_by=LINK,
        appointed_at=ACTIVITY,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(role=Role.LEAD, ends_on=None), name="one_scheme_lead"
            ),
            models.UniqueConstraint(
                fields=["scheme", "user", "role", "unit"],
                condition=Q(ends_on=None),
                name="one_open_appointment",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="appointment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display()}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("Appointments end; they are not deleted.")
