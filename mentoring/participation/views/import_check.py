"""After the columns: what the file would do, what is wrong with it, and the decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest
from accounts.services import WrongState
from mentoring.lib.keys import keys_from
from mentoring.lib.notices import say
from mentoring.participation.forms.imports import CHANGE_WORDS
from mentoring.participation.models import ImportRow, StudentImport
from mentoring.participation.reading import Fault, corrected_file
from mentoring.participation.selectors.imports import counts_of, rows_of
from mentoring.participation.services import imports as services
from mentoring.participation.states import ImportState, ParticipantRole, RowOutcome
from mentoring.participation.views.imports import visible_import
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability

ROWS_A_PAGE = 50
_LONGEST_NAME = 40
PAGES = {
    ImportState.CHECKING: "participation/import_working.html",
    ImportState.APPLYING: "participation/import_working.html",
    ImportState.CHECKED: "participation/import.html",
    ImportState.APPLIED: "participation/import_done.html",
    ImportState.ABANDONED: "participation/import_done.html",
}


@require_GET
@requires(Capability.IMPORT_PEOPLE)
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where an import is: at work, checked and waiting for a decision, or done."""
    student_import = visible_import(request, pk)
    if student_import.state == ImportState.MAPPING:
        return redirect("participation:import_columns", pk)
    context: dict[str, Any] = {"student_import": student_import}
    if student_import.state == ImportState.CHECKED:
        context |= _checked(request, student_import)
    elif student_import.state == ImportState.APPLIED:
        context |= {
            "counts": student_import.reading.get("counts", {}),
            "has_faulty": student_import.rows.exists(),
            "may_match": _may_match(request, student_import),
        }
    return render(request, PAGES[ImportState(student_import.state)], context)


def _may_match(request: SignedInRequest, student_import: StudentImport) -> bool:
    """Whether what comes next is a draft: those imported look for a mentor, and the reader may give them one."""
    today, cohort = timezone.localdate(), student_import.cohort
    drafts = appointments_with(request.user, Capability.DRAFT_MATCHES, today, cohort=cohort)
    return student_import.role == ParticipantRole.MENTEE and bool(drafts)


def _checked(request: SignedInRequest, student_import: StudentImport) -> dict[str, Any]:
    counts = counts_of(student_import)
    shown = request.GET.get("show", "")
    if shown not in RowOutcome.values:
        shown = next((outcome for outcome in ("faulty", "new", "changed") if counts[outcome]), "unchanged")
    page = Paginator(rows_of(student_import, shown), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "counts": counts,
        "shown": shown,
        "page_obj": page,
        "lines": [_line(row) for row in page.object_list],
        "filters": [_filter(outcome, counts, shown) for outcome in RowOutcome],
        "unknown_courses": _unknown_courses(student_import),
        "to_import": counts["new"] + counts["changed"],
        "readdressed": _readdressed(student_import),
    }


def _filter(outcome: RowOutcome, counts: dict[str, int], shown: str) -> dict[str, Any]:
    return {
        "label": outcome.label.capitalize(),
        "url": f"?show={outcome}",
        "current": outcome == shown,
        "count": counts[outcome],
    }


def _line(row: ImportRow) -> dict[str, Any]:
    """What the page shows of a row: who, and what is wrong or would change."""
    values = row.values
    name = " ".join(filter(None, [values.get("given_name", ""), values.get("family_name", "")]))
    return {
        "pk": row.pk,
        "number": row.number,
        "name": Truncator(name).chars(_LONGEST_NAME),
        "student_number": str(values.get("student_number", ""))[:32],
        "course": str(values.get("course_code", ""))[:32],
        "year": str(values.get("year_of_study", ""))[:8],
        "is_left_out": row.is_left_out,
        "faults": [Fault(**each) for each in row.faults],
        "changes": [CHANGE_WORDS.get(name, name) for name in row.changed_fields],
    }


