"""What taking a student's row would do, given what is known of the person here.

Pure. Three rules protect people: an import never brings back somebody who stopped; it never changes the address of
somebody who has signed in, has been written to, has a match or holds an office, because the address is how they sign
in; and it never makes somebody of staff take part in a year that students lead.

A file tells whoever imports it nothing of people beyond their reach: a row about one of those is decided as if nobody
were known, and that it cannot be taken shows only when the others are (`is_aside`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from mentoring.participation.reading.rows import StudentRow

Outcome = Literal["new", "changed", "unchanged", "faulty"]
Fact = str | int | bool | None

# Fields of a row as the participant has them.
FACTS = {
    "course_code": "programme",
    "year_of_study": "year_of_study",
    "study_mode": "study_mode",
    "campus": "campus",
    "tutor_group": "tutor_group",
    "entry_route": "entry_route",
    "commuter": "is_commuter",
    "deprivation_quintile": "deprivation_quintile",
    "places_offered": "places_offered",
}
_NAMES = ("given_name", "family_name", "known_as")


@dataclass(frozen=True)
class KnownPerson:
    """Somebody of this university. `facts` are those of their part in this cohort and role, if they have one.

    `has_left` also when they stopped in another year, and nobody asked them about this one. `is_foreign` when whoever
    imports may not know that they are here; `is_kept_out` when they take no part whatever a file says.
    """

    pk: int
    student_number: str
    email: str
    names: Mapping[str, str]
    may_be_renamed: bool = True
    may_be_readdressed: bool = True
    participant: int | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    has_left: bool = False
    has_other_role: bool = False
    is_foreign: bool = False
    is_of_staff: bool = False
    is_written_to_here: bool = False
    is_kept_out: bool = False

    @property
    def may_be_taken_unseen(self) -> bool:
        """Whether a row may be taken that fits this person beyond somebody's reach: a student from elsewhere."""
        has_part = self.participant is not None or self.has_other_role
        return not (has_part or self.has_left or self.is_of_staff or self.is_written_to_here)


@dataclass(frozen=True)
class Comparison:
    """What a row would do. `fault` is a field and a code; both sets of changes are by our own field names.

    `is_aside`: it will not be taken, and whoever imports hears so only then, without a reason.
    """

    outcome: Outcome
    person: KnownPerson | None = None
    person_changes: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    fault: tuple[str, str] | None = None
    is_aside: bool = False


def compare(
    student: StudentRow,
    *,
    same_number: KnownPerson | None,
    same_email: KnownPerson | None,
    is_within_reach: bool,
    was_erased: bool = False,
    is_mailbox_of_staff: bool = False,
    knows_all: bool = True,
) -> Comparison:
    """Decide a row. An empty cell changes nothing; a name that differs in case alone is the same name.

    A file never brings back somebody who was erased; only who `knows_all` people of the university is told so. An
    address `is_mailbox_of_staff` when its mail comes to somebody of staff, whatever stands behind its "+".
    """
    beyond = [person for person in (same_number, same_email) if person and person.is_foreign]
    number, email = (None if person in beyond else person for person in (same_number, same_email))
    found = _decided(student, number, email, is_within_reach, was_erased and knows_all)
    if found.outcome not in {"new", "changed"}:
        return found
    person = same_number or same_email
    if beyond and person and _is_one_from_elsewhere(student, person, beyond):
        return replace(found, person=person)
    is_hidden = was_erased or (is_mailbox_of_staff and not knows_all)
    return replace(found, is_aside=bool(beyond) or (is_hidden and found.person is None))


def _is_one_from_elsewhere(student: StudentRow, person: KnownPerson, beyond: list[KnownPerson]) -> bool:
    """Whether a row fits one person beyond reach, who may be taken as they are: nothing of the person changes."""
    if any(each.pk != person.pk for each in beyond) or person.email != student.email:
        return False
    same = person.student_number.casefold() in {"", student.student_number.casefold()}
    return same and person.may_be_taken_unseen


def _decided(
    student: StudentRow,
    same_number: KnownPerson | None,
    same_email: KnownPerson | None,
    is_within_reach: bool,
    was_erased: bool,
) -> Comparison:
    person = same_number or same_email
    if was_erased and person is None:
        return Comparison("faulty", fault=("student_number", "erased"))
    if fault := _fault(student, person, same_email, is_within_reach):
        return Comparison("faulty", person, fault=fault)
    facts = {ours: getattr(student, name) for name, ours in FACTS.items()}
    facts = {name: value for name, value in facts.items() if value not in ("", None)}
    if person is None:
        return Comparison("new", facts=facts)
    if person.has_left:
        return Comparison("unchanged", person)
    person_changes = _person_changes(student, person)
    if person.participant is None:
        return Comparison("new", person, person_changes, facts)
    changes = {name: value for name, value in facts.items() if person.facts.get(name) != value}
    return Comparison("changed" if changes or person_changes else "unchanged", person, person_changes, changes)


def _fault(
    student: StudentRow, person: KnownPerson | None, same_email: KnownPerson | None, is_within_reach: bool
) -> tuple[str, str] | None:
    if not is_within_reach:
        return "course_code", "other_unit"
    if person is None:
        return None
    if person.is_kept_out:
        return "email", "of_staff"
    if same_email and same_email.pk != person.pk:
        return "email", "address_taken"
    if person.student_number and person.student_number.casefold() != student.student_number.casefold():
        return "email", "address_taken"
    if person.email != student.email and not person.may_be_readdressed:
        return "email", "other_address"
    return ("student_number", "other_role") if person.has_other_role else None


def _person_changes(student: StudentRow, person: KnownPerson) -> dict[str, str]:
    changes = {}
    if person.may_be_renamed:
        for name in _NAMES:
            new = getattr(student, name)
            if new and new.casefold() != person.names.get(name, "").casefold():
                changes[name] = new
    if person.email != student.email:
        changes["email"] = student.email
    if not person.student_number:
        changes["student_number"] = student.student_number
    return changes
