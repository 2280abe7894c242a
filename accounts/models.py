"""Who people are: institution, person, consent, and the audit trail."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts import languages
from accounts.encryption import EncryptedTextField
from accounts.registry import (
    ACTIVITY,
    CHOICE,
    CREDENTIAL,
    IDENTITY,
    LINK,
    SETTING,
    TRAIL,
    declare,
)
from accounts.validators import validate_one_line, validate_plain_address


def known_time_zone(name: str) -> None:
    """Pages and letters tell the time in it, so it must exist."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(_("There is no time zone of this name. An example: Europe/London.")) from error


class Enforcer(models.TextChoices):
    """Who sees to it that public websites are accessible, by the part of the country."""

    EQUALITY_AND_HUMAN_RIGHTS = "ehrc", _("England, Scotland or Wales")
    NORTHERN_IRELAND = "ecni", _("Northern Ireland")


class Institution(models.Model):
    """A university: its name, time zone and the e-mail domains that it vouches for (R40)."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London", validators=[known_time_zone])
    help_email = models.EmailField(_("address for help"), blank=True)
    officer_email = models.EmailField(
        _("address of the data-protection officer"),
        blank=True,
        help_text=_("Told at once when somebody opens confidences in an emergency. It must be one of the university."),
    )
    emergency_text = models.TextField(
        _("emergency numbers"),
        blank=True,
        help_text=_("One a line. Shown first wherever somebody is worried."),
    )
    emergency_text_cy = models.TextField(
        _("emergency numbers, in Welsh"),
        blank=True,
        help_text=_("For pages in Welsh. Left empty, the text above is shown there too."),
    )
    letter_languages = models.CharField(
        _("letters to those who have chosen no language"),
        max_length=16,
        choices=languages.LETTERS,
        default=languages.ENGLISH_THEN_WELSH,
    )
    # What the pages "Privacy" and "Accessibility" say for the university.
    privacy_contact = models.EmailField(_("address of the data-protection officer"), blank=True)
    privacy_basis = models.TextField(
        _("why the university may keep this"),
        blank=True,
        help_text=_("The lawful basis, in the words of your data-protection officer."),
    )
    privacy_url = models.URLField(_("the university’s own privacy notice"), blank=True)
    accessibility_gaps = models.TextField(
        _("known accessibility problems"),
        blank=True,
        help_text=_("One a line: what does not work, for whom, and when it will be mended."),
    )
    accessibility_gaps_cy = models.TextField(
        _("known accessibility problems, in Welsh"),
        blank=True,
        help_text=_("For pages in Welsh. Left empty, the text above is shown there too."),
    )
    accessibility_reviewed_on = models.DateField(
        _("day the accessibility statement was last reviewed"), null=True, blank=True
    )
    enforced_by = models.CharField(
        _("where the university is"), max_length=8, choices=Enforcer, default=Enforcer.EQUALITY_AND_HUMAN_RIGHTS
    )
    is_demo = models.BooleanField(default=False, editable=False)

    personal_data = declare(
        id=SETTING,
        name=SETTING,
        slug=SETTING,
        time_zone=SETTING,
        help_email=SETTING,
        officer_email=SETTING,
        emergency_text=SETTING,
        emergency_text_cy=SETTING,
        letter_languages=SETTING,
        privacy_contact=SETTING,
        privacy_basis=SETTING,
        privacy_url=SETTING,
        accessibility_gaps=SETTING,
        accessibility_gaps_cy=SETTING,
        accessibility_reviewed_on=SETTING,
        enforced_by=SETTING,
        is_demo=SETTING,
    )

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """Where its clocks are: what pages, letters and calendar files tell the time in."""
        return ZoneInfo(self.time_zone)

    @property
    def emergency(self) -> languages.Words:
        """The emergency numbers, in the reader's language where somebody wrote them in it."""
        return languages.in_reach(self.emergency_text, self.emergency_text_cy)

    @property
    def gaps(self) -> languages.Words:
        """The known accessibility problems, likewise."""
        return languages.in_reach(self.accessibility_gaps, self.accessibility_gaps_cy)


