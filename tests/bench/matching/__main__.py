"""python -m tests.bench.matching [--quick] [--sizes ...] [--write]: see README.md."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.bench.matching import (
    cases,
    changes,
    contenders,
    environments,
    folders,
    gates,
    race,
    records,
    report,
    tables,
)
from tests.bench.matching.cases import Case
from tests.bench.matching.contenders import Contender
from tests.bench.processes import ROOT

DOCUMENT = ROOT / "docs" / "benchmarks.md"


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen cases; 1 if a gate does not hold in one of them."""
    options = _options(arguments)
    chosen = _chosen(options)
    found = []
    for case in chosen:
        modules = [contender.module for contender in _contenders(case, options)]
        kept = records.load(case, modules, options.cache) if options.resume or options.no_runs else []
        if not kept and not options.no_runs:
            kept = [_run(case, options)]
        found += kept
    if options.ceilings:
        after = gates.lowered(report.ratios(found))
        gates.CEILINGS.write_text(json.dumps(after, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    if options.write:
        options.document.write_text(report.document(found), encoding="utf-8")
    failed = [f"{record['case']}: {line}" for record in found for line in records.failed(record)]
    print("\n" + ("\n".join(failed) if failed else "every gate holds"))
    return 1 if failed else 0


def _run(case: Case, options: argparse.Namespace) -> records.Record:
    folder = folders.prepared(case, options.cache)
    chosen = _contenders(case, options)
    found = race.run(
        chosen, folder, environments.pythons(chosen, options.cache),
        rounds=options.rounds, limit=options.limit, budget=options.budget, questions=_questions(case),
    )  # fmt: skip
    record = records.of(case, found, folder)
    records.save(record, options.cache)
    print(tables.of_record(record), flush=True)
    return record


def _contenders(case: Case, options: argparse.Namespace) -> list[Contender]:
    chosen = contenders.of(case, with_peers=options.peers)
    return [each for each in chosen if not options.who or each.module in options.who]


def _questions(case: Case) -> dict[str, dict[str, Any]]:
    asked: dict[str, dict[str, Any]] = {"shuffled": {"seed": 1}}
    if case.reasons:
        asked["reasons"] = {}
    if case.changes:
        asked["changes"] = {"swaps": changes.SWAPS, "withdrawals": changes.WITHDRAWALS, "seed": 1}
    return asked


def _chosen(options: argparse.Namespace) -> list[Case]:
    if options.tiny:
        return [cases.tiny()]
    chosen = cases.quick() if options.quick else cases.grid()
    if options.sizes:
        chosen = [case for case in chosen if case.shape.mentees in options.sizes]
    return [case for case in chosen if any(part.lower() in case.name.lower() for part in options.only)]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.matching", description="The engine against its peers.")
    parser.add_argument("--quick", action="store_true", help="six cases instead of the grid")
    parser.add_argument("--tiny", action="store_true", help="one case of 60 mentees: does the bench itself work?")
    parser.add_argument("--sizes", type=int, nargs="+", help="only cohorts with so many mentees")
    parser.add_argument("--only", nargs="+", default=[""], help="only cases whose name contains one of these")
    parser.add_argument("--who", nargs="+", help="only these contenders, by module")
    parser.add_argument(
        "--no-peers", dest="peers", action="store_false", help="the yardstick, the engine, our own rules"
    )
    parser.add_argument("--rounds", type=int, default=race.ROUNDS, help="runs of each contender (%(default)s)")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for one run of a peer (%(default)s)")
    parser.add_argument(
        "--budget", type=float, default=90.0, help="no further round after so many seconds (%(default)s)"
    )
    parser.add_argument(
        "--resume", action="store_true", help="keep what the cache holds of this very engine, run the rest"
    )
    parser.add_argument("--no-runs", action="store_true", help="run nothing, use the results in the cache")
    parser.add_argument("--ceilings", action="store_true", help="lower the ceilings to 1.5 times the measured ratios")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--document", type=Path, default=DOCUMENT, help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, default=folders.default_cache(), help="outside the tree (%(default)s)")
    options = parser.parse_args(arguments)
    options.budget = options.budget or (20.0 if options.quick else 90.0)
    return options


if __name__ == "__main__":
    sys.exit(main())
