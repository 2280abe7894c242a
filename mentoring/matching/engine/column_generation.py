"""The same flow for components too large for a dense table.

A few promising pairs of each mentee and each mentor are solved first (LAPJVsp over sparse places).
The prices of that solution are then held against every allowed pair; pairs that are too cheap join,
and the flow is solved again, until none is left. The last prices prove the solution optimal over
all pairs, although most were never in the table.
Source: column generation, Dantzig and Wolfe (1960); priced assignment, Jonker and Volgenant (1987).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from mentoring.matching.engine import flow
from mentoring.matching.engine.flow import NEVER, Places
from mentoring.matching.engine.levels import Stage

DENSE = 6_000_000
"""Mentees times places up to which one dense table is faster."""

PROMISING = 12
"""Pairs of each mentee and of each mentor to begin with, and to add to a mentee in each round."""


def solve_stage(cost: np.ndarray, allowed: np.ndarray, places: Places, stage: Stage) -> np.ndarray | None:
    """As flow.solve_stage, by whichever way suits the size."""
    if allowed.shape[0] * len(places.owner) <= DENSE:
        return flow.solve_stage(cost, allowed, places, stage)
    width = allowed.shape[1]
    working = _promising(cost, allowed)
    while True:
        columns = _solve_working(cost, working, places, stage)
        if columns is None:
            wider = working | _next_best(cost, allowed & ~working)
            if (wider == working).all():
                return None
            working = wider
            continue
        found = flow.prices(columns, cost, working, places, stage)
        reduced = np.where(allowed, cost + found.columns[None, :] - found.rows[:, None], NEVER)
        cheap = reduced < 0
        if not cheap.any():
            return columns if flow.filled(columns, places, width) else None
        working |= cheap & _next_best(reduced, cheap)


def unavoidable(allowed: np.ndarray, capacity: np.ndarray) -> int:
    """As flow.unavoidable; in a large component a few pairs of each person often settle it."""
    n, mentors = allowed.shape
    if n * int(capacity.sum()) > DENSE:
        some = _next_best(np.zeros(allowed.shape, dtype=np.int64), allowed)
        some |= _next_best(np.zeros((mentors, n), dtype=np.int64), allowed.T).T
        found = flow.unavoidable(some, capacity)
        if found == max(0, n - int(capacity.sum())):
            return found
    return flow.unavoidable(allowed, capacity)


def _promising(cost: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """bool (n, m + 1): each mentee's and each mentor's cheapest pairs, and unmatched for all."""
    working = _next_best(cost, allowed)
    working |= _next_best(cost.T, allowed.T).T
    working[:, -1] = allowed[:, -1]
    return working


def _next_best(cost: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """bool (n, k): the PROMISING cheapest allowed entries of each row; equal costs are spread.

    Rows begin at different columns, or identical mentees would all point at the same few mentors.
    """
    n, width = allowed.shape
    chosen = np.zeros(allowed.shape, dtype=bool)
    count = min(PROMISING, width)
    for i in range(n):
        turned = np.roll(np.where(allowed[i], cost[i], NEVER), -(i % width))
        best = (np.argsort(turned, kind="stable")[:count] + i) % width
        chosen[i, best] = True
    return chosen & allowed


def _solve_working(cost: np.ndarray, working: np.ndarray, places: Places, stage: Stage) -> np.ndarray | None:
    """Column of each mentee in a cheapest assignment over the working pairs; None if there is none.

    Here every mentee has a place of their own to be unmatched in, so dear that no more are taken
    than must be; more than there are places for "unmatched" means that the working pairs are too few.
    """
    n, width = working.shape
    row, column = np.nonzero(working[:, :-1])
    edge, place = _seats(column, places, width)
    charge = places.marginal * stage.balance - places.filled * stage.filled
    weight = cost[row[edge], column[edge]] + charge[place]
    alone = np.flatnonzero(working[:, -1])
    seats = len(places.owner)
    rows = np.concatenate([row[edge], alone])
    taken = np.concatenate([place, seats + alone])
    weight = np.concatenate([weight, cost[alone, -1] + 4 * stage.filled])
    least = np.full(n, NEVER)
    np.minimum.at(least, rows, weight)
    weight = (weight - least[rows] + 1).astype(np.float64)
    try:
        chosen, at = min_weight_full_bipartite_matching(sparse.csr_array((weight, (rows, taken)), shape=(n, seats + n)))
    except ValueError:
        return None
    if len(chosen) < n or (at >= seats).sum() > (places.owner == width - 1).sum():
        return None
    columns = np.empty(n, dtype=np.int64)
    columns[chosen] = np.append(places.owner, np.full(n, width - 1))[at]
    return columns


def _seats(column: np.ndarray, places: Places, width: int) -> tuple[np.ndarray, np.ndarray]:
    """(edge, place): every place at the mentor of each edge."""
    first = np.searchsorted(places.owner, np.arange(width))
    copies = np.bincount(places.owner, minlength=width)[column]
    edge = np.repeat(np.arange(len(column)), copies)
    place = first[column[edge]] + np.arange(len(edge)) - (np.cumsum(copies) - copies)[edge]
    return edge, place
