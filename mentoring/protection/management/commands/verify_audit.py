"""Look whether the seals of the audit trail hold."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.chain import Anchor
from accounts.sealing import holds_anchor, inspect, seal, unsealed_count


class Command(BaseCommand):
    help = "Says which entries of the audit trail were edited, removed or inserted, and prints its anchor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", action="append", default=[], metavar="LINE", help="an anchor kept elsewhere")
        parser.add_argument("--anchors", type=Path, metavar="FILE", help="anchors kept elsewhere, one a line")
        parser.add_argument("--seal", action="store_true", help="seal what is not sealed yet, after looking")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        seen = inspect(now)
        wrong = [str(finding) for finding in seen.findings]
        for line in self._lines(options):
            wrong += self._against(line, now)
        if options["seal"]:
            seal(now=now, everything=True)
        self.stdout.write(f"{seen.count} entries under seal, {unsealed_count()} not sealed yet")
        if seen.head:
            self.stdout.write(f"anchor {Anchor(seen.head.number, seen.head.chain, seen.head.entry_at.date())}")
        if wrong:
            raise CommandError("The trail does not hold:\n" + "\n".join(wrong))
        self.stdout.write("The trail holds.")

    def _lines(self, options: dict[str, Any]) -> list[str]:
        kept: Path | None = options["anchors"]
        try:
            lines = kept.read_text().splitlines() if kept else []
        except OSError as problem:
            raise CommandError(str(problem)) from problem
        # A line of a log or a letter does as well: the anchor is its last word.
        return [line.split()[-1] for line in [*options["anchor"], *lines] if line.strip()]

    def _against(self, line: str, now: Any) -> list[str]:
        try:
            anchor = Anchor.read(line)
        except ValueError as problem:
            raise CommandError(f"This is no anchor: {line}") from problem
        return [f"anchor {anchor}: the chain is another"] if holds_anchor(anchor, now) is False else []
