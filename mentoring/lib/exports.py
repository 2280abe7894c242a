"""A list as a file for a spreadsheet program. No cell of it is ever run as a formula."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from django.http import Http404, HttpResponse
from django.utils import timezone
from openpyxl import Workbook

from mentoring.lib.spreadsheet_safety import guarded_row

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(kind: str, name: str, headings: Iterable[object], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """``kind`` is "csv" or "xlsx"; any other is 404. CSV is UTF-8 with a mark, as spreadsheet programs want it."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    told: list[list[object]] = [[str(heading) for heading in headings], *(_plain(row) for row in rows)]
    made, content_type = (_csv(told), "text/csv; charset=utf-8") if kind == "csv" else (_xlsx(told), XLSX)
    answer = HttpResponse(made, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _plain(row: Iterable[object]) -> list[object]:
    """Cells as a spreadsheet can hold them: times local and without their zone, text guarded."""
    local = (timezone.localtime(cell).replace(tzinfo=None) if isinstance(cell, datetime) else cell for cell in row)
    return guarded_row(cell if isinstance(cell, str | int | float) or cell is None else _shown(cell) for cell in local)


def _shown(cell: object) -> object:
    return cell if hasattr(cell, "isoformat") else str(cell)


def _csv(rows: list[list[object]]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode("utf-8-sig")


def _xlsx(rows: list[list[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
