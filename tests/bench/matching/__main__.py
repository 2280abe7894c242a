"""python -m tests.bench.matching [--quick] [--sizes ...]: see README.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.bench.matching import cases, contenders, environments, folders, race, tables
from tests.bench.matching.cases import Case


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    for case in _chosen(options):
        folder = folders.prepared(case, options.cache)
        chosen = contenders.of(case, with_peers=options.peers)
        pythons = environments.pythons(chosen, options.cache)
        found = race.run(chosen, folder, pythons, rounds=options.rounds, limit=options.limit)
        print(tables.of_race(case, found, folder), flush=True)
    return 0


def _chosen(options: argparse.Namespace) -> list[Case]:
    chosen = cases.quick() if options.quick else cases.grid()
    if options.sizes:
        chosen = [case for case in chosen if case.shape.mentees in options.sizes]
    return [case for case in chosen if options.only.lower() in case.name.lower()]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.matching", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="six cases instead of the grid")
    parser.add_argument("--sizes", type=int, nargs="+", help="only cohorts with so many mentees")
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    parser.add_argument("--rounds", type=int, default=race.ROUNDS)
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for one run of one contender")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="the yardstick and the engine only")
    parser.add_argument("--cache", type=Path, default=folders.default_cache(), help="outside the tree")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
