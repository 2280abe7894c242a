"""Reading what universities send: student-record extracts and lists of programmes. Nothing here knows a database."""

from .corrected import corrected_file
from .faults import REASONS, Fault
from .headings import FIELDS, REQUIRED, ColumnMapping, Dropped, chosen, fields_of, guess, signature
from .limits import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS
from .names import display_name
from .programmes import CheckedProgramme, ProgrammeRow, check_programmes
from .refusal import UnreadableFile
from .rows import CheckedStudent, StudentContext, StudentRow, check_students
from .tables import Row, Table, read_table

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
]
