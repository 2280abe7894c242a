"""What can be wrong with a row, in the words in which the coordinator reads it."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# A faulty value is quoted so far, that its place in the file may be recognised.
_QUOTED = 60

REASONS: "dict[str, _StrPromise]" = {
    "no_student_number": _("No student number."),
    "malformed_student_number": _("Malformed student number: {value}."),
    "no_name": _("No name."),
    "name_break": _("Line break in a name."),
    "name_too_long": _("Name over {most} characters."),
    "no_email": _("No e-mail address."),
    "malformed_email": _("Malformed e-mail address: {value}."),
    "foreign_email": _("Not a university address: {value}."),
    "same_student": _("Same student twice: row {other} has them already."),
    "same_number": _("Same student number, other person: row {other} has this number."),
    "same_email": _("Same e-mail address, other student: row {other} has it."),
    "same_email_other_case": _("Same e-mail address in other case: row {other} has it."),
    "address_taken": _("This e-mail address belongs to another person here."),
    "other_address": _("This student signs in here with another e-mail address. Only an administrator can change it."),
    "left_to_lead": _("This row was not taken. Ask the scheme’s lead or an administrator."),
    "of_staff": _("Students lead this year, and nobody of staff takes part in it."),
    "other_role": _("Already takes part in this cohort in the other role."),
    "erased": _("This person asked to be erased. Leave the row out, or ask them."),
    "other_unit": _("This course belongs to a unit that you do not coordinate."),
    "no_course": _("No course code."),
    "unknown_course": _("Unknown course: {value}."),
    "no_year": _("No year of study."),
    "malformed_year": _("Year is not a number: {value}."),
    "malformed_places": _("Places offered is not a number from 0 to {most}: {value}."),
    "short": _("Row is short: {value} cells where the headings have {most}."),
    "long": _("Row is long: {value} cells where the headings have {most}."),
    "too_long": _("Over {most} characters."),
    "unreadable": _("It holds characters that could not be read."),
    "no_title": _("No course title."),
    "malformed_code": _("Malformed course code: {value}."),
    "same_programme": _("Same course twice: row {other} has it already."),
    "malformed_hecos": _("A HECoS code has six digits: {value}."),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in one row: `column` is the file's own heading, or nothing when it is the whole row."""

    row: int
    column: str
    code: str
    value: str = ""
    most: int = 0
    other: int = 0

    @property
    def reason(self) -> "_StrPromise":
        """In words, in the language of whoever reads it."""
        return format_lazy(REASONS[self.code], value=self.value, most=self.most, other=self.other)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def fault(row: int, column: str, code: str, *, value: object = "", most: int = 0, other: int = 0) -> Fault:
    """A fault whose quoted value is no longer than a glance."""
    shown = str(value)
    return Fault(row, column, code, shown if len(shown) <= _QUOTED else shown[:_QUOTED] + "…", most, other)
