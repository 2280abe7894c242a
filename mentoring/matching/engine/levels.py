"""The levels of the objective as costs of pairs, packed without loss into few integer costs.

Packing. A flow is lexicographically optimal exactly if no simple cycle of its residual graph is
lexicographically negative. Such a cycle visits each mentor at most once, so it reassigns at most
q = min(n, m) + 1 mentees, touches at most two places, and passes "unmatched" at most once. A
level's weight therefore need only exceed the range that everything below it can have along one
cycle, not over the whole cohort. Where the weights of all levels together would still leave the
range in which doubles are exact, the levels are cut into stages: each stage is solved on the
optimal face of the one before (see flow.py), which loses nothing either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mentoring.matching.engine.components import Component, Scores
from mentoring.matching.engine.exchange import NEVER
from mentoring.matching.engine.outcome import SHARE_LEVELS
from mentoring.matching.engine.tables import PREFER, share_codes

EXACT = 2**50
"""Largest range of one packed stage: sums along a path stay exact in a double (2**53)."""

WIDE = 2**55
"""Largest range of the one cost under which a flow is changed, in int64."""

FLOW_LEVELS = ("moved", "lottery", "near", *SHARE_LEVELS, "balance", "affinity", "tie")
"""What one flow orders, most important first; "unmatched" is fixed by the number of places and
"undersized" by the states of thin_groups.py."""


@dataclass(frozen=True)
class Policy:
    """The knobs that change levels: who is left out, and whether groups are evened."""

    wishes_first: bool
    spread: bool

    def levels(self) -> tuple[str, ...]:
        """The flow levels under this policy, most important first."""
        dropped = {"lottery"} if self.wishes_first else set()
        if not self.spread:
            dropped.add("balance")
        return tuple(name for name in FLOW_LEVELS if name not in dropped)


@dataclass(frozen=True)
class Packing:
    """Consecutive levels as one integer cost, exact along every cycle.

    weights: level -> weight, most important first. total: no path adds more than this. unit: affinity is
    rounded to multiples of it; 1 is exact.
    """

    weights: dict[str, int]
    total: int
    unit: int = 1

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels, most important first."""
        return tuple(self.weights)

    @property
    def balance(self) -> int:
        """Weight of one unit of the sum of squares."""
        return self.weights.get("balance", 0)

    def cost(self, component: Component, policy: Policy, rows: np.ndarray, scores: Scores) -> np.ndarray:
        """int64 (r, m + 1): packed costs of the pairs of some mentees; NEVER where not allowed."""
        r, m = scores.allowed.shape
        cost = np.empty((r, m + 1), dtype=np.int64)
        pairs = cost[:, :m]
        if "affinity" in self.weights:
            points = scores.affinity if self.unit == 1 else rounded(scores.affinity, self.unit)
            np.multiply(points, -self.weights["affinity"], out=pairs, dtype=np.int64)
        else:
            pairs[:] = 0
        by_share = self.share_weights()
        asking = np.flatnonzero(component.wishful[rows]) if by_share.any() else rows[:0]
        pairs[asking] += by_share[scores.share[asking]]
        if self.weights.get("near") and scores.near.any():
            pairs += scores.near * np.int64(self.weights["near"])
        cost[:, m] = self.alone(component, policy, rows)
        self._add_moved(component, rows, cost)
        if "tie" in self.weights:
            cost += component.hashes(rows) * np.int64(self.weights["tie"])
        pairs[~scores.allowed] = NEVER
        return cost

    def share_weights(self) -> np.ndarray:
        """int64 (7,): what each share of honoured preferences costs."""
        return np.array([*(self.weights.get(name, 0) for name in SHARE_LEVELS), 0], dtype=np.int64)

    def single(self, component: Component, policy: Policy, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """int64 (p,): packed costs of single allowed pairs, column m for unmatched, the tie-break left aside."""
        m = component.shape[1]
        cost = self.alone(component, policy, rows)
        paired = np.flatnonzero(columns < m)
        share, near, affinity = component.chosen(rows[paired], columns[paired])
        points = rounded(affinity, self.unit) * self.weights.get("affinity", 0)
        cost[paired] = self.share_weights()[share] + near * self.weights.get("near", 0) - points
        bound = (component.current[rows] != -1) & (component.current[rows] != columns)
        return cost + bound * self.weights.get("moved", 0)

    def alone(self, component: Component, policy: Policy, rows: np.ndarray) -> np.ndarray:
        """int64 (r,): what being unmatched costs, "moved" and the tie-break left aside."""
        cost = np.full(len(rows), self.weights.get("unmatched", 0), dtype=np.int64)
        cost += self.weights.get("lottery", 0) * component.lots[rows]
        if policy.wishes_first:
            cost += self.weights.get("ignored", 0) * component.wishful[rows]
        return cost

    def _add_moved(self, component: Component, rows: np.ndarray, cost: np.ndarray) -> None:
        weight = self.weights.get("moved", 0)
        bound = np.flatnonzero(component.current[rows] != -1)
        if weight and len(bound):
            cost[bound] += weight
            kept = bound[component.current[rows[bound]] >= 0]
            cost[kept, component.current[rows[kept]]] -= weight


TIE = Packing({"tie": 1}, 2**44)
"""The seeded tie-break as a stage of its own."""


def rounded(points: np.ndarray, unit: int) -> np.ndarray:
    """Points to the nearest multiple of the unit, halves upwards."""
    return (points + unit // 2) // unit * unit


def pack(ranges: Mapping[str, int], limit: int = EXACT, *, unit: int = 1) -> list[Packing]:
    """Stages, most important level first, each within `limit` unless a single level already is not.

    ranges: level -> the most by which one cycle can change it, most important first.
    """
    stages: list[Packing] = []
    pending = [(name, reach) for name, reach in ranges.items() if reach]
    while pending:
        count = len(pending)
        while count > 1 and _total(pending[:count]) > limit:
            count -= 1
        stages.append(replace(_packing(pending[:count]), unit=unit))
        pending = pending[count:]
    return stages


def _packing(levels: list[tuple[str, int]]) -> Packing:
    weights, below = {}, 0
    for name, reach in reversed(levels):
        weights[name] = below + 1
        below += (below + 1) * reach
    return Packing(dict(reversed(weights.items())), 3 * (below + 1))


def _total(levels: list[tuple[str, int]]) -> int:
    return _packing(levels).total


def cycle_ranges(component: Component, policy: Policy, unit: int = 1) -> dict[str, int]:
    """For each level but the tie-break the most by which one simple residual cycle can change it.

    A cycle reassigns at most q = min(n, m + 1) mentees, passes "unmatched" once and changes the
    size of two groups.
    """
    n, m = component.shape
    q = min(n, m + 1)
    most = np.minimum(component.capacity, component.base + component.reach)
    shares, near, points = _mentee_ranges(component)
    known = {
        "unmatched": 1,
        "moved": min(q, int((component.current != -1).sum())),
        "lottery": int(component.lots.max()),
        "near": min(q, near),
        "balance": 2 * int(np.maximum(most, component.minimum).max()) + 1,
        "affinity": int(np.sort(points)[::-1][:q].sum()) + q * (unit // 2),
    }
    for k, name in enumerate(SHARE_LEVELS):
        some = shares[k] | component.wishful if k == 0 and policy.wishes_first else shares[k]
        known[name] = min(q, int(some.sum()))
    return {name: known[name] for name in ("unmatched", *policy.levels()) if name in known}


def _mentee_ranges(component: Component) -> tuple[np.ndarray, int, np.ndarray]:
    """(bool (6, n): who can meet each share, how many can be near, int (n,) most points of each).

    Not too small, but where a component keeps no table generous: then nobody's pairs are looked at.
    """
    n = component.shape[0]
    if not component.small:
        stated = (component.tables.wish_kind[component.mentees] == PREFER).sum(axis=1)
        codes = share_codes()
        able = [np.isin(stated, np.flatnonzero((codes == k).any(axis=1))) for k in range(len(SHARE_LEVELS))]
        return np.array(able), n if component.tables.near else 0, component.most_points()
    scores = component.scores
    points = np.where(scores.allowed, scores.affinity, 0).max(axis=1).astype(np.int64)
    near = int((scores.near & scores.allowed).any(axis=1).sum()) if scores.near.any() else 0
    asking = np.flatnonzero(component.wishful)
    some = np.where(scores.allowed[asking], scores.share[asking], len(SHARE_LEVELS))
    shares = np.zeros((len(SHARE_LEVELS), n), dtype=bool)
    for k in range(len(SHARE_LEVELS)):
        shares[k, asking] = (some == k).any(axis=1)
    return shares, near, points
