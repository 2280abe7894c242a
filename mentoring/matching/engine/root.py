"""The flow of a component with nothing assumed about its groups: a bound for every solution.

A mentor is a row of places of rising charge, so the cheapest flow is a rectangular assignment over
places. A small component is one dense table (scipy's `linear_sum_assignment`). In a larger one a few
promising pairs of each mentee and each mentor are assigned first (LAPJVsp over sparse places); the
prices of that solution are held against every allowed pair, pairs that are too cheap join, and it
is solved again until none is left. The last prices prove it optimal over all pairs.
Source: Jonker and Volgenant (1987); pricing out, Dantzig and Wolfe (1960).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from mentoring.matching.engine.components import Component
from mentoring.matching.engine.exchange import FORCED, NEVER, Edges, Exchange, Pairs, Table
from mentoring.matching.engine.group_states import NO_PLACE, Ladder, nth
from mentoring.matching.engine.levels import EXACT, TIE, WIDE, Packing, Policy, cycle_ranges, pack

DENSE = 1_000_000
"""Mentees times places up to which one dense table is faster."""

PROMISING = 10
"""Pairs of each mentee and of each mentor to begin with, and to add to a mentee in each round."""

MENTORS_LOOK = 4
"""Without a table each mentor's promising pairs are sought in one band out of so many."""

SPARE = 4
"""Places to be unmatched in, beyond what the number of places makes necessary, in a first try."""


class NotOptimal(ArithmeticError):
    """The prices show a cheaper solution: the packed weights left the exact range of doubles."""


@dataclass(frozen=True)
class Settled:
    """A stage that is solved: its packed levels and the prices that prove it.

    Together with the ladder they describe all its optima: pairs of reduced cost 0, and places
    dearer than the price left free, cheaper ones taken.
    """

    packing: Packing
    price: np.ndarray


