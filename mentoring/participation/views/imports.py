"""Bringing a file: choose it, and confirm what its columns are."""

import csv
from itertools import islice

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import SignedInRequest, home_of
from accounts.services import WrongState
from mentoring.lib.spreadsheet_safety import guarded_row
from mentoring.participation.forms.imports import PRIVATE_WORDS, ColumnsForm, UploadForm
from mentoring.participation.models import StudentImport
from mentoring.participation.reading import Row, UnreadableFile, guess
from mentoring.participation.selectors.imports import imports_visible_to
from mentoring.participation.services.imports import choose_columns, start_import, table_of
from mentoring.participation.states import ImportState
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.selectors import cohorts_visible_to
from schemes.speech import page_of

_SAMPLES = 3
_LATEST = 20
_LONGEST_SAMPLE = 40
SAMPLE_HEADINGS = ("Student ID", "First name", "Last name", "University e-mail", "Course code", "Year of study")


def visible_import(request: SignedInRequest, pk: int) -> StudentImport:
    """The import, if the reader may see it; 404 otherwise."""
    return page_of(get_object_or_404(imports_visible_to(request.user, timezone.localdate()), pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.IMPORT_PEOPLE)
def imports(request: SignedInRequest) -> HttpResponse:
    """The latest imports of the cohort, and a form to begin another."""
    working_on = chosen_cohort(request, Capability.SEE_TODAY)
    cohort = chosen_cohort(request, Capability.IMPORT_PEOPLE)
    if working_on and cohort and working_on != cohort and "cohort" not in request.GET:
        # Nobody is brought into another scheme than the one on which the reader works, unless they choose it.
        return _elsewhere(request, working_on)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and cohort and form.is_valid():
        begun = _begun(request, form, cohort)
        if begun:
            return redirect("participation:import_columns", begun.pk)
    latest = imports_visible_to(request.user, timezone.localdate()).filter(cohort=cohort)[:_LATEST]
    context = {"form": form, "cohort": cohort, "latest": latest}
    return render(request, "participation/imports.html", context)


def _elsewhere(request: SignedInRequest, working_on: Cohort) -> HttpResponse:
    """Where the reader may import, as they may not into the cohort on which they work."""
    open_to = cohorts_visible_to(request.user, Capability.IMPORT_PEOPLE, timezone.localdate())
    return render(request, "participation/imports.html", {"working_on": working_on, "open_to": open_to})


def _begun(request: SignedInRequest, form: UploadForm, cohort: Cohort) -> StudentImport | None:
    """The import of the form's file; with an error on the form when it cannot be."""
    file = form.cleaned_data["file"]
    try:
        return start_import(
            cohort=cohort,
            role=form.cleaned_data["role"],
            data=file.read(),
            file_name=file.name,
            by=request.user,
            now=timezone.now(),
        )
    except UnreadableFile as problem:
        form.add_error("file", str(problem))
    except WrongState as error:
        form.add_error(None, str(error))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.IMPORT_PEOPLE)
def columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which column is what; the guess is filled in, and what is never taken is said."""
    student_import = visible_import(request, pk)
    if student_import.state != ImportState.MAPPING:
        return redirect("participation:import", pk)
    headings, role = student_import.reading["headings"], student_import.role
    guessed = guess(headings, role)  # type: ignore[arg-type]
    form = ColumnsForm(
        request.POST or None,
        headings=headings,
        role=role,
        never={each.column for each in guessed.dropped},
        chosen=student_import.mapping,
        samples=_samples(student_import),
    )
    if request.method == "POST" and form.is_valid():
        try:
            choose_columns(
                student_import=student_import,
                fields=form.columns(),
                by=request.user,
                now=timezone.now(),
            )
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            return redirect("participation:import", pk)
    context = {
        "form": form,
        "student_import": student_import,
        "dropped": [(each.heading, PRIVATE_WORDS[each.category]) for each in guessed.dropped],
        "ignored": _ignored(headings, student_import.mapping, {each.column for each in guessed.dropped}),
    }
    return render(request, "participation/import_columns.html", context)


def _ignored(headings: list[str], mapping: dict[str, int], never: set[int]) -> list[str]:
    known = never | set(mapping.values())
    return [heading for column, heading in enumerate(headings) if heading and column not in known]


def _samples(student_import: StudentImport) -> dict[int, str]:
    """The first cells of each mapped column; none of a column that is not taken."""
    try:
        rows = list(islice(table_of(student_import).rows(), _SAMPLES))
    except (UnreadableFile, OSError, ValueError):
        return {}
    return {column: _first_cells(rows, column) for column in student_import.mapping.values()}


def _first_cells(rows: list[Row], column: int) -> str:
    cells = (row.cells[column].strip() for row in rows if column < len(row.cells))
    return ", ".join(dict.fromkeys(Truncator(cell).chars(_LONGEST_SAMPLE) for cell in cells if cell))


@require_GET
@requires(Capability.IMPORT_PEOPLE)
def sample(request: SignedInRequest) -> HttpResponse:
    """A small file with the headings that are recognised at once."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="students.csv"'
    institution = home_of(request)
    domain = institution.domains.values_list("domain", flat=True).first()
    course = institution.programmes.values_list("code", flat=True).first()
    example = ("2700001", "Ann", "Example", f"u2700001@{domain}", course or "", "1")
    csv.writer(response).writerows(guarded_row(row) for row in (SAMPLE_HEADINGS, example))
    return response
