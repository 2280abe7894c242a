"""Forms with which files are brought in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution
from mentoring.participation.reading import MAX_BYTES, REQUIRED, fields_of
from mentoring.participation.states import ParticipantRole
from schemes.models import Unit

FIELD_WORDS: dict[str, Any] = {
    "student_number": _("Student number"),
    "given_name": _("First name"),
    "family_name": _("Last name"),
    "known_as": _("Known as"),
    "email": _("University e-mail"),
    "course_code": _("Course code"),
    "year_of_study": _("Year of study"),
    "study_mode": _("Full time, part time"),
    "campus": _("Campus"),
    "tutor_group": _("Personal tutor group"),
    "entry_route": _("Qualification on entry"),
    "commuter": _("Commutes"),
    "deprivation_quintile": _("Deprivation quintile"),
    "places_offered": _("Places offered"),
}
# What an import can change, by the names of our own fields.
CHANGE_WORDS: dict[str, Any] = FIELD_WORDS | {"programme": _("Course"), "is_commuter": _("Commutes")}
PRIVATE_WORDS: dict[str, Any] = {
    "personal_email": _("personal e-mail"),
    "next_of_kin": _("next of kin"),
    "date_of_birth": _("date of birth"),
    "phone": _("phone number"),
    "home_address": _("home address"),
    "gender": _("gender"),
    "nationality": _("nationality or home country"),
    "ethnicity": _("ethnicity"),
    "disability": _("disability or health"),
    "religion": _("religion or belief"),
    "sexual_orientation": _("sexual orientation"),
    "family": _("family circumstances"),
    "money": _("money"),
    "record": _("marks or conduct"),
    "title": _("title"),
    "photo": _("photograph"),
}


class ListFileField(forms.FileField):
    """A CSV file or workbook, refused by its size before it is read."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": _("Choose a file"), "empty": _("The file is empty.")})
        super().__init__(widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file: UploadedFile | None = super().clean(data, initial)
        if file and file.size and file.size > MAX_BYTES:
            raise ValidationError(
                _("The file is larger than %(most)d MB. Export only the columns that the import needs.")
                % {"most": MAX_BYTES // 1024**2}
            )
        return file


class UploadForm(forms.Form):
    """Which students, and the file that has them."""

    role = forms.ChoiceField(
        label=_("Who is in the file?"),
        choices=[
            (ParticipantRole.MENTEE.value, _("New students, who are given a mentor")),
            (ParticipantRole.MENTOR.value, _("Returning students, who become mentors")),
        ],
        initial=ParticipantRole.MENTEE.value,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select who is in the file")},
    )
    file = ListFileField(
        label=_("The file"),
        help_text=_("CSV or .xlsx, as your student-record system writes it. Nothing is imported yet."),
    )


_COLUMN_NEEDED = _("Choose the column of “%(field)s”: the scheme cannot do without it")


class ColumnsForm(forms.Form):
    """Which column of the file is what. Columns that are never taken are not among the choices."""

    def __init__(
        self,
        *args: Any,
        headings: list[str],
        role: Any,
        never: set[int],
        chosen: Mapping[str, int],
        samples: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        columns = [(str(i), words) for i, words in enumerate(headings) if words and i not in never]
        for name in fields_of(role):
            column = chosen.get(name)
            self.fields[name] = forms.ChoiceField(
                label=FIELD_WORDS[name],
                choices=[("", _("Not in this file")), *columns],
                initial="" if column is None else str(column),
                required=name in REQUIRED[role],
                help_text=_for_example(samples, column),
                error_messages={"required": _COLUMN_NEEDED % {"field": FIELD_WORDS[name]}},
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        taken: dict[str, str] = {}
        for name, column in list(cleaned.items()):
            if column and column in taken:
                self.add_error(name, _("This column is already “%(field)s”.") % {"field": FIELD_WORDS[taken[column]]})
            taken.setdefault(column, name)
        return cleaned

    def columns(self) -> dict[str, int]:
        """The chosen column of each field that has one."""
        return {name: int(column) for name, column in self.cleaned_data.items() if column}


def _for_example(samples: Mapping[int, str], column: int | None) -> str:
    sample = samples.get(column, "") if column is not None else ""
    return _("For example: %(sample)s") % {"sample": sample} if sample else ""


class ProgrammesForm(forms.Form):
    """A list of courses, and the unit that they belong to."""

    file = ListFileField(
        label=_("The file"),
        help_text=_("CSV or .xlsx with course code and title; HECoS code, department and school if you have them."),
    )
    unit = forms.ModelChoiceField(
        label=_("Which unit do they belong to?"), queryset=Unit.objects.none(), empty_label=None
    )
    with_units = forms.BooleanField(
        label=_("Add the schools and departments in the file that are not here yet"), required=False, initial=True
    )

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = institution.units.all()
        field.label_from_instance = lambda unit: "\u2003" * (unit.path.count("/") - 2) + unit.name
