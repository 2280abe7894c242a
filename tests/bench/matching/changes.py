"""Swaps and withdrawals on a finished match: how long, how many others move, and is it allowed.

The engine answers (peers/engine.py); here its answers are applied and judged over the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tests.bench.matching.judge import judge
from tests.bench.matching.reasons import Cohort

SWAPS = WITHDRAWALS = 200


def summary(content: Mapping[str, Any], chosen: np.ndarray, answered: Mapping[str, Any]) -> dict[str, Any]:
    """For each kind: count, p50 and p95 in milliseconds, most others moved; and what was wrong."""
    if not answered["offered"]:
        return {"offered": False}
    cohort = Cohort(content, chosen)
    wrong = [fault for change in answered["changes"] for fault in faults(content, cohort, change)]
    kinds = {kind: _kind([c for c in answered["changes"] if c["kind"] == kind]) for kind in ("swap", "withdrawal")}
    return {"offered": True, "prepared": answered["prepared"], "kinds": kinds, "wrong": wrong}


def faults(content: Mapping[str, Any], cohort: Cohort, change: Mapping[str, Any]) -> list[str]:
    """What is not as it must be in one change."""
    name = f"{change['kind']} {change['who']}"
    after = cohort.chosen.copy()
    for i, j in (*change["after"], *change["moved"]):
        after[i] = j
    found = []
    asked = dict(change["after"])
    leaving = [change["who"]] if change["kind"] == "swap" else np.flatnonzero(cohort.chosen == change["who"]).tolist()
    if sorted(asked) != sorted(leaving):
        found.append(f"{name}: asked about {leaving}, answered about {sorted(asked)}")
    if any(asked[i] == cohort.chosen[i] for i in asked):
        found.append(f"{name}: somebody keeps the mentor that was to change")
    if judge(content, after).violations:
        found.append(f"{name}: breaks a hard rule")
    if change["moved"] and change["kind"] == "swap" and _free_elsewhere(cohort, change["who"]):
        found.append(f"{name}: moves others although a free place was allowed")
    if any(j < 0 for _, j in change["moved"]):
        found.append(f"{name}: somebody else loses their place")
    if _left_needlessly(cohort, cohort.after(after), change):
        found.append(f"{name}: somebody is left without a place that there is")
    return found


def _free_elsewhere(cohort: Cohort, i: int) -> bool:
    return bool((_open(cohort, i) & cohort.free).any())


def _left_needlessly(cohort: Cohort, later: Cohort, change: Mapping[str, Any]) -> bool:
    """Whether an augmenting path (Berge 1957) still leads from somebody who was left out to a place."""
    if change["kind"] == "withdrawal":
        later.free[change["who"]] = False
    return any(j < 0 and later.leads_to_a_place(_open(cohort, i)) for i, j in change["after"])


def _open(cohort: Cohort, i: int) -> np.ndarray:
    """bool (m,): mentors allowed to the mentee, the one they had left out."""
    able = cohort.allowed[i].copy()
    able[cohort.chosen[i]] = False
    return able


def _kind(changes: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    milliseconds = np.array([change["seconds"] * 1000 for change in changes])
    moved = [len(change["moved"]) for change in changes]
    p50, p95 = np.percentile(milliseconds, [50, 95]).tolist()
    left = sum(j < 0 for change in changes for _, j in change["after"])
    return {"count": len(changes), "p50": p50, "p95": p95, "most_moved": max(moved), "moved": sum(moved), "left": left}
