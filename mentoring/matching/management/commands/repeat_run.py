"""Work a run out again from what is kept of it: python3 manage.py repeat_run RUN [--json]."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import WrongState
from mentoring.matching.models import Run
from mentoring.matching.services import repeated


class Command(BaseCommand):
    help = "Repeat a run from its kept input, and fail unless the same input gives the same pairs. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int, help="the number of the run, as in its address")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        run = Run.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}.")
        try:
            answer = repeated(run)
        except WrongState as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(json.dumps(answer) if options["json"] else _in_words(answer))
        if not (answer["same_input"] and answer["same_pairs"]):
            raise CommandError("The run did not repeat itself.")


def _in_words(answer: dict[str, Any]) -> str:
    return "\n".join(
        [
            f"input: {'the same' if answer['same_input'] else 'not complete any more'}",
            f"pairs: {answer['pairs']}, {answer['differing']} of them elsewhere",
            f"versions: {'the same' if answer['same_version'] else 'now ' + answer['version']}",
        ]
    )
