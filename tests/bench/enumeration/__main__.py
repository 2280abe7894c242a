"""``python -m tests.bench.enumeration``: whether time tells who has an account (trust.md §1, abuse 16).

Each door is knocked at in turns, with an address that has an account and with one that has none, each time another, so
that no limit is met. Prints one line of JSON: for each door the medians in milliseconds and their gap, which is to stay
under ten.
"""

import argparse
import json
import logging
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable

import django

from tests import environment


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m tests.bench.enumeration")
    arguments.add_argument("--rounds", type=int, default=100)
    given = arguments.parse_args()
    data = tempfile.mkdtemp(prefix="mentoring-bench-")
    environment.prepare(data, worker="")
    django.setup()
    logging.disable(logging.CRITICAL)
    from tests.bench.enumeration.doors import DOORS, people  # noqa: PLC0415  (its models need the setup)

    try:
        with people(2 * given.rounds) as addresses:
            print(json.dumps({name: measured(knock, addresses, given.rounds) for name, knock in DOORS.items()}))
    finally:
        shutil.rmtree(data, ignore_errors=True)


def measured(knock: Callable[[str], None], addresses: list[str], rounds: int) -> dict[str, float]:
    """The medians of one door, in milliseconds."""
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(rounds):
        pair = [("known", addresses[number]), ("unknown", f"nobody{number}@northfield.ac.uk")]
        for kind, address in pair if number % 2 else reversed(pair):
            began = time.perf_counter()
            knock(address)
            took[kind].append(1000 * (time.perf_counter() - began))
    known, unknown = (statistics.median(took[kind][5:]) for kind in ("known", "unknown"))
    return {"known": round(known, 2), "unknown": round(unknown, 2), "gap": round(abs(known - unknown), 2)}


if __name__ == "__main__":
    main()
