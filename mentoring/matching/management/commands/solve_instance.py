"""Solve an instance file and print its allocation as JSON: python3 manage.py solve_instance FILE [--report]."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mentoring.matching import engine
from mentoring.matching.engine import Allocation, ProblemError, instance


@dataclass(frozen=True)
class Solved:
    """One instance of the file, its answer, and the seconds of wall clock that it took."""

    loaded: instance.Instance
    found: Allocation
    seconds: float

    @property
    def chosen(self) -> list[int]:
        return instance.indexes(self.loaded, self.found)


class Command(BaseCommand):
    help = (
        "Solve an instance file of the matching engine. Prints for each mentee the index of the mentor, -1 for none; "
        "for a bundle of instances a list of such lists."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--report", action="store_true", help="print an object with the vector, its bounds, the proof and the time"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        content = _read(options["file"])
        bundled = "instances" in content
        try:
            solved = [_solve(loaded) for loaded in instance.load_all(content)]
        except ProblemError as problem:
            raise CommandError(str(problem)) from None

        def shown(part: Callable[[Solved], Any]) -> Any:
            parts = [part(each) for each in solved]
            return parts if bundled else parts[0]

        answer = _report(solved, shown) if options["report"] else shown(lambda each: each.chosen)
        self.stdout.write(json.dumps(answer))


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_bytes())
    except OSError as problem:
        raise CommandError(f"The file cannot be read: {problem.strerror}.") from None
    except (ValueError, RecursionError):
        raise CommandError("The file is not JSON.") from None
    if not isinstance(content, dict):
        raise CommandError("The file is not an instance: its outermost value is not an object.")
    return content


def _solve(loaded: instance.Instance) -> Solved:
    began = time.perf_counter()
    found = engine.solve(loaded.problem)
    return Solved(loaded, found, time.perf_counter() - began)


def _report(solved: list[Solved], shown: Callable[[Callable[[Solved], Any]], Any]) -> dict[str, Any]:
    """The same keys for a file with one instance and, each a list, for a bundle; seconds are the sum."""
    return {
        "allocation": shown(lambda each: each.chosen),
        "levels": list(instance.LEVELS),
        "vector": shown(lambda each: instance.levels_of_file(each.found.vector)),
        "bounds": shown(lambda each: instance.levels_of_file(each.found.bounds)),
        "proof": shown(lambda each: _proof(each.found)),
        "seconds": round(sum(each.seconds for each in solved), 3),
    }


def _proof(found: Allocation) -> dict[str, Any]:
    return {
        "proven": found.proven,
        "components": found.components,
        "proven_components": found.proven_components,
        "digest": found.digest,
    }
