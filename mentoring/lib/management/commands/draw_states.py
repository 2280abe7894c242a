"""Draw every lifecycle as a Mermaid diagram into docs/states.md, or check that it is current."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mentoring.lib.lifecycle import LIFECYCLES


def drawn() -> str:
    """The document: one section a lifecycle, in alphabetical order."""
    parts = ["# Lifecycles\n\nDrawn from each app's `states.py` by `manage.py draw_states`.\n"]
    for name in sorted(LIFECYCLES):
        parts.append(f"## {name}\n\n```mermaid\n{LIFECYCLES[name].as_mermaid()}```\n")
    return "\n".join(parts)


class Command(BaseCommand):
    help = "Draw the lifecycles into docs/states.md; with --check, fail when it is not current."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "states.md"
        if not options["check"]:
            path.write_text(drawn())
        elif not path.exists() or path.read_text() != drawn():
            raise CommandError("docs/states.md is not current: run manage.py draw_states.")
