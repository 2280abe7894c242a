"""An independent evaluator of an allocation: it reads the instance's own columns and nothing else.

It shares no code with the engine, with the preparation of pairs or with any peer. Levels, worst
first: unmatched, near, undersized, mentees at each counted share of honoured preferences (unmatched
with a preference counts as ignored), sum of squared group sizes, minus affinity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

LEVELS = (
    "unmatched", "near", "undersized", "ignored", "quarter", "third", "half", "two_thirds", "three_quarters",
    "balance", "affinity",
)  # fmt: skip
SHARES = ((0, 1), (1, 4), (1, 3), (1, 2), (2, 3), (3, 4))
WANTED = ("gender", "ethnicity", "country", "religion")


@dataclass(frozen=True)
class Verdict:
    """vector: one integer for each of LEVELS, smaller is better. violations: hard rules broken."""

    vector: tuple[int, ...]
    violations: int


def judge(content: Mapping[str, Any], chosen: np.ndarray) -> Verdict:
    """chosen: int (n,), the index of each mentee's mentor, -1 for none."""
    left, right = _columns(content["mentees"]), _columns(content["mentors"])
    placed = np.flatnonzero(chosen >= 0)
    pairs = _Pairs(left, right, placed, chosen[placed])
    load = np.bincount(chosen[placed], minlength=len(right["disc"]))
    near = left["disc"][placed] != right["disc"][chosen[placed]]
    thin = (load > 0) & (load < right["min"])
    shares = _shares(left, pairs)
    broken = int(_broken(content, pairs, near).sum()) + int((load > right["cap"]).sum())
    vector = (
        len(chosen) - len(placed),
        int(near.sum()),
        int(thin.sum()),
        *shares,
        int((load.astype(np.int64) ** 2).sum()),
        -int(_points(content["spec"]["affinity_weights"], pairs).sum()),
    )
    return Verdict(vector, broken)


@dataclass(frozen=True)
class _Pairs:
    """Who was placed with whom: rows of the mentees' and of the mentors' columns, side by side."""

    left: Mapping[str, np.ndarray]
    right: Mapping[str, np.ndarray]
    mentees: np.ndarray
    mentors: np.ndarray

    def equal(self, name: str) -> np.ndarray:
        return self.left[name][self.mentees] == self.right[name][self.mentors]

    def both(self, name: str) -> np.ndarray:
        return self.left[name][self.mentees] & self.right[name][self.mentors]


def _columns(people: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.asarray(column, dtype=np.int64) for name, column in people.items()}


def _granted(pairs: _Pairs) -> np.ndarray:
    """bool (p, 4): the mentor is what the mentee asked for, in each attribute."""
    theirs = np.stack([pairs.right[name][pairs.mentors] for name in WANTED], axis=1)
    return pairs.left["pref_value"][pairs.mentees] == theirs


def _broken(content: Mapping[str, Any], pairs: _Pairs, near: np.ndarray) -> np.ndarray:
    """int (p,): hard rules that each pair breaks."""
    links = {(a, b) for a, b in content["near"]}
    ours, theirs = pairs.left["disc"][pairs.mentees], pairs.right["disc"][pairs.mentors]
    linked = np.array([(a, b) in links for a, b in zip(ours.tolist(), theirs.tolist(), strict=True)], dtype=bool)
    broken = (near & ~linked).astype(int) + ~pairs.equal("inst")
    for name in ("campus", "mode"):
        if content[f"{name}_hard"]:
            broken += ~pairs.equal(name)
    broken += ((pairs.left["pref_kind"][pairs.mentees] == 2) & ~_granted(pairs)).sum(axis=1)
    for name in ("gender", "religion"):
        broken += (pairs.right[f"exc_{name}"][pairs.mentors] == 1) & ~pairs.equal(name)
    blocked = {(i, j) for i, j in content["block"]}
    together = zip(pairs.mentees.tolist(), pairs.mentors.tolist(), strict=True)
    return broken + np.array([pair in blocked for pair in together], dtype=int)


def _shares(left: Mapping[str, np.ndarray], pairs: _Pairs) -> list[int]:
    prefers = left["pref_kind"] == 1
    stated = prefers.sum(axis=1)
    got = np.zeros(len(stated), dtype=np.int64)
    got[pairs.mentees] = (_granted(pairs) & prefers[pairs.mentees]).sum(axis=1)
    return [int(((stated > 0) & (got * q == p * stated)).sum()) for p, q in SHARES]


def _points(weights: Mapping[str, int], pairs: _Pairs) -> np.ndarray:
    """int (p,): affinity of each pair."""
    points = weights["lang"] * _bits(pairs.both("lang")) + weights["interest"] * _bits(pairs.both("interests"))
    points += weights["route"] * (pairs.equal("route") & (pairs.left["route"][pairs.mentees] > 0))
    points += weights["mode"] * pairs.equal("mode") + weights["college"] * pairs.equal("college")
    return points + sum(weights[name] * pairs.both(name) for name in ("commuter", "mature", "carer", "fif"))


def _bits(numbers: np.ndarray) -> np.ndarray:
    return np.bitwise_count(numbers).astype(np.int64)
