"""Which pairs can still matter for the last level, when the sum of squares is already known.

With the balance held at B, relaxing it with a multiplier l leaves one flow: affinity plus l times
the convex envelope of the sizes, less l B. Its value is a lower bound, largest for the best l
(concave in l, so a ternary search finds it), and a pair whose reduced cost exceeds the distance
from the bound to the best solution known is in no better solution. All numbers are integers; the
costs are scaled so that l may be a fraction.
Source: Lagrangean relaxation and variable fixing, Geoffrion (1974).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mentoring.matching.engine.column_generation import solve_stage
from mentoring.matching.engine.flow import Places, prices
from mentoring.matching.engine.levels import Stage

SCALE = 8
"""Multipliers are multiples of 1 / SCALE."""


@dataclass(frozen=True)
class Relaxation:
    """The flow for one multiplier: its bound in scaled units and every pair's reduced cost."""

    bound: int
    reduced: np.ndarray


def best_relaxation(
    cost: np.ndarray, allowed: np.ndarray, places: Places, balance: int, stop: Callable[[], None]
) -> Relaxation | None:
    """The relaxation of largest bound; None if the places cannot be filled.

    cost: int64 (n, m + 1), the level to minimise. balance: what the marginal costs of the places
    taken may add up to.
    """
    known: dict[int, Relaxation | None] = {}

    def at(multiplier: int) -> Relaxation | None:
        if multiplier not in known:
            stop()
            known[multiplier] = _relax(cost, allowed, places, balance, multiplier)
        return known[multiplier]

    low, high = 0, SCALE * (int(np.abs(cost).max()) + 1)
    while high - low > 2:
        left, right = low + (high - low) // 3, high - (high - low) // 3
        first, second = at(left), at(right)
        if first is None or second is None:
            return None
        if first.bound < second.bound:
            low = left
        else:
            high = right
    found = [relaxation for relaxation in map(at, range(low, high + 1)) if relaxation is not None]
    return max(found, key=lambda relaxation: relaxation.bound, default=None)


def worthwhile(relaxation: Relaxation, allowed: np.ndarray, known: int) -> np.ndarray:
    """bool (n, m + 1): the pairs that a solution better than `known` can contain."""
    return allowed & (relaxation.bound + relaxation.reduced <= SCALE * (known - 1))


def lower_bound(relaxation: Relaxation) -> int:
    """The bound in units of the level, rounded up."""
    return -(-relaxation.bound // SCALE)


def _relax(cost: np.ndarray, allowed: np.ndarray, places: Places, balance: int, multiplier: int) -> Relaxation | None:
    scaled = SCALE * cost
    reach = int(np.abs(scaled).max()) * 2 + multiplier * int(places.marginal.max(initial=0) + 1)
    stage = Stage(("relaxed",), scaled, multiplier, (reach + 1) * (cost.shape[1] + 1))
    columns = solve_stage(scaled, allowed, places, stage)
    if columns is None:
        return None
    found = prices(columns, scaled, allowed, places, stage)
    spent = _spent(columns, places, cost.shape[1])
    value = int(scaled[np.arange(len(columns)), columns].sum()) + multiplier * (spent - balance)
    return Relaxation(value, scaled + found.columns[None, :] - found.rows[:, None])


def _spent(columns: np.ndarray, places: Places, width: int) -> int:
    """Sum of the marginal costs of the places taken, each mentor's cheapest first."""
    load = np.bincount(columns, minlength=width)
    starts = np.searchsorted(places.owner, np.arange(width))
    order = np.arange(len(places.owner)) - starts[places.owner]
    return int(places.marginal[order < load[places.owner]].sum())
