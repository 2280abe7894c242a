"""What may be assumed about each group, and the places that follow from it.

A group is empty, undersized, or complete, and its cost as a function of its size is not convex, so
one flow cannot hold "none or at least the minimum". Fixing a state for a mentor makes it convex:

* FREE: nothing assumed. Places cost the convex envelope of sizes 0 and minimum..capacity (slope
  `minimum` up to the minimum), never more than the truth: a lower bound.
* COMPLETE: at least the minimum; those places must be taken.
* CLOSED: nobody.
* SMALL: at least one and fewer than the minimum; counted as undersized.
"""

from __future__ import annotations

import numpy as np

from mentoring.matching.engine.components import Component
from mentoring.matching.engine.flow import Places

FREE, COMPLETE, CLOSED, SMALL = 0, 1, 2, 3


def places_of(component: Component, states: np.ndarray, left_out: int) -> Places:
    """Places under these states, int (m,), and `left_out` places for the unmatched."""
    m = len(states)
    owners, marginals, filled = [], [], []
    reach = component.allowed.sum(axis=0)
    for j in range(m):
        size = sizes(component, j, int(states[j]), int(reach[j]))
        owners.append(np.full(len(size), j, dtype=np.int64))
        marginals.append(_marginals(component, j, int(states[j]), size))
        filled.append(_filled(component, j, int(states[j]), size))
    owners.append(np.full(left_out, m, dtype=np.int64))
    marginals.append(np.zeros(left_out, dtype=np.int64))
    filled.append(np.zeros(left_out, dtype=bool))
    return Places(np.concatenate(owners), np.concatenate(marginals), np.concatenate(filled))


def sizes(component: Component, j: int, state: int, reach: int) -> np.ndarray:
    """Group sizes that mentor j reaches by taking one more, two more, ..., under the state."""
    base = int(component.base[j])
    top = min(int(component.capacity[j]), base + reach)
    if state == CLOSED:
        top = base
    elif state == SMALL:
        top = min(top, int(component.minimum[j]) - 1)
    return np.arange(base + 1, top + 1, dtype=np.int64)


def observed(component: Component, load: np.ndarray) -> np.ndarray:
    """int8 (m,): the states of groups of these sizes."""
    states = np.where(load >= component.minimum, COMPLETE, SMALL)
    return np.where(load == 0, CLOSED, states).astype(np.int8)


def possible(component: Component, j: int) -> tuple[int, ...]:
    """The states that the sizes of mentor j can still take, most wanted first."""
    base, least, reach = int(component.base[j]), int(component.minimum[j]), int(component.allowed[:, j].sum())
    states = [COMPLETE] if least <= min(int(component.capacity[j]), base + reach) else []
    if base == 0:
        states.append(CLOSED)
    if base < least and least > 1:
        states.append(SMALL)
    return tuple(states)


def relaxed_balance(component: Component, states: np.ndarray, load: np.ndarray) -> int:
    """Sum of the cost of the sizes under the states: the balance, or for FREE its envelope."""
    square = load**2
    envelope = np.where(load < component.minimum, load * component.minimum, square)
    enveloped = (states == FREE) & (component.base == 0)
    return int(np.where(enveloped, envelope, square).sum())


def open_thin(component: Component, states: np.ndarray, load: np.ndarray) -> np.ndarray:
    """Columns of mentors whose group is undersized although nothing was assumed about it."""
    return np.flatnonzero((states == FREE) & (load > 0) & (load < component.minimum))


def _marginals(component: Component, j: int, state: int, size: np.ndarray) -> np.ndarray:
    marginal = 2 * size - 1
    if state == FREE and component.base[j] == 0:
        least = int(component.minimum[j])
        marginal = np.where(size <= least, least, marginal)
    return marginal


def _filled(component: Component, j: int, state: int, size: np.ndarray) -> np.ndarray:
    if state == COMPLETE:
        return size <= int(component.minimum[j])
    if state == SMALL:
        return size <= 1
    return np.zeros(len(size), dtype=bool)
