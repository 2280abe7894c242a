"""Close what branch and bound left open, level by level.

Level after level in order of importance: if the best solution equals what is proven, go on;
otherwise minimise that level over group sizes (programme.py) with every level above held at its
value. The affinity, last and hardest, first gets a bound from group prices (lagrange.py), and only
pairs that could still matter enter the programme. A better choice of sizes is solved again as a
flow, so that every answer of the engine comes from the same exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mentoring.matching.engine import lagrange
from mentoring.matching.engine.exchange import NEVER
from mentoring.matching.engine.group_states import CLOSED, COMPLETE, FREE, observed
from mentoring.matching.engine.levels import Packing
from mentoring.matching.engine.measure import AFFINITY, BALANCE, UNDERSIZED, Vector
from mentoring.matching.engine.outcome import LEVELS, SHARE_LEVELS
from mentoring.matching.engine.programme import Answer, Programme, kinds, minimise
from mentoring.matching.engine.root import Places, assign_dense, dense_arcs, prices_of
from mentoring.matching.engine.sizes import Face, Sizes
from mentoring.matching.engine.thin_groups import Part, Search

MOST_PAIRS = 40_000
"""Programmes with more rows of pairs are not tried; the level stays unproven."""

LINKED = 2_000
"""Pairs that a programme for the affinity may have, with a row for each."""

SWAPS = 15_000
"""Work of closing one group for another, in scanned mentors of shortest paths."""

GUIDED = 5e-4
"""How near to the best group prices the first sizes for the affinity must be."""

TRIES = 3
"""Programmes for the affinity, each over twice the pairs of the one before."""

MODEST = 6_000
"""Pairs of a component up to which more than one such programme is tried."""

STEP = 8
"""Parts of a point in which the price of squares is sought."""


@dataclass(frozen=True)
class Found:
    """sizes: int (m,), mentees of each group in a solution, None if none was found; bound: as in programme.Answer."""

    sizes: np.ndarray | None
    bound: int | None


class Gap(Sizes):
    """One component whose branch and bound stopped at its limit."""

    def __init__(self, search: Search, part: Part) -> None:
        super().__init__(search)
        self.part = part

    def close(self, last: int) -> Part:
        """The best solution found and what is now proven about it; levels from `last` on stay open."""
        for level in range(UNDERSIZED, last):
            self.search.stop()
            floor = self.floor(level)
            if floor < self.vector[level]:
                floor = self.improve(level, floor)
            if floor < self.vector[level]:
                if level == BALANCE:
                    self.improve(AFFINITY, floor)
                return self.answer((*self.vector[:level], floor, *self.root[level + 1 :]))
        return self.answer((*self.vector[:last], *self.root[last:]))

    def answer(self, bound: Vector) -> Part:
        """A part with the larger of this bound and the one of branch and bound."""
        best = max(bound, min(self.part.bound, self.vector))
        return Part(self.search.best.columns, self.vector, min(best, self.vector), self.search.nodes)

    def floor(self, level: int) -> int:
        """A lower bound of the level, given that all levels above have the values found."""
        bound = self.part.bound
        if level == AFFINITY:
            most = -int(self.component.most_points().sum())
            return max(bound[level], most) if bound[:level] == self.vector[:level] else most
        if bound[:level] != self.vector[:level]:
            return 0
        if level == BALANCE and self.policy.spread:
            people = self.matched() + int(self.component.base.sum())
            return bound[level] + (bound[level] - people) % 2
        return bound[level]

    def improve(self, level: int, floor: int) -> int:
        """Minimise one level; keeps a better solution and returns the level's new lower bound."""
        names = self.settled(level)
        face = self.face(names)
        held = [name for name in LEVELS[UNDERSIZED:level] if name not in names]
        if not self.policy.spread and "balance" in held:
            held.remove("balance")
        if level == AFFINITY and not set(held) - {"undersized", "balance"} and self.policy.spread:
            return self.improve_affinity(face, held)
        if level == BALANCE:
            return self.even_out(face, held, floor)
        return self.programme(level, held, face, floor)

    def even_out(self, face: Face, held: Sequence[str], floor: int) -> int:
        """Ask for sizes as even as whole groups can be; then for any that are more even, until there are none.

        Both questions are answered faster than which sizes are the most even.
        """
        floor = max(floor, self.evenest(face))
        limit = (floor - self.constant("balance")) // 2
        while floor < self.vector[BALANCE]:
            self.search.stop()
            owner, size = self.sizes(face)
            found = self.over_kinds(face, held, "", owner, size, np.zeros(len(owner)), limit)
            if found is None or (found.sizes is None and found.bound is not None):
                return floor
            before = self.vector
            if found.sizes is not None:
                self.adopt(found.sizes)
                if self.vector >= before:
                    return floor
            else:
                floor = self.constant("balance") + 2 * (limit + 1)
            limit = self.value("balance") - 1
        return floor

    def programme(self, level: int, held: Sequence[str], face: Face, floor: int) -> int:
        """Minimise the level with an integer programme that holds others as rows."""
        owner, size = self.sizes(face)
        found = self.over_kinds(face, held, LEVELS[level], owner, size, self.size_cost(LEVELS[level], owner, size))
        return floor if found is None else self.read(found, level, self.vector[level])

    def over_kinds(
        self,
        face: Face,
        held: Sequence[str],
        name: str,
        owner: np.ndarray,
        size: np.ndarray,
        worth: np.ndarray,
        limit: int | None = None,
    ) -> Found | None:
        """The programme in which mentees who are alike on the face are one row; None if it is too large.

        name: the level that pairs are minimised for, "" for none. worth: (g,), cost of each size.
        limit: most that the balance may be, in the units of its costs.
        """
        m = len(self.component.mentors)
        tables = {level: self.pair_cost(level) for level in (name, *held)}
        mentees, kind = kinds(face.allowed, *tables.values())
        worths = np.zeros((m, int(face.most.max(initial=0)) + 1))
        worths[owner, size] = worth
        columns = [table[mentees, :m].T for table in (face.allowed, *tables.values())]
        mentors, column_kind = kinds(
            *columns, self.component.base, self.component.minimum, face.fewest, face.most, worths
        )
        row, column = np.nonzero(face.allowed[np.ix_(mentees, np.append(mentors, m))])
        if len(row) > MOST_PAIRS:
            return None
        groups = self.most_groups(owner, size)
        of_first = mentors[column_kind[owner]] == owner
        owner, size, worth = owner[of_first], size[of_first], worth[of_first]
        rows = [(name_, self.size_cost(name_, owner, size), self.value(name_)) for name_ in held]
        limits = [
            (tables[name_][mentees[row], np.append(mentors, m)[column]], cost, most) for name_, cost, most in rows
        ]
        if limit is not None:
            limits.append((np.zeros(len(row)), self.size_cost("balance", owner, size), limit))
        limits.append((np.zeros(len(row)), self.fresh(owner), groups))
        programme = Programme(
            row,
            column,
            np.bincount(kind),
            self.vector[0],
            column_kind[owner],
            size,
            face.fewest[mentors] > 0,
            np.bincount(column_kind),
            False,
            tuple(limits),
        )
        whole = any(level in SHARE_LEVELS for level in (*held, name))
        over_pairs = tables[name][mentees[row], np.append(mentors, m)[column]]
        near = 0.0 if name or limit is not None else GUIDED
        found = minimise(programme, over_pairs, worth, whole_pairs=whole, near=near)
        return self.spread_out(found, programme, column_kind)

    def spread_out(self, found: Answer, programme: Programme, column_kind: np.ndarray) -> Found:
        """The sizes of single mentors from how often each kind of mentor has each size."""
        if found.times is None:
            return Found(None, found.bound)
        sizes = np.zeros(len(column_kind), dtype=np.int64)
        for k in range(len(programme.alike)):
            here = programme.owner == k
            given = np.repeat(programme.size[here], found.times[here])
            sizes[np.flatnonzero(column_kind == k)[: len(given)]] = given
        return Found(sizes, found.bound)

    def read(self, found: Found, level: int, cut: int) -> int:
        """Keep a better solution; the level's lower bound, where solutions above `cut` were left aside."""
        if found.sizes is not None:
            self.adopt(found.sizes)
        if found.bound is None:
            return cut
        return min(found.bound + self.constant(LEVELS[level]), cut)

    def improve_affinity(self, face: Face, held: Sequence[str]) -> int:
        """Group prices first, then a programme over the pairs that a better solution can contain."""
        groups, start = self.groups(face), self.flow_prices(face)
        prices = lagrange.improve(groups, start, self.vector[AFFINITY], self.search.stop)
        bound = lagrange.bound(groups, prices)
        self.guided(face, held, bound)
        self.swap(bound)
        prices = lagrange.improve(groups, prices, self.vector[AFFINITY], self.search.stop)
        return self.narrow(face, held, lagrange.bound(groups, prices))

    def guided(self, face: Face, held: Sequence[str], bound: lagrange.Bound) -> None:
        """Sizes that can be filled within the levels above and that group prices like best."""
        owner, size = self.sizes(face)
        worth = bound.sizes[owner, size] - np.where(face.fewest > 0, 0, bound.sizes[:, 0])[owner]
        found = self.over_kinds(face, held, "", owner, size, worth)
        if found is not None and found.sizes is not None:
            self.adopt(found.sizes)

    def swap(self, bound: lagrange.Bound) -> None:
        """Close one group for another, those first whose group prices hardly mind, while that helps."""
        m = len(self.component.mentors)
        lift_close = bound.sizes[:, 0] - bound.value
        lift_open = bound.sizes[:, 1:].min(axis=1) - bound.value
        budget = self.search.scans + SWAPS
        improved = True
        while improved and self.search.scans < budget:
            improved = False
            flow = self.search.best
            size = (flow.ladder.base + flow.load)[:m]
            spare = (self.vector[AFFINITY] - 1) * lagrange.SCALE - bound.value
            closing = np.flatnonzero((size > 0) & (self.component.base == 0))
            opening = np.flatnonzero((size == 0) & (self.component.minimum <= flow.ladder.most[:m]))
            lift = lift_close[closing][:, None] + lift_open[opening][None, :]
            order = np.argsort(lift, axis=None, kind="stable")
            for k in order[: int((lift <= spare).sum())].tolist():
                self.search.stop()
                a, b = closing[k // len(opening)], opening[k % len(opening)]
                other = flow.copy()
                if other.change(int(a), CLOSED) and other.change(int(b), COMPLETE):
                    before = self.vector
                    self.search.note(other)
                    improved = self.vector < before
                self.search.scans += other.scans
                if improved or self.search.scans >= budget:
                    break

    def narrow(self, face: Face, held: Sequence[str], bound: lagrange.Bound) -> int:
        """The affinity's lower bound after trying every solution up to a cut that few pairs can reach."""
        floor = -(-bound.value // lagrange.SCALE)
        tries = TRIES if face.allowed.sum() <= MODEST else 1
        for attempt in range(tries):
            known = self.vector[AFFINITY]
            cut = self.affordable_cut(bound, known, LINKED << attempt)
            if floor >= known or cut < floor:
                return min(floor, known)
            found = self.restricted(face, held, bound, cut)
            floor = max(floor, self.read(found, AFFINITY, cut + 1))
            if floor <= cut:
                return min(floor, self.vector[AFFINITY])
        return min(floor, self.vector[AFFINITY])

    def affordable_cut(self, bound: lagrange.Bound, known: int, most: int) -> int:
        """The largest value below the known one that at most so many pairs can reach."""
        reach = bound.pairs[bound.pairs <= (known - 1) * lagrange.SCALE]
        if len(reach) <= most:
            return known - 1
        return int(np.partition(reach, most)[most] - 1) // lagrange.SCALE

    def restricted(self, face: Face, held: Sequence[str], bound: lagrange.Bound, cut: int) -> Found:
        """The programme over the pairs and sizes that a solution of at most `cut` can contain."""
        most = cut * lagrange.SCALE
        n, m = self.component.shape
        pairs = np.zeros((n, m + 1), dtype=bool)
        pairs[:, :m] = (bound.pairs <= most).T
        pairs[:, m] = face.allowed[:, m] & (self.vector[0] > 0)
        row, column = np.nonzero(pairs)
        owner, size = self.sizes(face)
        keep = bound.sizes[owner, size] <= most
        owner, size = owner[keep], size[keep]
        must = (face.fewest > 0) | (bound.sizes[:, 0] > most)
        limits = [(np.zeros(len(row)), self.size_cost(name, owner, size), self.value(name)) for name in held]
        limits.append((np.zeros(len(row)), self.fresh(owner), self.most_groups(owner, size)))
        programme = Programme(
            row, column, np.ones(n), self.vector[0], owner, size, must, np.ones(m), True, tuple(limits)
        )
        affinity = self.pair_cost("affinity")[row, column]
        found = minimise(programme, affinity, np.zeros(len(owner)), whole_pairs=False)
        return self.spread_out(found, programme, np.arange(m))

    def groups(self, face: Face) -> lagrange.Face:
        """The face with group sizes, for group prices."""
        n, m = self.component.shape
        owner, size = self.sizes(face)
        sizes = np.zeros((m, int(face.most.max(initial=0)) + 1), dtype=bool)
        sizes[owner, size] = True
        sizes[:, 0] = face.fewest == 0
        base = self.component.base[:, None]
        squares = (base + np.arange(sizes.shape[1])[None, :]) ** 2 - base**2
        cost = np.where(face.allowed[:, :m], self.pair_cost("affinity")[:, :m], lagrange.FAR)
        room = self.vector[BALANCE] - int((self.component.base**2).sum())
        return lagrange.Face(np.ascontiguousarray(cost.T), sizes, squares, room, face.allowed[:, m], self.vector[0])

    def flow_prices(self, face: Face) -> lagrange.Prices:
        """Prices of the flow whose price of squares just keeps the sum of squares within its limit."""
        n, m = self.component.shape
        points = self.pair_cost("affinity") * STEP
        points[:, m] = (1 - points.min()) * (m + 2)
        table = np.where(face.allowed, points, NEVER)
        ladder = self.search.root.flow.ladder
        found: dict[int, np.ndarray] = {}

        def flow(square: int) -> np.ndarray:
            self.search.stop()
            steps = replace(ladder, weight=square, states=np.zeros_like(ladder.states))
            if square not in found:
                found[square] = assign_dense(table, Places.of(steps, Packing({"balance": square}, 0)))
            return found[square]

        def within(square: int) -> bool:
            load = np.bincount(flow(square), minlength=m + 1)
            return ladder.relaxed_balance(load) <= self.vector[BALANCE]

        low, high = 0, 2 * STEP
        while not within(high) and high < 2**20:
            low, high = high, high * 4
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if within(middle) else (middle, high)
        columns = flow(high)
        steps = replace(ladder, weight=high, states=np.zeros_like(ladder.states))
        charges = steps.charges(np.bincount(columns, minlength=m + 1))
        price = prices_of(*dense_arcs(table, columns), *charges)
        unit = lagrange.SCALE // STEP
        return lagrange.Prices((table[np.arange(n), columns] + price[columns]) * unit, high * unit)

    def adopt(self, sizes: np.ndarray) -> None:
        """Mend the best flow until it has these groups open, and keep it if it is better."""
        flow = self.search.best.copy()
        width = len(flow.price)
        states = np.append(observed(self.component, self.component.base + sizes), FREE)
        for j in range(width - 1):
            if flow.ladder.states[j] != states[j]:
                flow.change(j, FREE)
        order = np.argsort(states[:-1] != CLOSED, kind="stable")
        if all(flow.change(int(j), int(states[j])) for j in order):
            self.search.note(flow)
