"""Write the papers for the data-protection officer."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mentoring.protection.papers import FOLDER, papers


class Command(BaseCommand):
    help = "Writes the record of processing and the annex of the impact assessment, from the registry."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, text in papers().items():
            Path(settings.BASE_DIR, FOLDER, name).write_text(text)
            self.stdout.write(f"{FOLDER}/{name}")
