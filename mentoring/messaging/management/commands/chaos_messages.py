"""``manage.py chaos_messages``: hold the ledger's promises against real processes that are killed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    help = "Kill workers, broker, database and relay while messages go out; count at the sink; one line of JSON."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Its arguments are the experiment's own: see ``--help``."""
        if not (ROOT / "tests" / "chaos").is_dir():
            raise CommandError("The experiment is run from a checkout, with the development requirements.")
        sys.exit(subprocess.run([sys.executable, "-m", "tests.chaos", *argv[2:]], cwd=ROOT).returncode)

    def add_arguments(self, parser: CommandParser) -> None:
        """Never asked: the experiment reads its own."""

    def handle(self, *args: Any, **options: Any) -> None:
        self.run_from_argv(["manage.py", "chaos_messages", *map(str, args)])