@dataclass(frozen=True)
class Costs:
    """The packed costs of a component, kept as a table or made again in bands.

    above: stages settled before; what is not on their optimal face costs NEVER.
    """

    component: Component
    policy: Policy
    packing: Packing
    above: tuple[Settled, ...]
    table: np.ndarray | None

    @classmethod
    def of(cls, component: Component, policy: Policy, packing: Packing, above: tuple[Settled, ...] = ()) -> Costs:
        """Keeps the table of a small component."""
        bare = cls(component, policy, packing, above, None)
        return replace(bare, table=next(bare.bands())[1]) if component.small else bare

    def bands(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(rows, int64 (r, m + 1) costs), all mentees in order."""
        if self.table is not None:
            yield np.arange(len(self.table)), self.table
            return
        for rows, scores in self.component.bands():
            cost = self.packing.cost(self.component, self.policy, rows, scores)
            for stage in self.above:
                reduced = stage.packing.cost(self.component, self.policy, rows, scores) + stage.price
                reduced[cost >= NEVER] = 2 * NEVER
                cost[reduced > reduced.min(axis=1)[:, None]] = NEVER
                if stage.price[-1] < 0:
                    cost[:, -1] = NEVER
            yield rows, cost


@dataclass(frozen=True)
class Places:
    """The places of mentors that may be taken, each column's in rising order of charge.

    owner: int (s,), column. charge: int64 (s,), for a place that must be taken less `force`.
    starts: int (m + 1,), of each column's. alone: whether anybody may be unmatched.
    """

    owner: np.ndarray
    charge: np.ndarray
    starts: np.ndarray
    force: int

    @classmethod
    def of(cls, ladder: Ladder, packing: Packing, above: tuple[Settled, ...] = ()) -> Places:
        """Places under the states of the ladder, on the face of the stages above."""
        owner = ladder.owners()
        number = nth(owner)
        keep, must = np.ones(len(owner), dtype=bool), np.zeros(len(owner), dtype=bool)
        for stage in above:
            excess = replace(ladder, weight=stage.packing.balance).places(owner, number) - stage.price[owner]
            keep &= must | (excess <= 0)
            must |= keep & (excess < 0)
        charge = replace(ladder, weight=packing.balance).places(owner, number)
        must |= charge < -FORCED // 2
        charge += FORCED * (charge < -FORCED // 2)
        keep &= charge < FORCED // 2
        owner, charge = owner[keep], (charge - packing.total * must)[keep]
        return cls(owner, charge, np.searchsorted(owner, np.arange(len(ladder.base))), packing.total)

    def charges(self, load: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """int64 (m + 1,) twice: the charge of one place more and of the dearest place taken."""
        opening, closing = np.full(len(load), NO_PLACE), np.full(len(load), -NO_PLACE)
        here, ends = self.starts[:-1] + load[:-1], self.starts[1:]
        free, taken = np.flatnonzero(here < ends), np.flatnonzero(load[:-1] > 0)
        opening[free], closing[taken] = self.charge[here[free]], self.charge[here[taken] - 1]
        opening[-1], closing[-1] = 0, 0 if load[-1] else -NO_PLACE
        return opening, closing


def assign_dense(cost: np.ndarray, places: Places) -> np.ndarray:
    """Column of each mentee in a cheapest flow, int (n,); cost: int64 (n, m + 1)."""
    n, width = cost.shape
    seats = len(places.owner)
    table = cost.astype(np.float64)
    table[cost >= NEVER] = np.inf
    alone = max(n - seats, 0) + SPARE
    while True:
        alone = min(alone, n)
        whole = np.empty((n, seats + alone))
        np.take(table, places.owner, axis=1, out=whole[:, :seats], mode="clip")
        whole[:, :seats] += places.charge
        whole[:, seats:] = table[:, -1:]
        try:
            _, chosen = linear_sum_assignment(whole)
        except ValueError:
            chosen = np.full(n, seats)
        columns = np.append(places.owner, np.full(alone, width - 1))[chosen]
        if alone == n or (columns == width - 1).sum() < alone:
            return columns
        alone *= 4


def assign_sparse(edges: Edges, places: Places, n: int) -> np.ndarray:
    """The same over some pairs only; "unmatched" is a private place of each mentee."""
    seats, m = len(places.owner), len(places.starts) - 1
    paired = edges.columns < m
    columns = edges.columns[paired]
    copies = np.diff(places.starts)[columns]
    edge = np.repeat(np.arange(len(columns)), copies)
    place = places.starts[columns[edge]] + np.arange(len(edge)) - np.repeat(np.cumsum(copies) - copies, copies)
    rows = np.concatenate([edges.rows[paired][edge], edges.rows[~paired]])
    weight = np.concatenate([edges.cost[paired][edge] + places.charge[place], edges.cost[~paired]])
    at = np.concatenate([place, seats + edges.rows[~paired]])
    weight = (weight - weight.min() + 1).astype(np.float64)
    graph = sparse.csr_array((weight, (rows, at)), shape=(n, seats + n))
    chosen, taken = min_weight_full_bipartite_matching(graph)
    found = np.empty(n, dtype=np.int64)
    found[chosen] = np.append(places.owner, np.full(n, m))[taken]
    return found


def prices_of(
    rows: np.ndarray, columns: np.ndarray, length: np.ndarray, opening: np.ndarray, closing: np.ndarray
) -> np.ndarray:
    """int64 (w,): prices under which no arc is negative (Bellman and Ford).

    rows, columns, length: (e,), arcs of the exchange graph, from a column to another. NotOptimal if
    there is a negative cycle.
    """
    width = len(opening)
    free, taken = np.flatnonzero(opening < NEVER // 2), np.flatnonzero(closing > -(NEVER // 2))
    tail = np.concatenate([rows, free, np.full(len(taken), width)])
    head = np.concatenate([columns, np.full(len(free), width), taken])
    arc = np.concatenate([length, opening[free], -closing[taken]])
    order = np.argsort(tail, kind="stable")
    tail, head, arc = tail[order], head[order], arc[order]
    nodes, starts = np.unique(tail, return_index=True)
    price = np.zeros(width + 1, dtype=np.int64)
    for _ in range(width + 3):
        relaxed = np.minimum(price[nodes], np.minimum.reduceat(arc + price[head], starts))
        if (relaxed == price[nodes]).all():
            return price[:width] - price[width]
        price[nodes] = relaxed
    raise NotOptimal("negative cycle")


def dense_arcs(cost: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(from, to, length) of the cheapest move between every two columns."""
    order = np.argsort(columns, kind="stable")
    own = cost[order, columns[order]]
    used, starts = np.unique(columns[order], return_index=True)
    change = np.minimum.reduceat(cost[order] - own[:, None], starts, axis=0)
    tail, head = np.nonzero(change < NEVER // 2)
    return used[tail], head, change[tail, head]


def edge_arcs(edges: Edges, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same over some pairs only; several arcs between two columns may remain."""
    own = np.zeros(len(columns), dtype=np.int64)
    here = edges.columns == columns[edges.rows]
    own[edges.rows[here]] = edges.cost[here]
    return columns[edges.rows], edges.columns, edges.cost - own[edges.rows]


def solve_stage(
    costs: Costs, places: Places, before: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, Edges | None]:
    """(columns, prices, working pairs if not all were needed) of a flow that is cheapest over all pairs.

    before: columns of the stage above, so that the working pairs hold at least one solution.
    """
    n, m = costs.component.shape
    if costs.table is not None and n * len(places.owner) <= DENSE:
        columns = assign_dense(costs.table, places)
        charges = places.charges(np.bincount(columns, minlength=m + 1))
        return columns, prices_of(*dense_arcs(costs.table, columns), *charges), None
    working = _promising(costs)
    if before is not None:
        working = np.union1d(working, np.arange(n) * (m + 1) + before)
    while True:
        edges = _edges(costs, working)
        columns = assign_sparse(edges, places, n)
        charges = places.charges(np.bincount(columns, minlength=m + 1))
        price = prices_of(*edge_arcs(edges, columns), *charges)
        cheap = _too_cheap(costs, columns, price)
        if not len(cheap):
            return columns, price, edges
        working = np.union1d(working, cheap)


def _edges(costs: Costs, working: np.ndarray) -> Edges:
    """Working pairs, as row * (m + 1) + column, with their costs."""
    n, m = costs.component.shape
    rows, columns = np.divmod(working, m + 1)
    starts = np.searchsorted(rows, np.arange(n + 1))
    if costs.table is None and not costs.above:
        single = costs.packing.single(costs.component, costs.policy, rows, columns)
        return Edges.of(n, m + 1, rows, columns, single)
    cost = np.empty(len(working), dtype=np.int64)
    for band, table in costs.bands():
        here = slice(starts[band[0]], starts[band[-1] + 1])
        cost[here] = table[rows[here] - band[0], columns[here]]
    open_to = cost < NEVER
    return Edges.of(n, m + 1, rows[open_to], columns[open_to], cost[open_to])


def _promising(costs: Costs) -> np.ndarray:
    """Each mentee's and each mentor's cheapest pairs, and unmatched for all."""
    n, m = costs.component.shape
    chosen = [np.arange(n) * (m + 1) + m]
    noise = np.random.default_rng(0).random(m + 1009)
    windows = np.lib.stride_tricks.sliding_window_view(noise, m)
    best, best_row = np.full((0, m), np.inf), np.zeros((0, m), dtype=np.int64)
    for rows, table in costs.bands():
        cost = np.where(table[:, :m] < NEVER, table[:, :m] + windows[rows * 7919 % 1009], np.inf)
        some = _least(cost, PROMISING)
        mine = np.repeat(rows, some.shape[1])
        allowed = np.isfinite(np.take_along_axis(cost, some, axis=1)).ravel()
        chosen.append((mine * (m + 1) + some.ravel())[allowed])
        if costs.table is None and rows[0] // len(rows) % MENTORS_LOOK:
            continue
        stacked = np.vstack([best, cost])
        stacked_row = np.vstack([best_row, np.broadcast_to(rows[:, None], cost.shape)])
        keep = _least(np.ascontiguousarray(stacked.T), PROMISING).T
        best, best_row = np.take_along_axis(stacked, keep, axis=0), np.take_along_axis(stacked_row, keep, axis=0)
    mentor_pairs = (best_row * (m + 1) + np.arange(m)[None, :])[np.isfinite(best)]
    return np.unique(np.concatenate([*chosen, mentor_pairs]))


def _least(table: np.ndarray, count: int) -> np.ndarray:
    """int (r, <= count): positions of the smallest entries of each row, in no order."""
    if table.shape[1] <= count:
        return np.broadcast_to(np.arange(table.shape[1]), table.shape)
    return np.argpartition(table, count - 1, axis=1)[:, :count]


def _too_cheap(costs: Costs, columns: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Pairs whose reduced cost is negative, at most PROMISING of each mentee, cheapest first."""
    width = len(price)
    found = []
    for rows, table in costs.bands():
        reduced = table + price[None, :]
        now = reduced[np.arange(len(rows)), columns[rows]]
        wrong = np.flatnonzero(reduced.min(axis=1) < now)
        some = _least(reduced[wrong], PROMISING)
        row = np.repeat(wrong, some.shape[1])
        column = some.ravel()
        cheap = reduced[row, column] < now[row]
        found.append((rows[row] * width + column)[cheap])
    return np.concatenate(found)


@dataclass(frozen=True)
class Root:
    """The bounding flow of a component.

    stages: in which it was found, with their prices. packing: the levels that `flow` holds as one
    cost: all of them unless even int64 cannot (the rest is then settled by `finish`).
    """

    component: Component
    policy: Policy
    stages: tuple[Settled, ...]
    packing: Packing
    flow: Exchange

    @property
    def rest(self) -> tuple[Packing, ...]:
        """Stages below the levels that the flow holds."""
        return tuple(s.packing for s in self.stages if not set(s.packing.levels) <= set(self.packing.levels))


def solve_root(component: Component, policy: Policy, *, unit: int = 1) -> Root:
    """The cheapest flow with every group FREE, proven over all allowed pairs.

    unit: affinity is rounded to multiples of it; 1 is exact.
    """
    ranges = cycle_ranges(component, policy, unit)
    ladder = Ladder.of(component, 0)
    stages: tuple[Settled, ...] = ()
    columns = np.zeros(0, dtype=np.int64)
    for packing in pack(ranges, EXACT, unit=unit):
        costs = Costs.of(component, policy, packing, stages)
        columns, price, edges = solve_stage(costs, Places.of(ladder, packing, stages), columns if stages else None)
        stages = (*stages, Settled(packing, price))
    if len(stages) == 1:
        return Root(component, policy, stages, packing, _flow(costs, columns, price, edges, ladder))
    packing = pack(ranges, WIDE, unit=unit)[0]
    costs = Costs.of(component, policy, packing)
    if edges is not None:
        edges = _edges(costs, edges.rows * (component.shape[1] + 1) + edges.columns)
    arcs = edge_arcs(edges, columns) if edges is not None else dense_arcs(whole(costs), columns)
    charges = replace(ladder, weight=packing.balance).charges(np.bincount(columns, minlength=len(price)))
    return Root(component, policy, stages, packing, _flow(costs, columns, prices_of(*arcs, *charges), edges, ladder))


def finish(root: Root, flow: Exchange, *, tie: bool) -> tuple[np.ndarray, tuple[Settled, ...]]:
    """(columns, stages) of the best flow under the states of `flow`, levels it does not hold included.

    tie: whether the tie-break chooses among equals. A component without a table keeps the flow as it is.
    """
    stages: tuple[Settled, ...] = (Settled(root.packing, flow.price),)
    columns = flow.columns
    if not root.component.small:
        return columns, stages
    for packing in (*root.rest, *((TIE,) if tie else ())):
        costs = Costs.of(root.component, root.policy, packing, stages)
        columns, price, _ = solve_stage(costs, Places.of(flow.ladder, packing, stages), columns)
        stages = (*stages, Settled(packing, price))
    return columns, stages


def _flow(costs: Costs, columns: np.ndarray, price: np.ndarray, edges: Edges | None, ladder: Ladder) -> Exchange:
    pairs: Pairs = Table(costs.table) if costs.table is not None else _some(edges)
    own = costs.packing.single(costs.component, costs.policy, np.arange(len(columns)), columns)
    return Exchange(pairs, columns, own, price, replace(ladder, weight=costs.packing.balance))


def _some(edges: Edges | None) -> Edges:
    if edges is None:
        raise AssertionError("A component without a table has working pairs.")
    return edges


def whole(costs: Costs) -> np.ndarray:
    """int64 (n, m + 1): all costs at once."""
    return np.concatenate([table for _, table in costs.bands()])
