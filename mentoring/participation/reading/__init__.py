"""Reading what universities send: student-record extracts, lists of programmes. No database."""

from mentoring.participation.reading.corrected import corrected_file
from mentoring.participation.reading.faults import REASONS, Fault
from mentoring.participation.reading.headings import (
    FIELDS,
    REQUIRED,
    ColumnMapping,
    Dropped,
    chosen,
    fields_of,
    guess,
    signature,
)
from mentoring.participation.reading.limits import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS
from mentoring.participation.reading.names import display_name
from mentoring.participation.reading.programmes import CheckedProgramme, ProgrammeRow, check_programmes
from mentoring.participation.reading.refusal import UnreadableFile
from mentoring.participation.reading.rows import (
    CheckedStudent,
    StudentContext,
    StudentRow,
    check_students,
    study_mode_of,
)
from mentoring.participation.reading.tables import Row, Table, read_table

__all__ = [
    "FIELDS",
    "MAX_BYTES",
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "REASONS",
    "REQUIRED",
    "CheckedProgramme",
    "CheckedStudent",
    "ColumnMapping",
    "Dropped",
    "Fault",
    "ProgrammeRow",
    "Row",
    "StudentContext",
    "StudentRow",
    "Table",
    "UnreadableFile",
    "check_programmes",
    "check_students",
    "chosen",
    "corrected_file",
    "display_name",
    "fields_of",
    "guess",
    "read_table",
    "signature",
    "study_mode_of",
]
