"""What each row of a file would do to a cohort, before anything is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeVar

from accounts.models import User
from accounts.selectors import erased_among, mailbox_of
from mentoring.participation.reading import (
    CheckedStudent,
    ColumnMapping,
    Fault,
    StudentRow,
    Table,
    check_students,
)
from mentoring.participation.reading.comparison import Comparison, compare
from mentoring.participation.selectors.imports import Reach, known_people, reach_of, student_context
from schemes.models import Cohort

BATCH = 500
T = TypeVar("T")


@dataclass(frozen=True)
class Examined:
    """One row and what it would do. ``comparison`` is missing when the row itself is faulty."""

    row: int
    cells: dict[str, str]
    student: StudentRow | None
    faults: tuple[Fault, ...]
    comparison: Comparison | None = None

    @property
    def outcome(self) -> str:
        return "faulty" if self.faults or self.comparison is None else self.comparison.outcome

    @property
    def changed_fields(self) -> list[str]:
        if self.comparison is None:
            return []
        if self.outcome != "changed":  # of somebody known who is new to this year, only what changes of the person
            return [*self.comparison.person_changes] if self.outcome == "new" else []
        return [*self.comparison.person_changes, *self.comparison.facts]


def in_batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The items, some hundreds at a time."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def examine(
    *, cohort: Cohort, role: str, table: Table, mapping: ColumnMapping, by: User | None, today: date
) -> Iterator[list[Examined]]:
    """Every row of the file, in batches. ``by`` is whose reach counts. Raises ``UnreadableFile``."""
    reach = reach_of(cohort, by, today)
    checked = check_students(table, mapping, student_context(cohort.scheme.unit.institution))
    for batch in in_batches(checked):
        yield _examined(batch, cohort, role, reach, mapping)


def _examined(
    batch: list[CheckedStudent], cohort: Cohort, role: str, reach: Reach, mapping: ColumnMapping
) -> list[Examined]:
    students = [checked.student for checked in batch if checked.student]
    compared = compare_students(students, cohort=cohort, role=role, reach=reach)
    return [_one(checked, compared, mapping) for checked in batch]


def compare_students(students: list[StudentRow], *, cohort: Cohort, role: str, reach: Reach) -> dict[int, Comparison]:
    """What the rows of a batch would do, by row."""
    known = known_people(cohort, role, reach, students)
    erased = erased_among([value for student in students for value in (student.student_number, student.email)])
    return {
        student.row: compare(
            student,
            same_number=known.by_number.get(student.student_number),
            same_email=known.by_email.get(student.email),
            is_within_reach=student.course_code in reach.codes,
            was_erased=student.student_number in erased or student.email in erased,
            is_mailbox_of_staff=mailbox_of(student.email) in known.staff,
            knows_all=reach.is_everything,
        )
        for student in students
    }


def _one(checked: CheckedStudent, compared: dict[int, Comparison], mapping: ColumnMapping) -> Examined:
    comparison = compared.get(checked.row)
    faults = checked.faults
    if comparison and comparison.fault:
        name, code = comparison.fault
        faults = (Fault(checked.row, mapping.heading_of(name), code),)
    return Examined(checked.row, checked.cells, checked.student, faults, comparison)
