"""Split the problem into parts that share no allowed pair, and remove every forbidden pair.

Hard keys (discipline with its near map, hard campus, hard mode) give blocks; within a block the
connected components of the allowed pairs are independent, so each can be solved, proven and
explained alone. Hard rules act here and nowhere else: what is not in `allowed` cannot be chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from mentoring.matching.engine.tables import MUST, NOT_STATED, PREFER, Tables, pair_hashes, share_codes

_SHARE_CODES = share_codes()


@dataclass(frozen=True)
class Component:
    """An independent part: n mentees without a lock, m mentors, and all that their pairs cost.

    mentees, mentors: int (n,), (m,), indexes into the tables. allowed: bool (n, m).
    near: bool (n, m), in a near discipline. share: int8 (n, m), index into SHARES or FULL_SHARE.
    affinity: int (n, m), points. hashes: int (n, m + 1), tie-break, last column unmatched.
    current: int (n,), column of the present mentor, -1 none, -2 one out of reach.
    wishful: bool (n,), has a preference. lots: int (n,).
    base: int (m,), mentees already locked to the mentor; capacity, minimum: int (m,), base included.
    """

    mentees: np.ndarray
    mentors: np.ndarray
    allowed: np.ndarray
    near: np.ndarray
    share: np.ndarray
    affinity: np.ndarray
    hashes: np.ndarray
    current: np.ndarray
    wishful: np.ndarray
    lots: np.ndarray
    base: np.ndarray
    capacity: np.ndarray
    minimum: np.ndarray


def split(tables: Tables) -> Iterator[Component]:
    """The components that have both mentees and mentors, in a fixed order."""
    base = np.bincount(tables.locked[tables.locked >= 0], minlength=len(tables.mentors))
    mentee_block, mentor_block = tables.block
    free = tables.locked < 0
    open_mentors = base < tables.capacity
    for block in np.unique(mentor_block):
        mentees = np.flatnonzero((mentee_block == block) & free)
        mentors = np.flatnonzero((mentor_block == block) & open_mentors)
        if len(mentees) and len(mentors):
            yield from _connected(tables, mentees, mentors, base)


def allowed_pairs(tables: Tables, mentees: np.ndarray, mentors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """bool (n, m) twice: pairs of one block that break no hard rule, and which of them are near."""
    left = tables.discipline[0][mentees]
    right = tables.discipline[1][mentors]
    same = left[:, None] == right[None, :]
    near = np.zeros_like(same)
    for a, b in tables.near:
        near |= (left == a)[:, None] & (right == b)[None, :]
    near &= ~same
    allowed = same | near
    for a in range(tables.wish_kind.shape[1]):
        allowed &= _wish_allows(tables, mentees, mentors, a) & _exception_allows(tables, mentees, mentors, a)
    column = {int(j): k for k, j in enumerate(mentors)}
    for row, i in enumerate(mentees):
        for j in tables.blocked[i]:
            if int(j) in column:
                allowed[row, column[int(j)]] = False
    return allowed, near


def _wish_allows(tables: Tables, mentees: np.ndarray, mentors: np.ndarray, a: int) -> np.ndarray:
    must = tables.wish_kind[mentees, a] == MUST
    equal = tables.wish_value[mentees, a][:, None] == tables.mentor_attributes[mentors, a][None, :]
    return equal | ~must[:, None]


def _exception_allows(tables: Tables, mentees: np.ndarray, mentors: np.ndarray, a: int) -> np.ndarray:
    theirs = tables.mentor_attributes[mentors, a]
    own = tables.mentee_attributes[mentees, a]
    equal = (own[:, None] == theirs[None, :]) & (theirs != NOT_STATED)[None, :]
    return equal | ~tables.exceptions[mentors, a][None, :]


def _connected(tables: Tables, mentees: np.ndarray, mentors: np.ndarray, base: np.ndarray) -> Iterator[Component]:
    """Cut one block along the connected components of its allowed pairs."""
    allowed, near = allowed_pairs(tables, mentees, mentors)
    rows, columns = np.nonzero(allowed)
    size = len(mentees) + len(mentors)
    links = sparse.coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns + len(mentees))), shape=(size, size))
    count, label = connected_components(links.tocsr(), directed=False)
    for number in range(count):
        left = np.flatnonzero(label[: len(mentees)] == number)
        right = np.flatnonzero(label[len(mentees) :] == number)
        if len(left) and len(right):
            part = np.ix_(left, right)
            yield _component(tables, mentees[left], mentors[right], allowed[part], near[part], base)


def _component(
    tables: Tables,
    mentees: np.ndarray,
    mentors: np.ndarray,
    allowed: np.ndarray,
    near: np.ndarray,
    base: np.ndarray,
) -> Component:
    affinity = (tables.mentee_features[mentees] @ tables.mentor_features[mentors].T).toarray()
    return Component(
        mentees=mentees,
        mentors=mentors,
        allowed=allowed,
        near=near,
        share=share_table(tables, mentees, mentors),
        affinity=np.asarray(affinity, dtype=np.int64),
        hashes=pair_hashes(tables, mentees, mentors),
        current=_columns(tables.current[mentees], mentors),
        wishful=(tables.wish_kind[mentees] == PREFER).any(axis=1),
        lots=tables.lots[mentees],
        base=base[mentors],
        capacity=tables.capacity[mentors],
        minimum=tables.minimum[mentors],
    )


def share_table(tables: Tables, mentees: np.ndarray, mentors: np.ndarray) -> np.ndarray:
    """int8 (n, m): which share of the mentee's preferences the mentor honours."""
    prefers = tables.wish_kind[mentees] == PREFER
    honoured = np.zeros((len(mentees), len(mentors)), dtype=np.int8)
    for a in range(prefers.shape[1]):
        equal = tables.wish_value[mentees, a][:, None] == tables.mentor_attributes[mentors, a][None, :]
        honoured += equal & prefers[:, a][:, None]
    return _SHARE_CODES[prefers.sum(axis=1)[:, None], honoured]


def _columns(current: np.ndarray, mentors: np.ndarray) -> np.ndarray:
    """Table indexes of present mentors as columns of the component; -1 none, -2 out of reach."""
    column = {int(j): k for k, j in enumerate(mentors)}
    return np.array([-1 if j == -1 else column.get(int(j), -2) for j in current], dtype=np.int64)
