"""Restore a backup into an empty place."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mentoring.protection.management.commands.backup import ERASED
from mentoring.protection.services.backups import restore
from mentoring.protection.vault import BadBackup


class Command(BaseCommand):
    help = "Reads a locked backup into an empty, migrated database. Whoever was erased since is erased again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--private-key", type=Path, required=True)
        parser.add_argument("--erased", type=Path, help=f"the list of erased people; {ERASED} beside the file if there")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        beside = file.with_name(ERASED)
        erased = options["erased"] or (beside if beside.exists() else None)
        try:
            key = options["private_key"].read_bytes()
            counts = restore(file, private_key=key, erased=erased, now=timezone.now())
        except (BadBackup, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{sum(counts.values())} rows of {len(counts)} kinds. What was owed is held as uncertain.")
