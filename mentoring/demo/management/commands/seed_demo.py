"""Fill an empty database with the fictional University of Northfield."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mentoring.demo.seeding import AlreadyFilled, seed


class Command(BaseCommand):
    help = "Fill an empty database with the fictional University of Northfield, dates relative to today."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            institution = seed(now=timezone.now())
        except AlreadyFilled as error:
            raise CommandError("This database already has an institution: the demo only fills an empty one.") from error
        self.stdout.write(f"{institution.name} is ready.")
