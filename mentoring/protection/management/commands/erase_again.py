"""After a backup was restored: erase again whoever had been erased since it was made."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mentoring.protection.services import erase_again


class Command(BaseCommand):
    help = "Erase again whoever had been erased: run it after a restore, before anything is sent."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{erase_again(timezone.now())} erased again")
