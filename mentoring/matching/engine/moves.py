"""Places for a few people with the fewest moves of others.

Mentors are the nodes of an exchange graph: an arc from one to another is a mentee of the first who may
also have the second. Somebody without a place gets one exactly if a path leads from one of their
mentors to a free place, and each arc on it moves one person (Berge 1957). For one person the
best of the shortest paths is found layer by layer, every level of the objective compared, so the
answer is that of the whole problem. For several, shortest paths one after another give the fewest moves
(Busacker and Gowen 1960); `narrowed` then keeps the few people who can be part of such an answer
and the flow of the solver chooses among them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mentoring.matching.engine.components import share_table
from mentoring.matching.engine.index import Area, Index
from mentoring.matching.engine.outcome import SHARE_LEVELS
from mentoring.matching.engine.tables import PREFER, pair_hashes, share_codes

FAR = 10**6
"""More moves than there are people."""

NEVER = np.int64(2**60)

DIGIT = 128
"""Base of the first word of a cost; paths are shorter than half of it, so no level runs into the next."""

SHARE_CODES = share_codes()
WORTH = np.array([DIGIT**k for k in reversed(range(len(SHARE_LEVELS)))] + [0], dtype=np.int64)
THIN = np.int64(DIGIT ** len(SHARE_LEVELS))
NEAR = THIN * DIGIT

LONGEST = DIGIT // 2 - 2
"""Most moves of one path that the words of a cost can hold."""


@dataclass(frozen=True)
class Question:
    """Who needs a place in a block, and what is free when they are taken out.

    rows: int (k,), rows of the area. allowed: bool (k, m). stays: int (k,), column of a mentor whom
    they would rather keep, or -1. load: int (m,), everybody else's; free: int (m,) places.
    """

    rows: np.ndarray
    allowed: np.ndarray
    stays: np.ndarray
    load: np.ndarray
    free: np.ndarray


def distances(area: Area, question: Question) -> np.ndarray:
    """int (m,): fewest moves of others that free a place at each mentor; FAR if none do."""
    movable = movable_rows(area, question)
    found = np.where(question.free > 0, 0, FAR)
    frontier, steps = question.free > 0, 0
    while frontier.any():
        steps += 1
        able = movable[area.allowed[movable][:, frontier].any(axis=1)]
        frontier = np.zeros(len(found), dtype=bool)
        frontier[area.column[able]] = True
        frontier &= found == FAR
        found[frontier] = steps
    return found


def best_path(index: Index, area: Area, question: Question, away: np.ndarray) -> tuple[int, dict[int, int]] | None:
    """For one person, `question.rows[0]`: their column, and row -> column of those who move.

    away: as `distances`. None if there is no place for them, or none within LONGEST moves.
    """
    reachable = np.where(question.allowed[0], away, FAR)
    steps = int(reachable.min(initial=FAR))
    if steps > LONGEST:
        return None
    movable = movable_rows(area, question)
    columns = np.flatnonzero(away == 0)
    value = entrance(index, area, question, columns)
    trail: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for step in range(1, steps + 1):
        movers = movable[away[area.column[movable]] == step]
        movers = movers[area.allowed[movers][:, columns].any(axis=1)]
        gain = pair_costs(index, area, movers, columns) - own_costs(index, area, movers)[:, :, None]
        gain[:, ~area.allowed[movers][:, columns]] = NEVER
        gain = np.where(gain < NEVER, gain + value[:, None, :], NEVER)
        target = least(gain, axis=1)
        through = gain[:, np.arange(len(movers)), target]
        homes = area.column[movers]
        order = np.lexsort((*through[::-1], homes))
        nearest, first = np.unique(homes[order], return_index=True)
        best = order[first]
        trail.append((nearest, movers[best], columns[target[best]]))
        columns, value = nearest, through[:, best]
    usable = question.allowed[0][columns]
    last = pair_costs(index, area, question.rows, columns)[:, 0, :] + value
    last[:, ~usable] = NEVER
    chosen = int(columns[least(last[:, None, :], axis=1)[0]])
    return chosen, _followed(trail, chosen)


def _followed(trail: list[tuple[np.ndarray, np.ndarray, np.ndarray]], column: int) -> dict[int, int]:
    """Row -> column of those who move so that a place at this column becomes free."""
    moved = {}
    for homes, movers, targets in reversed(trail):
        at = int(np.searchsorted(homes, column))
        moved[int(movers[at])] = int(targets[at])
        column = int(targets[at])
    return moved


def pair_costs(index: Index, area: Area, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """int64 (3, r, c): what pairs cost as words, compared first to last.

    First near, undersized and the shares of honoured preferences; then balance and affinity; then
    the tie-break.
    """
    tables = index.tables
    mentees, mentors = area.mentees[rows], area.mentors[columns]
    share = share_table(tables, mentees, mentors)
    near = area.near[np.ix_(rows, columns)] * NEAR
    affinity = (tables.mentee_features[mentees] @ tables.mentor_features[mentors].T).toarray()
    hashes = pair_hashes(tables, mentees, mentors)[:, :-1]
    return np.stack([near + WORTH[share], -np.asarray(affinity, dtype=np.int64), hashes])


def own_costs(index: Index, area: Area, rows: np.ndarray) -> np.ndarray:
    """int64 (3, r): what the present pairs of these people cost, as `pair_costs`."""
    tables = index.tables
    columns = area.column[rows]
    mentees, mentors = area.mentees[rows], area.mentors[columns]
    prefers = tables.wish_kind[mentees] == PREFER
    honoured = prefers & (tables.wish_value[mentees] == tables.mentor_attributes[mentors])
    share = SHARE_CODES[prefers.sum(axis=1), honoured.sum(axis=1)]
    affinity = tables.mentee_features[mentees].multiply(tables.mentor_features[mentors]).sum(axis=1)
    hashes = np.zeros(len(rows), dtype=np.int64)
    for column in np.unique(columns):
        mine = columns == column
        hashes[mine] = pair_hashes(tables, mentees[mine], area.mentors[[column]])[:, 0]
    first = area.near[rows, columns] * NEAR + WORTH[share]
    return np.stack([first, -np.asarray(affinity, dtype=np.int64), hashes])


def entrance(index: Index, area: Area, question: Question, columns: np.ndarray, more: int = 1) -> np.ndarray:
    """int64 (3, c): what so many more members cost at these mentors: undersized, then balance."""
    size = question.load[columns]
    after = size + more
    least = index.tables.minimum[area.mentors[columns]]
    thin = ((after < least) & (after > 0)).astype(np.int64) - ((size < least) & (size > 0))
    balance = (after**2 - size**2) * 2**32 if index.policy.spread else np.zeros_like(size)
    return np.stack([thin * THIN, balance, np.zeros_like(size)])


def least(words: np.ndarray, axis: int) -> np.ndarray:
    """Position of the least along an axis of (w, r, c), words compared first to last."""
    kept = np.ones(words.shape[1:], dtype=bool)
    for word in words:
        value = np.where(kept, word, np.iinfo(np.int64).max)
        kept &= value == value.min(axis=axis, keepdims=True)
    return kept.argmax(axis=axis)


def movable_rows(area: Area, question: Question) -> np.ndarray:
    """Rows of people who have a mentor, no lock, and do not themselves need a place."""
    able = area.movable.copy()
    able[question.rows] = False
    return np.flatnonzero(able)
