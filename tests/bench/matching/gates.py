"""What must hold in every run, on whosever machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.matching.cases import Case
from tests.bench.matching.judge import LEVELS, Verdict
from tests.bench.matching.race import Race

CEILINGS = Path(__file__).parent / "ceilings.json"
"""For each family of cases the highest ratio to the yardstick that is let through, by module."""

MARGIN = 1.5

BALANCE = LEVELS.index("balance")


@dataclass(frozen=True)
class Gate:
    """ok: None where it cannot be told here."""

    name: str
    ok: bool | None
    detail: str = ""


def of(case: Case, found: Race, verdicts: Mapping[str, Verdict], known: Mapping[str, Any]) -> list[Gate]:
    """Every gate of a case in which the engine finished; one failing gate where it did not; none if it did not run."""
    if not any(lap.module == "engine" for lap in found.laps):
        return []
    if "engine" not in verdicts or "vector" not in found.engine:
        failed = next((lap.failed for lap in found.laps if lap.module == "engine"), "")
        return [Gate("the engine finishes", False, failed or str(found.engine.get("failed", "no answer")))]
    ours, says = verdicts["engine"], found.engine
    return [
        Gate("no hard rule is broken", ours.violations == 0, f"{ours.violations} broken"),
        _unmatched(ours, verdicts, known),
        Gate("the same components", says["components"] == known["components"], str(says["components"])),
        Gate("the vector is as it says", list(ours.vector) == says["vector"], str(says["vector"])),
        Gate("the bound is below", says["bounds"] <= says["vector"], str(says["bounds"])),
        Gate("nobody is below the bound", *_nobody_below(verdicts, says["bounds"])),
        Gate("the certificate verifies", says["certificate"], "" if says["certificate"] else "not offered"),
        Gate("shuffled people, same pairs", says["hash"] == says["shuffled"]),
        _core(found),
        _fast(verdicts, says),
        *_ceilings(case, found),
    ]


def of_questions(record: Mapping[str, Any]) -> list[Gate]:
    """Gates for the reasons and changes of a record, where they were asked for."""
    names = {"reasons": "every reason is true", "changes": "every change is allowed and gentle"}
    asked = [(name, record[key]) for key, name in names.items() if key in record]
    return [Gate(name, not told["wrong"], "; ".join(told["wrong"][:3])) for name, told in asked if "wrong" in told]


def ceilings() -> dict[str, dict[str, float]]:
    return json.loads(CEILINGS.read_text(encoding="utf-8")) if CEILINGS.exists() else {}


def lowered(ratios: Mapping[str, Mapping[str, list[float]]]) -> dict[str, dict[str, float]]:
    """Ceilings after a run (family -> module -> one ratio a seed): the worst and a margin, never above what stood."""
    after = {family: dict(modules) for family, modules in ceilings().items()}
    for family, modules in ratios.items():
        kept = after.setdefault(family, {})
        for module, each in modules.items():
            measured = float(f"{max(each) * MARGIN:.2g}")
            kept[module] = min(measured, kept.get(module, measured))
    return after


def _unmatched(ours: Verdict, verdicts: Mapping[str, Verdict], known: Mapping[str, Any]) -> Gate:
    """Against a maximum matching; in the largest case against the yardstick, which leaves out as few."""
    fewest = known["fewest_unmatched"]
    if fewest is None and "lsa" in verdicts:
        fewest = verdicts["lsa"].vector[0]
    ok = None if fewest is None else ours.vector[0] == fewest
    return Gate("unmatched is at its bound", ok, f"{ours.vector[0]}, bound {fewest}")


def _nobody_below(verdicts: Mapping[str, Verdict], bounds: list[int]) -> tuple[bool, str]:
    below = [name for name, verdict in verdicts.items() if not verdict.violations and list(verdict.vector) < bounds]
    return not below, ", ".join(below)


def _core(found: Race) -> Gate:
    if "engine_core" not in found.answers:
        return Gate("core and whole agree", None)
    return Gate("core and whole agree", bool(np.array_equal(found.answers["engine_core"], found.answers["engine"])))


def _fast(verdicts: Mapping[str, Verdict], says: Mapping[str, Any]) -> Gate:
    """Where a full run proves the shares of wishes, a fast one attains them."""
    name, wanted = "a fast run attains every level down to the shares", says["bounds"][:BALANCE]
    if "engine_fast" not in verdicts or wanted != says["vector"][:BALANCE]:
        return Gate(name, None)
    found = list(verdicts["engine_fast"].vector[:BALANCE])
    return Gate(name, found == list(wanted), f"{found}, bound {list(wanted)}")


def _ceilings(case: Case, found: Race) -> list[Gate]:
    yard, kept = found.lap("lsa"), ceilings().get(case.family, {})
    gates = []
    for module, highest in kept.items():
        lap = found.lap(module)
        if lap and yard:
            ratio = lap.processor_median / yard.processor_median
            gates.append(Gate(f"{module} within its ceiling", ratio <= highest, f"{ratio:.2f}, ceiling {highest:g}"))
    return gates
