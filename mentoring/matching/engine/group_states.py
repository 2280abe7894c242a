"""What may be assumed about each group, and the charges of its places that follow from it.

A group is empty, undersized, or complete, and its cost as a function of its size is not convex, so
one flow cannot hold "none or at least the minimum". Fixing a state for a mentor makes it convex:

* FREE: nothing assumed. Places cost the convex envelope of sizes 0 and minimum..capacity (slope
  `minimum` up to the minimum), never more than the truth: a lower bound.
* COMPLETE: at least the minimum; those places must be taken.
* CLOSED: nobody.
* SMALL: at least one and fewer than the minimum; counted as undersized.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mentoring.matching.engine.components import Component
from mentoring.matching.engine.exchange import FORCED, NEVER

FREE, COMPLETE, CLOSED, SMALL = 0, 1, 2, 3

NO_PLACE = int(NEVER) // 2
"""Charge of a place that does not exist; minus this for the last place taken where none is."""


@dataclass
class Ladder:
    """The charges of every column's places, one after the other, under the state of its group.

    base: int (w,), mentees locked there beforehand. least: int (w,), the minimum. most: int (w,),
    places that can be taken at all, the locked included. weight: of one unit of balance. states:
    int8 (w,). The last of the w columns is "unmatched": always one place more, at no charge.
    """

    base: np.ndarray
    least: np.ndarray
    most: np.ndarray
    weight: int
    states: np.ndarray

    @classmethod
    def of(cls, component: Component, weight: int) -> Ladder:
        """All groups FREE."""
        zero = np.zeros(1, dtype=np.int64)
        most = np.minimum(component.capacity, component.base + component.reach)
        base = np.append(component.base, zero)
        states = np.zeros(len(base), dtype=np.int8)
        return cls(base, np.append(component.minimum, zero), np.append(most, len(component.mentees)), weight, states)

    def copy(self) -> Ladder:
        """The same, with states of its own."""
        return Ladder(self.base, self.least, self.most, self.weight, self.states.copy())

    def charges(self, load: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """int64 (w,) twice: the charge of one place more and of the dearest place taken."""
        every = np.arange(len(load))
        opening, closing = self.places(every, load + 1), self.places(every, load)
        closing[load == 0] = -NO_PLACE
        opening[-1], closing[-1] = 0, 0 if load[-1] else -NO_PLACE
        return opening, closing

    def charge(self, j: int, load: int) -> tuple[int, int]:
        """The same for one column."""
        if j == len(self.states) - 1:
            return 0, 0 if load else -NO_PLACE
        return self._place(j, load + 1), self._place(j, load) if load else -NO_PLACE

    def places(self, columns: np.ndarray, number: np.ndarray) -> np.ndarray:
        """int64 (p,): charge of the number-th place, from 1, at each of these columns."""
        size, least, state = self.base[columns] + number, self.least[columns], self.states[columns]
        enveloped = (state == FREE) & (self.base[columns] == 0) & (size <= least)
        charge = self.weight * np.where(enveloped, least, 2 * size - 1)
        charge -= FORCED * (((state == COMPLETE) & (size <= least)) | ((state == SMALL) & (size == 1)))
        charge[(state == CLOSED) | ((state == SMALL) & (size >= least))] = FORCED
        charge[size > self.most[columns]] = NO_PLACE
        return charge

    def _place(self, j: int, number: int) -> int:
        state, base, least = int(self.states[j]), int(self.base[j]), int(self.least[j])
        size = base + number
        if size > self.most[j]:
            return NO_PLACE
        if state == CLOSED or (state == SMALL and size >= least):
            return int(FORCED)
        if state == FREE:
            return self.weight * (least if base == 0 and size <= least else 2 * size - 1)
        must = size <= least if state == COMPLETE else size == 1
        return self.weight * (2 * size - 1) - (int(FORCED) if must else 0)

    def owners(self) -> np.ndarray:
        """int (s,): the column of every place of a mentor."""
        return np.repeat(np.arange(len(self.base) - 1), (self.most - self.base)[:-1])

    def possible(self, j: int) -> tuple[int, ...]:
        """The states that the group of column j can take, most wanted first."""
        base, least, most = int(self.base[j]), int(self.least[j]), int(self.most[j])
        states = [COMPLETE] if least <= most else []
        if base == 0:
            states.append(CLOSED)
        if base < least and least > 1:
            states.append(SMALL)
        return tuple(states)

    def thin(self, load: np.ndarray) -> np.ndarray:
        """Columns whose group is undersized although nothing was assumed about it."""
        size = (self.base + load)[:-1]
        return np.flatnonzero((self.states[:-1] == FREE) & (size > 0) & (size < self.least[:-1]))

    def relaxed_balance(self, load: np.ndarray) -> int:
        """Sum of the cost of the sizes: their squares, or where FREE the envelope."""
        size, least = (self.base + load)[:-1], self.least[:-1]
        enveloped = (self.states[:-1] == FREE) & (self.base[:-1] == 0) & (size < least)
        return int(np.where(enveloped, size * least, size**2).sum())


def nth(columns: np.ndarray) -> np.ndarray:
    """1, 2, 3, ... within each run of equal numbers."""
    starts = np.flatnonzero(np.append(True, columns[1:] != columns[:-1]))
    return np.arange(len(columns)) - np.repeat(starts, np.diff(np.append(starts, len(columns)))) + 1


def observed(component: Component, load: np.ndarray) -> np.ndarray:
    """int8 (m,): the states of groups of these sizes."""
    states = np.where(load >= component.minimum, COMPLETE, SMALL)
    return np.where(load == 0, CLOSED, states).astype(np.int8)
