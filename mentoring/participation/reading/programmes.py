"""A list of programmes: course code, title and, where the file has them, HECoS, department, school."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mentoring.participation.reading.faults import Fault
from mentoring.participation.reading.headings import ColumnMapping
from mentoring.participation.reading.rows import Check
from mentoring.participation.reading.tables import Table

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.\- ]*\Z")
_HECOS = re.compile(r"[0-9]{6}\Z")
_LONGEST = {"course_code": 32, "course_title": 200, "department": 120, "school": 120}


@dataclass(frozen=True)
class ProgrammeRow:
    """One programme. `hecos` is six digits or nothing."""

    row: int
    code: str
    title: str
    hecos: str = ""
    department: str = ""
    school: str = ""


@dataclass(frozen=True)
class CheckedProgramme:
    """One row of the file after the check: a programme, or faults."""

    row: int
    cells: dict[str, str]
    programme: ProgrammeRow | None
    faults: tuple[Fault, ...]


def check_programmes(table: Table, mapping: ColumnMapping) -> Iterator[CheckedProgramme]:
    """Each row with its verdict. Raises UnreadableFile."""
    seen: dict[str, int] = {}
    for row in table.rows():
        check = Check(row, mapping)
        if check.length():
            _find_faults(check, seen)
        faults = tuple(check.faults.values())
        yield CheckedProgramme(row.number, check.cells, None if faults else _programme(check), faults)


def _find_faults(check: Check, seen: dict[str, int]) -> None:
    check.characters()
    check.lengths(_LONGEST)
    code, title, hecos = check.text("course_code"), check.text("course_title"), check.text("hecos")
    if not code:
        check.add("course_code", "no_course")
    elif not _CODE.match(code):
        check.add("course_code", "malformed_code", value=code)
    elif earlier := seen.get(code.casefold()):
        check.add("course_code", "same_programme", other=earlier)
    if not title:
        check.add("course_title", "no_title")
    if hecos and not _HECOS.match(hecos):
        check.add("hecos", "malformed_hecos", value=hecos)
    seen.setdefault(code.casefold(), check.row.number)


def _programme(check: Check) -> ProgrammeRow:
    return ProgrammeRow(
        row=check.row.number,
        code=check.text("course_code"),
        title=check.text("course_title"),
        hecos=check.text("hecos"),
        department=check.text("department"),
        school=check.text("school"),
    )
