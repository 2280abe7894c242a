"""Files to read: the shared extracts, and small ones made on the spot."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from mentoring.participation.reading import StudentContext, guess, read_table

DATA = Path(__file__).parents[2] / "data"
HEADINGS = ["Student ID", "First name", "Last name", "University e-mail", "Course code", "Year of study"]
ROWS = [
    ["2700101", "Zoë", "Müller", "u2700101@northfield.ac.uk", "G400", "1"],
    ["2700102", "Seán", "Ó Briain", "u2700102@northfield.ac.uk", "N200", "2"],
]


def shared(name: str) -> bytes:
    return (DATA / name).read_bytes()


def context() -> StudentContext:
    courses = read_table(shared("courses.csv"))
    return StudentContext(frozenset(row.cells[0] for row in courses.rows()), frozenset({"northfield.ac.uk"}))


def text_of(rows: Sequence[Sequence[object]], delimiter: str = ",", ending: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return out.getvalue()


def csv_of(rows: Sequence[Sequence[object]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    return text_of(rows, delimiter).encode(encoding)


def xlsx_of(rows: Sequence[Sequence[object]], *, above: Sequence[str] = ()) -> bytes:
    """A workbook as openpyxl writes it, after the sheets named `above`."""
    book = Workbook()
    sheet = book.active
    for name in above:
        sheet.title = name
        sheet.append([name])
        sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells_of(data: bytes) -> list[list[str]]:
    return [row.cells for row in read_table(data).rows()]


def mapped(data: bytes, kind: str = "mentee"):
    table = read_table(data)
    return table, guess(table.headings, kind)
