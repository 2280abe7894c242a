"""The objective vector of an assignment inside one component, counted from its columns."""

from __future__ import annotations

import numpy as np

from mentoring.matching.engine.components import Component
from mentoring.matching.engine.levels import Policy
from mentoring.matching.engine.outcome import LEVELS, SHARE_LEVELS

UNDERSIZED = LEVELS.index("undersized")
BALANCE = LEVELS.index("balance")
AFFINITY = LEVELS.index("affinity")

Vector = tuple[int, ...]
"""One integer for each of LEVELS."""


def loads(component: Component, columns: np.ndarray) -> np.ndarray:
    """int (m,): size of each group, locked mentees included."""
    width = len(component.mentors)
    return component.base + np.bincount(columns, minlength=width + 1)[:width]


def undersized(component: Component, load: np.ndarray) -> np.ndarray:
    """bool (m,): groups in use below their minimum."""
    return (load > 0) & (load < component.minimum)


def measure(component: Component, columns: np.ndarray, policy: Policy) -> Vector:
    """The vector of an assignment; columns: int (n,), m for unmatched."""
    load = loads(component, columns)
    thin = int(undersized(component, load).sum())
    return vector(component, columns, policy, thin=thin, balance=int((load**2).sum()))


def vector(component: Component, columns: np.ndarray, policy: Policy, *, thin: int, balance: int) -> Vector:
    """The same with the two levels that depend on group sizes given by the caller."""
    width = len(component.mentors)
    left = np.flatnonzero(columns == width)
    rows = np.flatnonzero(columns < width)
    share, near, affinity = component.chosen(rows, columns[rows])
    shares = np.bincount(share, minlength=len(SHARE_LEVELS) + 1)[: len(SHARE_LEVELS)]
    if policy.wishes_first:
        shares[0] += int(component.wishful[left].sum())
    moved = (component.current != -1) & (component.current != columns)
    return (
        len(left),
        int(moved.sum()),
        0 if policy.wishes_first else int(component.lots[left].sum()),
        int(near.sum()),
        thin,
        *shares.tolist(),
        balance if policy.spread else 0,
        -int(affinity.sum()),
    )
