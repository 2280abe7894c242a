"""Forms with which a scheme is set up."""

from datetime import date
from hmac import compare_digest
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import NameField
from accounts.models import EmailDomain, Institution, User
from accounts.selectors import institution_of
from schemes.models import Programme, Scheme, Unit
from schemes.roles import ROLES_BY_ONE
from schemes.selectors import blueprints
from schemes.services import TermDates
from schemes.states import QuietKind, Role, UnitKind

YEARS = (2000, 2100)


def _hold_year(day: date) -> None:
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise ValidationError(_("Check the year."))


def day_field(label: Any, *, required: bool = True, **options: Any) -> forms.DateField:
    """A date of our times, entered with the browser's own control."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[_hold_year],
        **options,
    )


def unit_label(unit: Unit) -> str:
    """A unit's name, set in by its depth in the tree."""
    return "\u2003" * (unit.path.count("/") - 2) + unit.name


class UnitChoiceField(forms.ModelChoiceField):
    """Choose a unit from the tree."""

    def label_from_instance(self, obj: Any) -> str:
        return unit_label(obj)


class StartForm(forms.Form):
    """The first thing an empty installation asks: which university, and who looks after it."""

    name = forms.CharField(label=_("Name of your university"), max_length=200)
    domains = forms.CharField(
        label=_("E-mail domains"),
        help_text=_("Only addresses that end in one of these can sign in or get mail. Separate several by commas."),
    )
    given_name = NameField(label=_("Your first name"))
    family_name = NameField(label=_("Your last name"), required=False)
    email = forms.EmailField(label=_("Your university e-mail"))
    password = forms.CharField(
        label=_("A password"),
        help_text=_("15 characters or more. Four words in a row are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
    )

    setup_code = forms.CharField(
        label=_("Set-up code"),
        help_text=_("What SETUP_CODE was set to when this was installed."),
        error_messages={"required": _("Enter the set-up code")},
    )

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code = code
        if not code:
            del self.fields["setup_code"]

    def clean_setup_code(self) -> str:
        given: str = self.cleaned_data["setup_code"]
        if not compare_digest(given.encode(), self.code.encode()):
            raise ValidationError(_("This is not the set-up code of this installation."))
        return given

    def clean_domains(self) -> list[str]:
        found = [part.strip().lower().lstrip("@") for part in self.cleaned_data["domains"].replace(";", ",").split(",")]
        found = [part for part in found if part]
        for domain in found:
            if "." not in domain or " " in domain or "@" in domain:
                raise ValidationError(_("Enter a domain such as northfield.ac.uk."))
        if not found:
            raise ValidationError(_("Enter at least one domain."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        email, domains = data.get("email"), data.get("domains")
        if email and domains and email.rpartition("@")[2].lower() not in domains:
            self.add_error("email", _("Your address must end in one of the university's domains."))
        return data


def time_zones() -> list[str]:
    """The time zones of places, by name; not those of history or of ships."""
    continents = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return sorted(name for name in available_timezones() if name.split("/")[0] in continents)


class PersonField(forms.EmailField):
    """A person of the institution, by university address."""

    def clean(self, value: Any) -> Any:
        email = super().clean(value).lower()
        if email and institution_of(email) is None:
            domains = ", ".join(EmailDomain.objects.values_list("domain", flat=True))
            raise ValidationError(_("Use a university address: %(domains)s."), params={"domains": domains})
        return email


EMERGENCY = ("emergency_text", "emergency_text_cy")


class InstitutionForm(forms.ModelForm):
    """What the institution tells everybody."""

    class Meta:
        model = Institution
        fields = ("name", "help_email", "officer_email", *EMERGENCY, "letter_languages", "time_zone")
        widgets: ClassVar = {"time_zone": forms.Select}
        field_classes: ClassVar = {"officer_email": PersonField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget.choices = [(name, name.replace("_", " ")) for name in time_zones()]
        self.fields["time_zone"].help_text = _("Pages, letters and calendar files tell the time in it.")


class UnitForm(forms.Form):
    """Add a faculty, school or department."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices, initial=UnitKind.DEPARTMENT)
    parent = UnitChoiceField(label=_("Belongs to"), queryset=Unit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution
        self.fields["parent"].queryset = institution.units.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "name" in data:
            data["code"] = slugify(data["name"])[:64] or "unit"
            if self.institution.units.filter(code=data["code"]).exists():
                self.add_error("name", _("There is a unit of this name already."))
        return data


class ProgrammeForm(forms.ModelForm):
    """Add a course of study."""

    unit = UnitChoiceField(label=_("Department"), queryset=Unit.objects.none(), empty_label=None)

    class Meta:
        model = Programme
        fields = ("code", "name", "hecos", "subject_group", "unit")
        help_texts = {
            "hecos": _("Six digits."),
            "subject_group": _("Mentors are matched within it. Courses of one group share mentors."),
        }

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution
        self.fields["unit"].queryset = institution.units.all()  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if self.institution.programmes.filter(code=code).exists():
            raise ValidationError(_("There is a course with this code already."))
        return code

    def clean_hecos(self) -> str:
        hecos: str = self.cleaned_data["hecos"].strip()
        if not (len(hecos) == 6 and hecos.isdigit()):
            raise ValidationError(_("A HECoS code has six digits, such as 100505."))
        return hecos


USUAL = "transition-plus"
"""The blueprint that most universities start from: everybody gets a mentor, before term and without asking."""


class SchemeForm(forms.Form):
    """Start a scheme from a blueprint."""

    name = forms.CharField(label=_("Name of the scheme"), max_length=200)
    unit = UnitChoiceField(label=_("For whom"), queryset=Unit.objects.none(), empty_label=None)
    blueprint = forms.ChoiceField(label=_("Start from"), widget=forms.RadioSelect)
    lead_email = PersonField(
        label=_("Who is responsible overall"), help_text=_("One named member of staff, by university e-mail.")
    )
    lead_given_name = NameField(label=_("Their first name"), required=False)
    lead_family_name = NameField(label=_("Their last name"), required=False)

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = institution.units.all()  # type: ignore[attr-defined]
        found = sorted(blueprints().items(), key=lambda one: one[0] != USUAL)
        choices = [(key, f"{gettext(data['name'])}: {gettext(data['summary'])}") for key, data in found]
        self.fields["blueprint"].choices = choices  # type: ignore[attr-defined]
        self.fields["blueprint"].initial = USUAL

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Scheme.objects.filter(name=name).exists():
            raise ValidationError(_("There is a scheme of this name already."))
        return name


def academic_year(today: date) -> int:
    """The year in which the academic year that is next to begin, or has just begun, starts."""
    return today.year if today.month >= 3 else today.year - 1


class CohortForm(forms.Form):
    """Open a cohort: its name and the terms of its year and the year before."""

    name = forms.CharField(label=_("Name"), max_length=64, help_text=_("Such as 2026/27."))
    prior_2_first = day_field(_("Term 2 of the year before: first day"))
    prior_2_last = day_field(_("Term 2 of the year before: last day"))
    prior_3_first = day_field(_("Term 3 of the year before: first day"))
    prior_3_last = day_field(_("Term 3 of the year before: last day"))
    own_1_first = day_field(_("Term 1: first day"))
    own_1_last = day_field(_("Term 1: last day"))
    own_2_first = day_field(_("Term 2: first day"))
    own_2_last = day_field(_("Term 2: last day"))
    own_3_first = day_field(_("Term 3: first day"))
    own_3_last = day_field(_("Term 3: last day"))

    TERMS = (("prior_2", -1, 2), ("prior_3", -1, 3), ("own_1", 0, 1), ("own_2", 0, 2), ("own_3", 0, 3))

    @staticmethod
    def guess(year: int) -> dict[str, Any]:
        """Dates of an ordinary year that begins in ``year``, to be corrected by hand."""
        return {
            "name": f"{year}/{(year + 1) % 100:02}",
            "prior_2_first": date(year, 1, 12),
            "prior_2_last": date(year, 3, 27),
            "prior_3_first": date(year, 4, 20),
            "prior_3_last": date(year, 6, 12),
            "own_1_first": date(year, 9, 28),
            "own_1_last": date(year, 12, 11),
            "own_2_first": date(year + 1, 1, 11),
            "own_2_last": date(year + 1, 3, 26),
            "own_3_first": date(year + 1, 4, 19),
            "own_3_last": date(year + 1, 6, 11),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        last: date | None = None
        for key, _year, _number in self.TERMS:
            first, end = data.get(f"{key}_first"), data.get(f"{key}_last")
            if first and last and first <= last:
                self.add_error(f"{key}_first", _("This term begins before the one before it has ended."))
            if first and end and end <= first:
                self.add_error(f"{key}_last", _("The last day must come after the first."))
            last = end or last
        return data

    @property
    def terms(self) -> list[TermDates]:
        data = self.cleaned_data
        return [TermDates(year, n, data[f"{key}_first"], data[f"{key}_last"]) for key, year, n in self.TERMS]


class QuietPeriodForm(forms.Form):
    """Keep nudges out of exams or a closure."""

    kind = forms.ChoiceField(label=_("What"), choices=QuietKind.choices)
    first = day_field(_("First day"))
    last = day_field(_("Last day"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day must not come before the first."))
        return data


class MilestoneForm(forms.Form):
    """Move a milestone to another day."""

    on = day_field(_("Day"))


class AppointmentForm(forms.Form):
    """Appoint somebody to a role, for a unit and everything below it."""

    email = PersonField(label=_("University e-mail"))
    given_name = NameField(label=_("First name, if they are new here"), required=False)
    family_name = NameField(label=_("Last name, if they are new here"), required=False)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES_BY_ONE, initial=Role.COORDINATOR)
    unit = UnitChoiceField(label=_("For"), queryset=Unit.objects.none(), empty_label=None)
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"), required=False, help_text=_("Empty for no end."))

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.within(scheme.unit)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        email = data.get("email")
        known = email and User.objects.filter(email=email).exists()
        if email and not known and not data.get("given_name"):
            self.add_error("given_name", _("This person is new here: enter their first name."))
        if data.get("ends_on") and data.get("starts_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The last day must not come before the first."))
        if data.get("role") == Role.LEAD and data.get("ends_on"):
            self.add_error("ends_on", _("A scheme lead serves until somebody takes over. Leave this empty."))
        return data