def _readdressed(student_import: StudentImport) -> list[dict[str, Any]]:
    """The rows that would change the address with which somebody signs in: a kind of change of its own."""
    rows = student_import.rows.filter(outcome__in=[RowOutcome.NEW, RowOutcome.CHANGED]).exclude(changed_fields=[])
    return [_line(row) for row in rows.order_by("number") if "email" in row.changed_fields]


def _unknown_courses(student_import: StudentImport) -> list[str]:
    """The codes that stand in the way only because nobody has added the course yet."""
    faulty = student_import.rows.filter(outcome=RowOutcome.FAULTY).values_list("faults", flat=True)
    codes = {fault["value"] for faults in faulty for fault in faults if fault["code"] == "unknown_course"}
    return sorted(codes)[:20]


@require_GET
@requires(Capability.IMPORT_PEOPLE)
def corrected(request: SignedInRequest, pk: int) -> HttpResponse:
    """The faulty rows as a file, with what is wrong beside each; nothing in it that was dropped."""
    student_import = visible_import(request, pk)
    mapping = services.mapping_of(student_import)
    columns = {name: mapping.heading_of(name) for name in mapping.fields}
    lines = (
        (row.number, row.values, [(fault.column, fault.reason) for fault in (Fault(**each) for each in row.faults)])
        for row in rows_of(student_import, RowOutcome.FAULTY).iterator(chunk_size=500)
    )
    response = HttpResponse(corrected_file(columns, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="to-correct-{student_import.pk}.csv"'
    return response


def _act(request: SignedInRequest, pk: int, act: Callable[[StudentImport], str]) -> HttpResponse:
    """Do one thing to a visible import and say so, or say why not."""
    student_import = visible_import(request, pk)
    try:
        if words := act(student_import):
            say(request, words)
    except WrongState as error:
        say(request, str(error), level=messages.ERROR)
    return redirect("participation:import", pk)


@require_POST
@requires(Capability.IMPORT_PEOPLE)
def leave_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leave the ticked faulty rows of one page out, and take the unticked back in."""
    ticked, listed = (keys_from(request.POST.getlist(name)) for name in ("row", "listed"))

    def act(student_import: StudentImport) -> str:
        count = services.leave_out(
            student_import=student_import, rows=ticked, of=listed, by=request.user, now=timezone.now()
        )
        return _left_out(count)

    answer = _act(request, pk, act)
    page = request.POST.get("page", "")
    answer["Location"] += f"?show=faulty&page={page}" if page.isdecimal() else ""
    return answer


@require_POST
@requires(Capability.IMPORT_PEOPLE)
def leave_out_all(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leave out every faulty row."""

    def act(student_import: StudentImport) -> str:
        return _left_out(services.leave_out_all(student_import=student_import, by=request.user, now=timezone.now()))

    return _act(request, pk, act)


def _left_out(count: int) -> str:
    words = ngettext("%(count)d row will be left out.", "%(count)d rows will be left out.", count)
    return words % {"count": count}


@require_POST
@requires(Capability.IMPORT_PEOPLE)
def apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Import: all of it or nothing."""

    def act(student_import: StudentImport) -> str:
        services.apply_import(student_import=student_import, by=request.user, now=timezone.now())
        return ""

    return _act(request, pk, act)


@require_POST
@requires(Capability.IMPORT_PEOPLE)
def call_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop what a worker does, or go back from work that failed."""

    def act(student_import: StudentImport) -> str:
        services.call_off(student_import=student_import, by=request.user, now=timezone.now())
        return ""

    return _act(request, pk, act)


@require_POST
@requires(Capability.IMPORT_PEOPLE)
def change_columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Back to the columns."""

    def act(student_import: StudentImport) -> str:
        services.change_columns(student_import=student_import, by=request.user, now=timezone.now())
        return ""

    return _act(request, pk, act)


@require_POST
@requires(Capability.IMPORT_PEOPLE)
def put_aside(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the import up; its file and rows are deleted."""

    def act(student_import: StudentImport) -> str:
        services.put_aside(student_import=student_import, by=request.user, now=timezone.now())
        return _("Put aside. The file and its rows are deleted; nothing was imported.")

    return _act(request, pk, act)
