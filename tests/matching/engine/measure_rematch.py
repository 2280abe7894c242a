"""How long changes take: `python -m tests.matching.engine.measure_rematch FILE`, an instance as in tests/data/matching.

Solves the instance, prepares it once, then prints median, 95 % and most, in milliseconds, and how many others moved.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np

from mentoring.matching.engine import Problem, Rematch, instance, place, prepare, solve, swap, withdraw


def main(path: Path) -> None:
    """Measure the changes of one instance."""
    content = json.loads(path.read_text(encoding="utf-8"))
    problem = instance.load(content).problem
    measure(problem, dict(solve(problem).pairs))


def measure(problem: Problem, pairs: dict[str, str]) -> None:
    """Print the times of preparing, of swaps and withdrawals, and of a hundred late joiners."""
    random = Random(3)
    started = perf_counter()
    index = prepare(problem, pairs)
    for mentee in range(len(index.tables.mentees)):
        index.area_of(mentee)
    print(f"prepare {1000 * (perf_counter() - started):.0f}")
    swapped = random.sample(sorted(pairs), min(800, len(pairs)))
    _report("swap", [lambda key=key: swap(index, key) for key in swapped])
    mentors = sorted(set(pairs.values()))
    leaving = random.sample(mentors, min(400, len(mentors)))
    _report("withdraw", [lambda key=key: withdraw(index, key) for key in leaving])
    late = random.sample(sorted(pairs), min(100, len(pairs)))
    early = prepare(problem, {key: mentor for key, mentor in pairs.items() if key not in set(late)})
    _report("late joiners", [lambda: place(early, late)] * 3)


def _report(name: str, calls: list[Callable[[], Rematch]]) -> None:
    times, moved = [], []
    for call in calls:
        started = perf_counter()
        found = call()
        times.append(1000 * (perf_counter() - started))
        moved.append(len(found.moved))
    middle, high = np.percentile(times, [50, 95])
    print(f"{name} {middle:.1f} {high:.1f} {max(times):.1f} moved {np.mean(moved):.3f} most {max(moved)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
