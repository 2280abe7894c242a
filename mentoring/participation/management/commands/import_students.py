"""Bring the students of a file into a cohort from the command line.

python3 manage.py import_students FILE --cohort SLUG [--kind mentee|mentor] [--apply] [--json]
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mentoring.participation.reading import ColumnMapping, Table, UnreadableFile, chosen, read_table
from mentoring.participation.selectors.examined import Examined, examine
from mentoring.participation.selectors.imports import reach_of, remembered_mapping
from mentoring.participation.services.students import Taking, take_students
from schemes.models import Cohort


class Command(BaseCommand):
    help = "Check a file of students against a cohort; with --apply, import all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--cohort", required=True, help="the cohort's short name, as in its address")
        parser.add_argument("--kind", choices=["mentee", "mentor"], default="mentee")
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADING", help="what a column is; may be repeated"
        )
        parser.add_argument("--apply", action="store_true", help="import, unless a row is faulty")
        parser.add_argument("--leave-out-faulty", action="store_true", help="import the others when rows are faulty")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        cohort = Cohort.objects.select_related("scheme__unit__institution").filter(slug=options["cohort"]).first()
        if cohort is None:
            raise CommandError(f"There is no cohort {options['cohort']!r}.")
        now = timezone.now()
        today = timezone.localdate(now)
        if cohort.ends_on < today:
            raise CommandError("This year of mentoring is over.")
        role = options["kind"]
        try:
            table = read_table(_content(options["file"]))
            mapping = _mapping(cohort, table, role, options["column"])
            batches = examine(cohort=cohort, role=role, table=table, mapping=mapping, by=None, today=today)
            examined = [each for batch in batches for each in batch]
        except UnreadableFile as problem:
            raise CommandError(str(problem)) from None
        result = _result(examined, mapping)
        refused = bool(result["faulty"]) and not options["leave_out_faulty"]
        if options["apply"] and not refused:
            taking = Taking(cohort, role, reach_of(cohort, None, today), None, now)
            take_students(taking=taking, plans=_plans(examined))
            result["applied"] = True
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) if options["json"] else _in_words(result))
        if options["apply"] and refused:
            raise CommandError("Nothing was imported: mend the faulty rows, or leave them out by --leave-out-faulty.")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise CommandError(f"The file cannot be read: {problem.strerror}.") from None


def _mapping(cohort: Cohort, table: Table, role: Any, named: list[str]) -> ColumnMapping:
    """The remembered or guessed columns, and those named on the command line. Raises ``CommandError``."""
    mapping = remembered_mapping(cohort.scheme.unit.institution, table.headings, role)
    if named:
        columns = dict(mapping.fields)
        for field, _equals, heading in (pair.partition("=") for pair in named):
            if heading not in table.headings:
                raise CommandError(f"There is no column {heading!r}.")
            columns[field] = table.headings.index(heading)
        try:
            mapping = chosen(table.headings, role, columns)
        except ValueError as problem:
            raise CommandError(f"These columns cannot be taken: {problem}.") from None
    if mapping.missing:
        raise CommandError(f"No column was recognised as {', '.join(mapping.missing)}. Name it by --column.")
    return mapping


def _result(examined: list[Examined], mapping: ColumnMapping) -> dict[str, Any]:
    counts = {"new": 0, "changed": 0, "unchanged": 0, "faulty": 0}
    for each in examined:
        counts[each.outcome] += 1
    faults = [fault for each in examined for fault in each.faults]
    return {
        **counts,
        "faulty": [{"row": each.row, "column": each.column, "reason": str(each.reason)} for each in faults],
        "dropped_columns": [each.heading for each in mapping.dropped],
        "applied": False,
    }


def _plans(examined: list[Examined]) -> list[Any]:
    return [(each.student, each.comparison) for each in examined if each.outcome in ("new", "changed")]


def _in_words(result: dict[str, Any]) -> str:
    faulty = {fault["row"] for fault in result["faulty"]}
    lines = [f"{result[name]} {name}" for name in ("new", "changed", "unchanged")] + [f"{len(faulty)} faulty"]
    lines += [
        f"  row {fault['row']}, {fault['column'] or 'whole row'}: {fault['reason']}" for fault in result["faulty"]
    ]
    if result["dropped_columns"]:
        lines.append(f"Dropped unread: {', '.join(result['dropped_columns'])}")
    lines.append("Imported." if result["applied"] else "Nothing was imported.")
    return "\n".join(lines)
