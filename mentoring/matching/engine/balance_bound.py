"""The least sum of squared group sizes that whole numbers allow.

The envelope of group_states.py lets thirteen mentors share forty mentees in groups of three; whole
groups cannot. A dynamic programme over mentors, with sizes 0 or minimum..capacity, gives the
least sum of squares for a number of mentees, whoever they are, and with it which sizes can occur
at all in a solution that reaches it.
"""

from __future__ import annotations

import numpy as np

from mentoring.matching.engine.components import Component

NONE = np.int64(2**40)
"""No choice of sizes adds up to this number."""


def least_balance(component: Component, matched: int, undersized: int) -> int:
    """Least sum of squared sizes for `matched` mentees and at most `undersized` thin groups.

    Locked mentees count in the sizes but not in `matched`. NONE if no sizes add up.
    """
    table = _start(matched, undersized)
    for j in range(len(component.mentors)):
        table = _with_mentor(component, j, table)
    return int(table[:, matched].min())


def _start(matched: int, undersized: int) -> np.ndarray:
    """int64 (thin groups + 1, mentees + 1): nobody yet."""
    table = np.full((undersized + 1, matched + 1), NONE, dtype=np.int64)
    table[0, 0] = 0
    return table


def _with_mentor(component: Component, j: int, table: np.ndarray) -> np.ndarray:
    base, least = int(component.base[j]), int(component.minimum[j])
    top = min(int(component.capacity[j]), base + int(component.allowed[:, j].sum()))
    grown = np.full_like(table, NONE)
    for size in range(base, min(top, base + table.shape[1] - 1) + 1):
        thin = int(0 < size < least)
        if thin >= table.shape[0]:
            continue
        taken = size - base
        source = table[: table.shape[0] - thin, : table.shape[1] - taken] + size * size
        target = grown[thin:, taken:]
        np.minimum(target, source, out=target)
    return np.minimum(grown, NONE)
