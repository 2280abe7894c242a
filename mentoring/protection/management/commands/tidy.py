"""What has been kept long enough: say how much it is, or let it go."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from mentoring.protection.services import overdue_counts, tidy


class Command(BaseCommand):
    help = "Counts what has been kept long enough, as JSON; with --apply it goes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="let it go")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        counts = tidy(now).counts if options["apply"] else overdue_counts(now)
        self.stdout.write(json.dumps(counts, indent=1, sort_keys=True))
