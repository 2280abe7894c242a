"""A cheapest flow that is kept cheapest while places open and close.

The *exchange graph* has one node for each mentor, one for "unmatched" and one for "nobody": an arc
from j to k costs what the cheapest mentee of j adds by moving to k; "nobody" takes a place at its
charge or gives one back. A flow is cheapest exactly if prices exist under which every arc costs at
least nothing. When the charge of a place at one mentor changes, only that mentor's price can be
wrong, and one shortest path for each place mends it (Dijkstra under those prices), where solving
again would need one for each mentee. Everything is int64, so a later flow is as exact as the first.
Source: successive shortest paths, Ahuja, Magnanti and Orlin (1993), chapter 9; dynamic Hungarian
method, Mills-Tettey, Stentz and Dias (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from mentoring.matching.engine.group_states import Ladder

NEVER = np.int64(2**60)
"""Cost of what is not allowed."""

FORCED = np.int64(2**57)
"""Beyond every real charge: minus this for a place that must be taken, plus this for one closed."""


class Pairs(Protocol):
    """What the arcs are made of; w columns, the last one unmatched."""

    def at(self, members: np.ndarray, k: int) -> np.ndarray:
        """int64 (len(members),): what these mentees cost in column k, NEVER where not allowed."""

    def arcs(self, columns: np.ndarray, own: np.ndarray) -> np.ndarray | None:
        """int64 (w, w): the least that a mentee of each column adds by moving to each other; None
        where that is too much to keep."""

    def leaving(self, front: np.ndarray, columns: np.ndarray, own: np.ndarray) -> np.ndarray:
        """int64 (f, w): the least that a mentee of these columns adds by moving to each column."""

    def entering(self, front: np.ndarray, columns: np.ndarray, own: np.ndarray) -> np.ndarray:
        """int64 (f, w): the least that a mentee of each column adds by moving to these columns."""


@dataclass(frozen=True)
class Table:
    """All pairs of a component. cost: int64 (n, w)."""

    cost: np.ndarray

    def at(self, members: np.ndarray, k: int) -> np.ndarray:
        return self.cost[members, k]

    def arcs(self, columns: np.ndarray, own: np.ndarray) -> np.ndarray | None:
        width = self.cost.shape[1]
        order = np.argsort(columns, kind="stable")
        used, starts = np.unique(columns[order], return_index=True)
        found = np.full((width, width), NEVER, dtype=np.int64)
        found[used] = np.minimum.reduceat(self.cost[order] - own[order, None], starts, axis=0)
        return np.minimum(found, NEVER)

    def leaving(self, front: np.ndarray, columns: np.ndarray, own: np.ndarray) -> np.ndarray:
        members = [np.flatnonzero(columns == k) for k in front.tolist()]
        return np.stack([(self.cost[rows] - own[rows, None]).min(axis=0, initial=NEVER) for rows in members])

    def entering(self, front: np.ndarray, columns: np.ndarray, own: np.ndarray) -> np.ndarray:
        least = np.full((len(front), self.cost.shape[1]), NEVER)
        for f, k in enumerate(front.tolist()):
            np.minimum.at(least[f], columns, self.cost[:, k] - own)
        return least


@dataclass(frozen=True)
class Edges:
    """Some pairs of a component, by row and by column.

    starts: int (n + 1,), into column and cost; order, tops: the same pairs sorted by column, with
    row numbers. "Unmatched" is a column like any other.
    """

    starts: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    cost: np.ndarray
    order: np.ndarray
    tops: np.ndarray

    @classmethod
    def of(cls, n: int, width: int, rows: np.ndarray, columns: np.ndarray, cost: np.ndarray) -> Edges:
        """From pairs in any order, each once."""
        first = np.lexsort((columns, rows))
        rows, columns, cost = rows[first], columns[first], cost[first]
        order = np.argsort(columns, kind="stable")
        starts = np.searchsorted(rows, np.arange(n + 1))
        return cls(starts, rows, columns, cost, order, np.searchsorted(columns[order], np.arange(width + 1)))

    def at(self, members: np.ndarray, k: int) -> np.ndarray:
        here = self.order[self.tops[k] : self.tops[k + 1]]
        cost = np.full(len(self.starts) - 1, NEVER)
        cost[self.rows[here]] = self.cost[here]
        return cost[members]

    def arcs(self, columns: np.ndarray, own: np.ndarray) -> np.ndarray | None:
        return None

    def leaving(self, front: np.ndarray, columns: np.ndarray, own: np.ndarray) -> np.ndarray:
        place = self._places(front)
        members = np.flatnonzero(place[columns] >= 0)
        here = _ranges(self.starts[members], self.starts[members + 1])
        rows = self.rows[here]
        return self._least(len(front), place[columns[rows]], self.columns[here], self.cost[here] - own[rows])

    def entering(self, front: np.ndarray, columns: np.ndarray, own: np.ndarray) -> np.ndarray:
        here = self.order[_ranges(self.tops[front], self.tops[front + 1])]
        rows = self.rows[here]
        targets = self._places(front)[self.columns[here]]
        return self._least(len(front), targets, columns[rows], self.cost[here] - own[rows])

    def _places(self, front: np.ndarray) -> np.ndarray:
        place = np.full(len(self.tops) - 1, -1)
        place[front] = np.arange(len(front))
        return place

    def _least(self, size: int, front: np.ndarray, other: np.ndarray, cost: np.ndarray) -> np.ndarray:
        width = len(self.tops) - 1
        least = np.full(size * width, NEVER)
        np.minimum.at(least, front * width + other, cost)
        return least.reshape(size, width)


def _ranges(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """All numbers from each start to before its end, one range after the other."""
    size = ends - starts
    return np.repeat(starts - np.cumsum(size) + size, size) + np.arange(size.sum())


class Exchange:
    """An optimal flow: mentees' columns, the charges of next and last places, and prices.

    columns: int (n,). own: int64 (n,), each mentee's cost where they are. load, opening, closing,
    price: int64 (w,): how many are there, the charge of one place more, of the dearest place taken,
    and the price of a place. arcs: int64 (w, w) of the exchange graph where they are kept.
    scans: columns looked at so far, a measure of work that is the same on every machine.
    """

    def __init__(self, pairs: Pairs, columns: np.ndarray, own: np.ndarray, price: np.ndarray, ladder: Ladder) -> None:
        self.pairs = pairs
        self.columns = columns
        self.own = own
        self.price = price
        self.ladder = ladder
        self.load = np.bincount(columns, minlength=len(price))
        self.opening, self.closing = ladder.charges(self.load)
        self.arcs = pairs.arcs(columns, own)
        self.scans = 0

    def copy(self) -> Exchange:
        """The same flow, free to be changed."""
        other = object.__new__(Exchange)
        other.pairs, other.scans = self.pairs, 0
        other.columns, other.own = self.columns.copy(), self.own.copy()
        other.price, other.load = self.price.copy(), self.load.copy()
        other.opening, other.closing = self.opening.copy(), self.closing.copy()
        other.arcs = None if self.arcs is None else self.arcs.copy()
        other.ladder = self.ladder.copy()
        return other

    def change(self, j: int, state: int) -> bool:
        """Put the group of column j into another state and mend the flow; false if it cannot be."""
        self.ladder.states[j] = state
        self._charge(j)
        while self.price[j] < self.closing[j]:
            self._send_away(j)
        while self.price[j] > self.opening[j]:
            self._bring_in(j)
        return bool((self.opening > -FORCED // 2).all() and self.closing[j] < FORCED // 2)

    def _charge(self, j: int) -> None:
        self.opening[j], self.closing[j] = self.ladder.charge(j, int(self.load[j]))

    def _send_away(self, j: int) -> None:
        """Free the dearest place at j along the shortest path, unless that costs more than it."""
        room = self.opening - self.price
        room[j] = NEVER
        path, lift = self._search(j, room, self.closing[j] - self.price[j], forward=True)
        self.price += lift
        self._shift(path[::-1])

    def _bring_in(self, j: int) -> None:
        """Fill the cheapest free place at j along the shortest path, unless that is not worth it."""
        spare = self.price - self.closing
        spare[j] = NEVER
        path, lift = self._search(j, spare, self.price[j] - self.opening[j], forward=False)
        self.price -= lift
        self._shift(path)

    def _search(self, j: int, exit_cost: np.ndarray, most: np.int64, *, forward: bool) -> tuple[list[int], np.ndarray]:
        """Shortest path between j and "nobody" if shorter than `most`, and what prices move by.

        All columns nearer than the best way out so far are looked at together, round by round: with
        arcs of no negative length that finds what Dijkstra's method finds, in fewer steps.
        The path begins at the way out and ends at j; it is empty if there is none.
        """
        distance = np.full(len(self.price), NEVER, dtype=np.int64)
        before = np.full(len(self.price), -1)
        distance[j] = 0
        front, length = np.array([j]), most
        while len(front):
            self.scans += len(front)
            steps = self._lengths(front, forward) + distance[front, None]
            first = steps.argmin(axis=0)
            least = steps[first, np.arange(len(first))]
            better = np.flatnonzero(least < np.minimum(distance, length))
            distance[better] = least[better]
            before[better] = front[first[better]]
            length = min(length, (distance + exit_cost).min())
            front = better[distance[better] < length]
        lift = np.maximum(length - distance, 0)
        out = distance + exit_cost
        end = int(out.argmin())
        if out[end] >= most:
            return [], lift
        path = [end]
        while path[-1] != j:
            path.append(int(before[path[-1]]))
        return path, lift

    def _lengths(self, front: np.ndarray, forward: bool) -> np.ndarray:
        """int64 (f, w): lengths under the prices of the arcs out of, or into, these columns."""
        price, known = self.price, self.arcs
        if forward:
            arcs = self.pairs.leaving(front, self.columns, self.own) if known is None else known[front]
            return arcs + price - price[front, None]
        arcs = self.pairs.entering(front, self.columns, self.own) if known is None else known[:, front].T
        return arcs + price[front, None] - price

    def _shift(self, path: list[int]) -> None:
        """Move one mentee along each arc of a path, last arc first so that nobody moves twice."""
        if not path:
            return
        for source, target in reversed(list(zip(path, path[1:], strict=False))):
            members = np.flatnonzero(self.columns == source)
            costs = self.pairs.at(members, target)
            chosen = int(np.argmin(costs - self.own[members]))
            self.columns[members[chosen]] = target
            self.own[members[chosen]] = costs[chosen]
        self.load[path[0]] -= 1
        self.load[path[-1]] += 1
        self._charge(path[0])
        self._charge(path[-1])
        if self.arcs is not None:
            self.arcs[path] = self.pairs.leaving(np.array(path), self.columns, self.own)
