"""Close the site for a while, and open it again."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from mentoring.lib.maintenance import close, is_closed, reopen


class Command(BaseCommand):
    help = "Close the site for maintenance (on), open it again (off), or say which it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["on", "off", "status"], nargs="?", default="status")
        parser.add_argument("--minutes", type=int, default=10, help="How long readers are asked to wait.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "on":
            close(timezone.now() + timedelta(minutes=options["minutes"]))
        elif options["what"] == "off":
            reopen()
        self.stdout.write("closed for maintenance" if is_closed() else "open")
