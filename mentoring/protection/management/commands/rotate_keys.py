"""Rewrite the encrypted fields under the newest key, or say what lies under which."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.encryption import key_id
from mentoring.protection.services.rotating import Tally, look, newest, rotate


class Command(BaseCommand):
    help = "Rewrites encrypted fields under the first of MENTORING_FIELD_KEYS while the product runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="rows a transaction")
        parser.add_argument("--look", action="store_true", help="only count what lies under which key")

    def handle(self, *args: Any, **options: Any) -> None:
        batch = max(1, options["batch"])
        try:
            tally = look(batch=batch) if options["look"] else rotate(now=timezone.now(), batch=batch, told=self._told)
        except ImproperlyConfigured as problem:
            raise CommandError(str(problem)) from problem
        self._report(tally)

    def _told(self, name: str, count: int) -> None:
        if count:
            self.stdout.write(f"{name}: {count} so far")

    def _report(self, tally: Tally) -> None:
        for name, count in sorted(tally.rewritten.items()):
            self.stdout.write(f"rewritten in {name}: {count}")
        for key in settings.FIELD_KEYS:
            here = " (the newest)" if key_id(key) == newest() else ""
            self.stdout.write(f"under key {key_id(key)}{here}: {tally.under[key_id(key)]}")
        if tally.unreadable:
            some = ", ".join(tally.unreadable[:20])
            raise CommandError(
                f"{len(tally.unreadable)} values open with none of the keys: {some}. Add the key that wrote them, "
                "behind the newest, and run this again. No key has been retired."
            )
        unused = [
            key_id(key) for key in settings.FIELD_KEYS if key_id(key) != newest() and not tally.under[key_id(key)]
        ]
        if unused:
            self.stdout.write(f"Nothing lies under {', '.join(unused)}: it can be taken out of MENTORING_FIELD_KEYS.")
