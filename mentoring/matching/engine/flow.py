"""One transportation problem over a dense table, for tutor groups: each group to a mentor or to none.

A mentor is a row of places with rising marginal costs, so the least-cost flow is a rectangular
assignment over places, solved by the shortest augmenting path method (Jonker and Volgenant 1987,
as in scipy). "Unmatched" is one more column with exactly as many places as people must be left
out, which is known beforehand from a maximum matching, so the top level needs no weight.

After each stage the prices of a place at each mentor are found by Bellman and Ford on the graph of
mentors in int64. They prove the stage optimal (no negative cycle), and by complementary slackness
they describe all its optima: pairs of reduced cost 0, and for each place whether it must, may or
must not be taken. The next stage is solved on that face.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import maximum_bipartite_matching

NEVER = np.int64(2**60)
"""Cost of what is not allowed; never added to itself."""


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


class NotOptimal(ArithmeticError):
    """The prices show a cheaper solution: the packed weights left the exact range of doubles."""


@dataclass(frozen=True)
class Places:
    """Places of all mentors, unmatched last, each mentor's in rising order of cost.

    owner: int (s,), column; marginal: int64 (s,), cost at the level "balance";
    filled: bool (s,), must be taken.
    """

    owner: np.ndarray
    marginal: np.ndarray
    filled: np.ndarray


@dataclass(frozen=True)
class Prices:
    """Proof of one stage: mentee i pays `rows[i]`, a place at column j costs `columns[j]`."""

    rows: np.ndarray
    columns: np.ndarray


def unavoidable(allowed: np.ndarray, capacity: np.ndarray) -> int:
    """Fewest mentees left out when column j has capacity[j] places (Hopcroft and Karp 1973)."""
    owner = np.repeat(np.arange(allowed.shape[1]), np.minimum(capacity, allowed.sum(axis=0)))
    graph = sparse.csc_array(allowed.astype(np.int8))[:, owner].tocsr()
    if not graph.nnz:
        return int(allowed.shape[0])
    return int((maximum_bipartite_matching(graph, perm_type="column") < 0).sum())


def solve_stage(cost: np.ndarray, allowed: np.ndarray, places: Places, stage: Stage) -> np.ndarray | None:
    """Column of each mentee in a cheapest assignment, int (n,), or None if there is none.

    cost, allowed: (n, m + 1), unmatched last. None also when places that must be taken stay free.
    """
    charge = places.marginal * stage.balance - places.filled * stage.filled
    matrix = np.where(allowed, cost, 0)[:, places.owner] + charge[None, :]
    table = matrix.astype(np.float64)
    table[~allowed[:, places.owner]] = np.inf
    if table.shape[0] > table.shape[1]:
        return None
    try:
        _, chosen = linear_sum_assignment(table)
    except ValueError:
        return None
    columns = places.owner[chosen]
    return columns if filled(columns, places, allowed.shape[1]) else None


def filled(columns: np.ndarray, places: Places, width: int) -> bool:
    """Whether every place that must be taken is."""
    load = np.bincount(columns, minlength=width)
    wanted = np.bincount(places.owner[places.filled], minlength=width)
    return bool((load >= wanted).all())


def prices(columns: np.ndarray, cost: np.ndarray, allowed: np.ndarray, places: Places, stage: Stage) -> Prices:
    """Prices under which `columns` is optimal for the stage, by Bellman and Ford in int64.

    NotOptimal if there are none, that is, if the residual graph has a negative cycle.
    """
    n, width = allowed.shape
    charge = places.marginal * stage.balance - places.filled * stage.filled
    arcs = _exchange(columns, cost, allowed)
    least, most = _place_bounds(columns, charge, places.owner, width)
    price = np.zeros(width + 1, dtype=np.int64)
    full = np.full((width + 1, width + 1), NEVER, dtype=np.int64)
    full[:width, :width] = arcs
    full[:width, width] = most
    full[width, :width] = -least
    for _ in range(width + 3):
        relaxed = np.minimum(price, (np.where(full < NEVER // 2, full + price[None, :], NEVER)).min(axis=1))
        if (relaxed == price).all():
            break
        price = relaxed
    else:
        raise NotOptimal("negative cycle")
    column_price = price[:width] - price[width]
    rows = cost[np.arange(n), columns] + column_price[columns]
    return Prices(rows=rows, columns=column_price)


def _exchange(columns: np.ndarray, cost: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """int64 (m + 1, m + 1): cheapest move of one mentee of column j to column k, NEVER if none."""
    n, width = allowed.shape
    own = cost[np.arange(n), columns]
    change = np.where(allowed, cost - own[:, None], NEVER)
    order = np.argsort(columns, kind="stable")
    used, starts = np.unique(columns[order], return_index=True)
    arcs = np.full((width, width), NEVER, dtype=np.int64)
    arcs[used] = np.minimum.reduceat(change[order], starts, axis=0)
    return arcs


def _place_bounds(
    columns: np.ndarray, charge: np.ndarray, owner: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """For each column the charge of its dearest taken and its cheapest free place."""
    load = np.bincount(columns, minlength=width)
    starts = np.searchsorted(owner, np.arange(width))
    ends = np.searchsorted(owner, np.arange(width), side="right")
    free = starts + load < ends
    most = np.full(width, NEVER, dtype=np.int64)
    most[free] = charge[(starts + load)[free]]
    least = np.full(width, -NEVER, dtype=np.int64)
    taken = load > 0
    least[taken] = charge[(starts + load - 1)[taken]]
    return least, most


def face(
    found: Prices, cost: np.ndarray, allowed: np.ndarray, places: Places, stage: Stage
) -> tuple[np.ndarray, Places]:
    """The allowed pairs and the places of all optima of a stage that has these prices."""
    reduced = cost + found.columns[None, :] - found.rows[:, None]
    charge = places.marginal * stage.balance - places.filled * stage.filled
    excess = charge - found.columns[places.owner]
    keep = excess <= 0
    narrowed = Places(places.owner[keep], places.marginal[keep], (excess < 0)[keep] | places.filled[keep])
    return allowed & (reduced == 0), narrowed
