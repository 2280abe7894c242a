"""Bring a list of programmes into a unit: python3 manage.py import_programmes FILE --unit CODE [--with-units]."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mentoring.participation.reading import UnreadableFile, guess, read_table
from mentoring.participation.services.programmes import ProgrammeImport, take_programmes
from schemes.models import Unit


class Command(BaseCommand):
    help = "Add the programmes of a file that are not here yet, all or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--unit", required=True, help="the code of the unit that they belong to, or lie below")
        parser.add_argument("--with-units", action="store_true", help="create missing schools and departments")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = Unit.objects.select_related("institution").filter(code=options["unit"]).first()
        if unit is None:
            raise CommandError(f"There is no unit {options['unit']!r}.")
        try:
            result = _taken(unit, options)
        except OSError as problem:
            raise CommandError(f"The file cannot be read: {problem.strerror}.") from None
        except UnreadableFile as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(json.dumps(_as_json(result)) if options["json"] else _in_words(result))
        if result.faults:
            raise CommandError("Nothing was imported: mend the faulty rows first.")


def _taken(unit: Unit, options: dict[str, Any]) -> ProgrammeImport:
    table = read_table(options["file"].read_bytes())
    mapping = guess(table.headings, "programme")
    if mapping.missing:
        raise CommandError(f"No column was recognised as {', '.join(mapping.missing)}.")
    now = timezone.now()
    return take_programmes(unit=unit, table=table, mapping=mapping, with_units=options["with_units"], by=None, now=now)


def _as_json(result: ProgrammeImport) -> dict[str, Any]:
    faulty = [{"row": each.row, "column": each.column, "reason": str(each.reason)} for each in result.faults]
    return {"new": len(result.new), "unchanged": len(result.known), "units": result.units, "faulty": faulty}


def _in_words(result: ProgrammeImport) -> str:
    lines = [f"{len(result.new)} new", f"{len(result.known)} here already", f"{len(result.units)} units created"]
    lines += [f"  row {each.row}, {each.column or 'whole row'}: {each.reason}" for each in result.faults]
    return "\n".join(lines)