class EmailDomain(models.Model):
    """A domain whose addresses belong to the institution; no other address is ever written to."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=200, unique=True)

    personal_data = declare(id=SETTING, institution=SETTING, domain=SETTING)

    def __str__(self) -> str:
        return self.domain


class UserManager(BaseUserManager["User"]):
    """Makes people; an address is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by a university address. ``is_staff`` marks an institution administrator."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True, related_name="people")
    email = models.EmailField(_("university e-mail"), unique=True, validators=[validate_plain_address])
    student_number = models.CharField(  # noqa: DJ001  (absent numbers are not equal to each other)
        _("student number"), max_length=32, null=True, blank=True
    )
    given_name = models.CharField(_("first name"), max_length=150, blank=True, validators=[validate_one_line])
    family_name = models.CharField(_("last name"), max_length=150, blank=True, validators=[validate_one_line])
    known_as = models.CharField(_("known as"), max_length=150, blank=True, validators=[validate_one_line])
    language = models.CharField(max_length=10, blank=True)
    is_staff = models.BooleanField(_("institution administrator"), default=False)
    is_active = models.BooleanField(default=True)
    email_failed_at = models.DateTimeField(null=True, blank=True, editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    personal_data = declare(
        "",
        id=LINK,
        institution=LINK,
        email=IDENTITY,
        student_number=IDENTITY,
        given_name=IDENTITY,
        family_name=IDENTITY,
        known_as=IDENTITY,
        language=CHOICE,
        password=CREDENTIAL,
        last_login=ACTIVITY,
        is_staff=IDENTITY,
        is_active=CREDENTIAL,
        is_superuser=CREDENTIAL,
        groups=LINK,
        user_permissions=LINK,
        email_failed_at=IDENTITY,
        joined_at=ACTIVITY,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_person_an_address"),
            models.UniqueConstraint(fields=["institution", "student_number"], name="one_person_a_student_number"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def first_name(self) -> str:
        """The name a person goes by."""
        return self.known_as or self.given_name or self.email.split("@")[0]

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, [self.known_as or self.given_name, self.family_name])) or self.email

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.full_name.split()[:2]).upper()


class Consent(models.Model):
    """What a person agreed to, to which text, and when they took it back."""

    class Kind(models.TextChoices):
        MATCHING_WISHES = "matching-wishes", _("use of my wishes in matching")
        NOTES = "notes", _("notes by my mentor")

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=32, choices=Kind)
    text_version = models.CharField(max_length=32)
    channel = models.CharField(max_length=32, default="web")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    personal_data = declare(
        "person",
        id=LINK,
        person=LINK,
        kind=CHOICE,
        text_version=CHOICE,
        channel=CHOICE,
        given_at=CHOICE,
        withdrawn_at=CHOICE,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=models.Q(withdrawn_at=None),
                name="one_live_consent_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.text_version})"


class AppendOnly(Exception):
    """The audit trail can be written to and read, never changed."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Entries can be added and read."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly


class AuditEntry(models.Model):
    """Who did what to which object, when; field names, never values. Append-only."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    scheme_id_at = models.BigIntegerField(null=True)
    fields = models.JSONField(default=list)

    objects = AuditQuerySet.as_manager()

    personal_data = declare(
        "actor",
        id=LINK,
        at=TRAIL,
        actor=TRAIL,
        verb=TRAIL,
        object_type=TRAIL,
        object_id=TRAIL,
        scheme_id_at=TRAIL,
        fields=TRAIL,
    )

    class Meta:
        verbose_name_plural = _("audit entries")
        indexes: ClassVar = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type}"  # which one is not for everybody who sees the entry

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly


class AuditLink(models.Model):
    """One entry of the trail in the chain that seals it: ``chain`` holds for this entry and all before it.

    A link says nothing that the entry does not, and goes when the entry is two years old. Append-only.
    """

    number = models.BigIntegerField(primary_key=True)
    entry_key = models.BigIntegerField(unique=True)
    entry_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    personal_data = declare(number=LINK, entry_key=LINK, entry_at=TRAIL, digest=TRAIL, chain=TRAIL, sealed_at=TRAIL)

    def __str__(self) -> str:
        return f"{self.number}:{self.chain}"


class FieldKey(models.Model):
    """A key of the encrypted fields that this database knows by its id. The key itself is never here.

    ``mark`` is derived from it, one way: what the erased are known again by outlives the key.
    """

    key_id = models.CharField(max_length=16, unique=True)
    mark = EncryptedTextField()
    first_used_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    personal_data = declare(id=LINK, key_id=SETTING, mark=SETTING, first_used_at=SETTING, retired_at=SETTING)

    def __str__(self) -> str:
        return self.key_id


class Erased(models.Model):
    """Somebody was erased: their key, to erase again after a restore, and what a later file would know them by.

    The marks are keyed hashes of address and student number. Whoever reads them learns nothing; a file that
    brings the same person back is recognised.
    """

    person_key = models.BigIntegerField(unique=True)
    marks = models.JSONField(default=list)
    erased_at = models.DateTimeField()

    personal_data = declare(id=LINK, person_key=LINK, marks=LINK, erased_at=TRAIL)

    class Meta:
        verbose_name_plural = _("erased people")

    def __str__(self) -> str:
        return f"erased {self.person_key}"
