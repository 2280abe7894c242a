"""Close what branch and bound left open, level by level, with an integer programme.

Level after level in order of importance: if the best solution equals what is proven, go on;
otherwise minimise that level over group sizes (programme.py) with every level above held at its
value. A better solution is solved again as a flow with its group sizes fixed, so that every answer
of the engine comes from the same exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mentoring.matching.engine import flow, group_states
from mentoring.matching.engine.balance_bound import NONE, least_balance
from mentoring.matching.engine.column_generation import solve_stage
from mentoring.matching.engine.lagrange import best_relaxation, lower_bound, worthwhile
from mentoring.matching.engine.levels import Policy, level_cost, pack
from mentoring.matching.engine.measure import BALANCE, UNDERSIZED, Vector
from mentoring.matching.engine.outcome import LEVELS, SHARE_LEVELS
from mentoring.matching.engine.programme import Programme, minimise
from mentoring.matching.engine.thin_groups import Part, Search

ABOVE = LEVELS[1:UNDERSIZED]
"""Levels above the undersized: always at their optimum, since any assignment is allowed there."""

AFFINITY = LEVELS.index("affinity")

MOST_PAIRS = 40_000
"""Programmes with more pairs are not tried; the level stays unproven."""


class Gap:
    """One component whose branch and bound stopped at its limit."""

    def __init__(self, search: Search, part: Part, root: Vector) -> None:
        self.search = search
        self.component = search.component
        self.policy: Policy = search.policy
        self.part = part
        self.root = root
        self.columns = part.columns
        self.vector = part.vector

    def close(self) -> Part:
        """The best solution found and what is now proven about it."""
        for level in range(UNDERSIZED, len(LEVELS)):
            self.search.stop()
            floor = self.proven_floor(level)
            if floor < self.vector[level]:
                floor = self.improve(level, floor)
            if floor < self.vector[level]:
                return self.answer((*self.vector[:level], floor, *self.root[level + 1 :]))
        return self.answer(self.vector)

    def answer(self, bound: Vector) -> Part:
        """A part with the larger of this bound and the one of branch and bound."""
        best = max(bound, min(self.part.bound, self.vector))
        return Part(self.columns, self.vector, best, self.search.nodes)

    def proven_floor(self, level: int) -> int:
        """A lower bound of the level, given that all levels above have the values found."""
        bound = self.part.bound
        if bound[:level] == self.vector[:level] and level < BALANCE:
            return bound[level]
        if level == BALANCE:
            matched = len(self.columns) - self.search.left_out
            least = least_balance(self.component, matched, self.vector[UNDERSIZED])
            return least if self.policy.spread and least < NONE else 0
        if level == AFFINITY:
            return -int(np.where(self.component.allowed, self.component.affinity, 0).max(axis=1).sum())
        return 0

    def improve(self, level: int, floor: int) -> int:
        """Minimise one level; keeps a better solution and returns the level's new lower bound."""
        face = self.face_levels(level)
        allowed, places = self.face(face)
        if level == AFFINITY and self.policy.spread:
            allowed, floor = self.narrow(allowed, places, floor)
        if floor >= self.vector[level] or allowed.sum() > MOST_PAIRS:
            return floor
        free = face if self.policy.spread else [*face, "balance"]
        held = [name for name in LEVELS[UNDERSIZED:level] if name not in free]
        return self.programme(LEVELS[level], held, allowed, places, floor)

    def narrow(self, allowed: np.ndarray, places: flow.Places, floor: int) -> tuple[np.ndarray, int]:
        """Fewer pairs and a better bound for the affinity, with the balance relaxed."""
        if any(self.vector[LEVELS.index(n)] != self.root[LEVELS.index(n)] for n in SHARE_LEVELS):
            return allowed, floor
        if self.vector[UNDERSIZED]:
            places = replace(places, marginal=self.true_marginals(places))
        cost = level_cost(self.component, "affinity", self.policy)
        room = self.vector[BALANCE] - self.constant("balance")
        relaxed = best_relaxation(cost, allowed, places, room, self.search.stop)
        if relaxed is None:
            return allowed, floor
        known = self.vector[AFFINITY]
        return worthwhile(relaxed, allowed, known), min(known, max(floor, lower_bound(relaxed)))

    def true_marginals(self, places: flow.Places) -> np.ndarray:
        """Marginal squares of the sizes, the envelope being no bound where groups may be thin."""
        starts = np.searchsorted(places.owner, np.arange(len(self.component.mentors) + 1))
        size = np.append(self.component.base, 0)[places.owner] + np.arange(len(places.owner)) + 1
        marginal = 2 * (size - starts[places.owner]) - 1
        return np.where(places.owner < len(self.component.mentors), marginal, 0)

    def programme(self, name: str, held: Sequence[str], allowed: np.ndarray, places: flow.Places, floor: int) -> int:
        """Minimise the level by its name with an integer programme that holds others as rows."""
        row, column = np.nonzero(allowed)
        owner, size, must = self.sizes(places)
        values = dict(zip(LEVELS, self.vector, strict=False))
        limits = tuple(
            (*self.coefficients(other, row, column, owner, size), values[other] - self.constant(other))
            for other in held
        )
        programme = Programme(row, column, len(self.columns), self.search.left_out, owner, size, must, limits)
        constant = self.constant(name)
        found = minimise(
            programme,
            *self.coefficients(name, row, column, owner, size),
            values[name] - constant,
            floor - constant,
            whole_pairs=any(other in SHARE_LEVELS for other in (*held, name)),
        )
        if found.chosen is not None:
            self.adopt(found.chosen[len(row) :], owner, size)
        return found.bound + constant

    def face_levels(self, level: int) -> list[str]:
        """Flow levels that the solution attains at the root, so that their optimal face holds."""
        names = list(ABOVE)
        for name in SHARE_LEVELS:
            k = LEVELS.index(name)
            if k >= level or self.vector[k] != self.root[k]:
                break
            names.append(name)
        return [name for name in names if name in self.policy.levels()]

    def face(self, levels: Sequence[str]) -> tuple[np.ndarray, flow.Places]:
        """Pairs and places of all solutions that are optimal at these levels, sizes left free."""
        search = self.search
        allowed = search.allowed
        states = np.zeros(allowed.shape[1] - 1, dtype=np.int8)
        places = group_states.places_of(self.component, states, search.left_out)
        for stage in pack(self.component, self.policy, levels=levels):
            columns = solve_stage(stage.cost, allowed, places, stage)
            if columns is None:
                raise ArithmeticError("The root of a component always has a solution.")
            found = flow.prices(columns, stage.cost, allowed, places, stage)
            allowed, places = flow.face(found, stage.cost, allowed, places, stage)
        if not search.left_out:
            allowed = allowed & (np.arange(allowed.shape[1]) < allowed.shape[1] - 1)[None, :]
        return allowed, places

    def sizes(self, places: flow.Places) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(owner, size) of each size that a group may take beyond its locked mentees, and who must."""
        mentors = len(self.component.mentors)
        most = np.bincount(places.owner, minlength=mentors + 1)[:mentors]
        least = np.bincount(places.owner[places.filled], minlength=mentors + 1)[:mentors]
        owner = np.repeat(np.arange(mentors), most)
        size = np.concatenate([np.arange(1, top + 1) for top in most] or [np.zeros(0, dtype=np.int64)])
        thin = self.thin(owner, size)
        keep = size >= least[owner]
        if self.vector[UNDERSIZED] == 0:
            keep &= ~thin
        return owner[keep], size[keep], least > 0

    def thin(self, owner: np.ndarray, size: np.ndarray) -> np.ndarray:
        """bool (g,): whether such a group is undersized."""
        total = self.component.base[owner] + size
        return (total > 0) & (total < self.component.minimum[owner])

    def coefficients(
        self, level: str, row: np.ndarray, column: np.ndarray, owner: np.ndarray, size: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """A level as costs of pairs (e,) and of sizes (g,)."""
        none = np.zeros(len(row), dtype=np.int64)
        base = self.component.base[owner]
        if level == "undersized":
            empty = self.thin(owner, np.zeros_like(size))
            return none, self.thin(owner, size).astype(np.int64) - empty
        if level == "balance":
            return none, (base + size) ** 2 - base**2
        return level_cost(self.component, level, self.policy)[row, column], np.zeros(len(owner), dtype=np.int64)

    def constant(self, level: str) -> int:
        """What locked mentees alone add to a level of group sizes."""
        base = self.component.base
        if level == "undersized":
            return int(((base > 0) & (base < self.component.minimum)).sum())
        return int((base**2).sum()) if level == "balance" else 0

    def adopt(self, taken: np.ndarray, owner: np.ndarray, size: np.ndarray) -> None:
        """Solve the flow with these group sizes and keep it if it is better."""
        mentors = len(self.component.mentors)
        load = np.zeros(mentors + 1, dtype=np.int64)
        chosen = taken > 0.5
        load[owner[chosen]] = size[chosen]
        load[mentors] = self.search.left_out
        owners = np.repeat(np.arange(mentors + 1), load)
        places = flow.Places(owners, np.zeros(len(owners), dtype=np.int64), owners < mentors)
        columns = self.search.solve(places, [n for n in self.policy.levels() if n != "balance"])
        if columns is not None:
            vector = self.search.levels_of(columns)
            if vector < self.vector:
                self.columns, self.vector = columns, vector
