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

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mentoring.matching.engine.components import Component
from mentoring.matching.engine.outcome import SHARE_LEVELS

EXACT = 2**50
"""Largest range of one packed stage: sums along a path stay exact in a double (2**53)."""

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
class Stage:
    """Some consecutive levels as one cost.

    cost: int64 (n, m + 1), last column unmatched; only allowed pairs mean anything.
    balance: weight of a place's marginal cost. filled: reward of a place that must be taken.
    """

    levels: tuple[str, ...]
    cost: np.ndarray
    balance: int
    filled: int


def level_cost(component: Component, level: str, policy: Policy) -> np.ndarray:
    """int64 (n, m + 1): what each pair, and being unmatched, adds to one level."""
    n, m = component.allowed.shape
    cost = np.zeros((n, m + 1), dtype=np.int64)
    if level == "moved":
        rows = np.flatnonzero(component.current != -1)
        cost[rows] = 1
        kept = rows[component.current[rows] >= 0]
        cost[kept, component.current[kept]] = 0
    elif level == "lottery":
        cost[:, m] = component.lots
    elif level == "near":
        cost[:, :m] = component.near
    elif level in SHARE_LEVELS:
        cost[:, :m] = component.share == SHARE_LEVELS.index(level)
        if level == "ignored" and policy.wishes_first:
            cost[:, m] = component.wishful
    elif level == "affinity":
        cost[:, :m] = -component.affinity
    elif level == "tie":
        cost[:] = component.hashes
    return cost


def pack(
    component: Component, policy: Policy, *, levels: Sequence[str] | None = None, limit: int = EXACT
) -> list[Stage]:
    """Stages, most important first, each within `limit` unless a single level already is not.

    levels: some of the policy's, in their order; all by default. Levels in which no pair differs
    are left out.
    """
    stages: list[Stage] = []
    wanted = policy.levels() if levels is None else levels
    pending = [(name, _range(component, name, policy)) for name in wanted]
    pending = [(name, reach) for name, reach in pending if reach or name in ("balance", "tie")]
    while pending:
        count = len(pending)
        while count > 1 and _total(pending[:count]) > limit:
            count -= 1
        stages.append(_stage(component, policy, pending[:count]))
        pending = pending[count:]
    return stages


def _total(levels: list[tuple[str, int]]) -> int:
    """Range of the packed cost along one cycle, the reward for places that must be taken included."""
    total = 0
    for _, reach in reversed(levels):
        total += (total + 1) * reach
    return 3 * (total + 1)


def _stage(component: Component, policy: Policy, levels: list[tuple[str, int]]) -> Stage:
    cost = np.zeros(component.hashes.shape, dtype=np.int64)
    weight, below, balance = 1, 0, 0
    for name, reach in reversed(levels):
        weight = below + 1
        if name == "balance":
            balance = weight
        else:
            cost += weight * level_cost(component, name, policy)
        below += weight * reach
    return Stage(tuple(name for name, _ in levels), cost, balance, below + 1)


def _range(component: Component, level: str, policy: Policy) -> int:
    """The most by which one simple residual cycle can change a level."""
    if level == "balance":
        return 2 * int(component.capacity.max()) + 1
    cost = level_cost(component, level, policy)
    m = component.allowed.shape[1]
    pairs = cost[:, :m]
    least = np.where(component.allowed, pairs, np.iinfo(np.int64).max).min(axis=1)
    most = np.where(component.allowed, pairs, np.iinfo(np.int64).min).max(axis=1)
    spans = np.sort(most - least)[::-1]
    unmatched = np.maximum(np.abs(cost[:, m] - least), np.abs(cost[:, m] - most))
    return int(spans[: m + 1].sum()) + 2 * int(unmatched.max())
