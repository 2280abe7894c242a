"""The levels of one component as costs of pairs and of group sizes, and the face on which they are open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mentoring.matching.engine.exchange import NEVER
from mentoring.matching.engine.group_states import nth
from mentoring.matching.engine.levels import Packing
from mentoring.matching.engine.measure import UNDERSIZED, Vector
from mentoring.matching.engine.outcome import LEVELS, SHARE_LEVELS
from mentoring.matching.engine.root import Costs, dense_arcs, prices_of, whole
from mentoring.matching.engine.thin_groups import Search

ABOVE = LEVELS[:UNDERSIZED]
"""Levels above the undersized: the flow's, always at their optimum."""


@dataclass(frozen=True)
class Face:
    """Pairs and places of all solutions that are optimal at the first levels, sizes left free.

    allowed: bool (n, m + 1). fewest, most: int (m,), mentees that a group must and can take.
    """

    allowed: np.ndarray
    fewest: np.ndarray
    most: np.ndarray


class Sizes:
    """What a programme over group sizes is made of, for the best solution that a search has so far."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.component = search.component
        self.policy = search.policy
        self.root: Vector = search.root.bound

    @property
    def vector(self) -> Vector:
        """Of the best solution."""
        return self.search.vector

    def settled(self, level: int) -> list[str]:
        """Flow levels that the solution attains at the root, so that their optimal face holds."""
        names = list(ABOVE)
        for name in SHARE_LEVELS:
            k = LEVELS.index(name)
            if k >= level or self.vector[k] != self.root[k]:
                break
            names.append(name)
        return names

    def face(self, names: Sequence[str]) -> Face:
        """The optimal face of these levels, from prices of the root's flow."""
        flow, packing = self.search.root.flow, self.search.packing
        packed = Packing({n: w for n, w in packing.weights.items() if n in names}, packing.total)
        table = whole(Costs.of(self.component, self.policy, packed))
        ladder = replace(flow.ladder, weight=0, states=np.zeros_like(flow.ladder.states))
        price = prices_of(*dense_arcs(table, flow.columns), *ladder.charges(flow.load))
        own = table[np.arange(len(table)), flow.columns] + price[flow.columns]
        room = (ladder.most - ladder.base)[:-1]
        return Face(
            (table < NEVER) & (table + price[None, :] == own[:, None]),
            np.where(price[:-1] > 0, room, 0),
            np.where(price[:-1] < 0, 0, room),
        )

    def sizes(self, face: Face) -> tuple[np.ndarray, np.ndarray]:
        """(owner, size) of each size above 0 that a group may take beyond its locked mentees."""
        owner = np.repeat(np.arange(len(face.most)), face.most)
        size = nth(owner)
        keep = size >= face.fewest[owner]
        if self.vector[UNDERSIZED] == 0:
            keep &= ~self.thin(owner, size)
        return owner[keep], size[keep]

    def evenest(self, face: Face) -> int:
        """The least sum of squares of any group sizes that seat everybody matched, whoever may sit where.

        The flow's bound lets a third of a group be in use; this one counts whole groups, mentor by
        mentor (a knapsack, O(mentors x mentees x places)), and so sees that 391 people are not 130.3 threes.
        """
        owner, size = self.sizes(face)
        worth = (self.component.base[owner] + size) ** 2
        people = self.matched()
        least = np.full(people + 1, NEVER)
        least[0] = 0
        for j, base in enumerate(self.component.base.tolist()):
            empty = least + base**2 if face.fewest[j] == 0 else np.full_like(least, NEVER)
            for k in np.flatnonzero(owner == j).tolist():
                taken = int(size[k])
                np.minimum(empty[taken:], least[: people + 1 - taken] + worth[k], out=empty[taken:])
            least = np.minimum(empty, NEVER)
        return int(least[people])

    def most_groups(self, owner: np.ndarray, size: np.ndarray) -> int:
        """How many mentors without locked mentees can have a group at all, each one of its least size.

        A row that follows from the others, but only in whole numbers: the relaxation does not see it.
        """
        smallest = np.full(len(self.component.mentors), NEVER)
        np.minimum.at(smallest, owner, size)
        needed = np.cumsum(np.sort(smallest[self.fresh(np.arange(len(smallest))) & (smallest < NEVER)]))
        return int((needed <= self.matched()).sum())

    def fresh(self, owner: np.ndarray) -> np.ndarray:
        """bool (g,): whether the mentor has no locked mentees."""
        return self.component.base[owner] == 0

    def thin(self, owner: np.ndarray, size: np.ndarray) -> np.ndarray:
        """bool (g,): whether such a group is undersized."""
        total = self.component.base[owner] + size
        return (total > 0) & (total < self.component.minimum[owner])

    def pair_cost(self, name: str) -> np.ndarray:
        """int64 (n, m + 1): what each pair, and being unmatched, adds to a level; 0 for levels of sizes."""
        n, m = self.component.shape
        cost = np.zeros((n, m + 1), dtype=np.int64)
        scores = self.component.scores
        if name in SHARE_LEVELS:
            cost[:, :m] = scores.share == SHARE_LEVELS.index(name)
            if name == "ignored" and self.policy.wishes_first:
                cost[:, m] = self.component.wishful
        elif name == "affinity":
            cost[:, :m] = -scores.affinity
        return cost

    def size_cost(self, name: str, owner: np.ndarray, size: np.ndarray) -> np.ndarray:
        """int64 (g,): what each group size adds to a level, compared with its locked mentees alone.

        For the balance, pairs of mentees in one group: the sum of squares is twice their number plus
        that of the mentees, so it moves in steps of two, and HiGHS sees steps of one.
        """
        base = self.component.base[owner]
        if name == "undersized":
            return self.thin(owner, size).astype(np.int64) - self.thin(owner, np.zeros_like(size))
        if name == "balance":
            return ((base + size) ** 2 - base**2 - size) // 2
        return np.zeros(len(owner), dtype=np.int64)

    def constant(self, name: str) -> int:
        """What locked mentees alone add to a level of group sizes."""
        base = self.component.base
        if name == "undersized":
            return int(((base > 0) & (base < self.component.minimum)).sum())
        return int((base**2).sum()) + self.matched() if name == "balance" else 0

    def matched(self) -> int:
        """Mentees with a mentor, locked ones left aside."""
        return len(self.component.mentees) - self.vector[0]

    def value(self, name: str) -> int:
        """What sizes and pairs may add up to at the level, in the units of their costs."""
        left = self.vector[LEVELS.index(name)] - self.constant(name)
        return left // 2 if name == "balance" else left
