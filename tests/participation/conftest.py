"""Files and imports for the tests of this app."""

from collections.abc import Callable
from typing import Any

import pytest

from mentoring.participation import tasks
from mentoring.participation.models import StudentImport
from mentoring.participation.services.imports import choose_columns, start_import
from schemes.models import Cohort
from tests.factories import NOW, Northfield
from tests.participation.reading.samples import HEADINGS, csv_of

Rows = list[list[Any]]


def student(number: int, **changes: str) -> list[str]:
    """A row under HEADINGS: a first-year student of sociology."""
    row = {
        "number": str(number),
        "given": "Ann",
        "family": "Example",
        "email": f"u{number}@northfield.ac.uk",
        "course": "L300",
        "year": "1",
    }
    return list((row | changes).values())


@pytest.fixture
def upload(northfield: Northfield) -> Callable[..., StudentImport]:
    """Take in rows as a file of somebody's, its columns still to be confirmed."""

    def upload(
        rows: Rows,
        *,
        by: str = "dr_lee",
        role: str = "mentee",
        headings: list[str] = HEADINGS,
        cohort: Cohort = northfield.cohort,
    ) -> StudentImport:
        return start_import(
            cohort=cohort,
            role=role,
            data=csv_of([headings, *rows]),
            file_name="students.csv",
            by=northfield.people[by],
            now=NOW,
        )

    return upload


@pytest.fixture
def checked(upload: Callable[..., StudentImport], northfield: Northfield) -> Callable[..., StudentImport]:
    """Take in rows and have a worker check them."""

    def checked(rows: Rows, **options: Any) -> StudentImport:
        student_import = upload(rows, **options)
        by = student_import.uploaded_by
        choose_columns(student_import=student_import, fields=student_import.mapping, by=by, now=NOW)
        tasks.work(student_import.pk)
        student_import.refresh_from_db()
        return student_import

    return checked
