"""Which places can be reached by moving people along allowed pairs (alternating paths).

A mentor is *reachable* if they have a free place, or if one of their mentees may move to a
reachable mentor. An unmatched mentee can be placed without anyone losing a place exactly if one of
their allowed mentors is reachable (Berge 1957). The mentees and mentors that can be visited from
an unmatched mentee otherwise form a set with more people than places (Hall 1935).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mentoring.matching.engine.components import allowed_pairs
from mentoring.matching.engine.tables import Tables


@dataclass(frozen=True)
class Block:
    """The people of one block of hard keys, locked mentees left aside.

    mentees, mentors: int (n,), (m,), table indexes. allowed: bool (n, m), mentors without any
    place excluded. column: int (n,), present mentor's column or -1.
    """

    mentees: np.ndarray
    mentors: np.ndarray
    allowed: np.ndarray
    column: np.ndarray


@dataclass(frozen=True)
class Standing:
    """An allocation seen from its places.

    mentor_of: int (n,), table index or -1. load: int (m,). reachable: bool (m,).
    blocks: by block number.
    """

    mentor_of: np.ndarray
    load: np.ndarray
    reachable: np.ndarray
    blocks: Mapping[int, Block]


def standing(tables: Tables, pairs: Mapping[str, str]) -> Standing:
    """Blocks, loads and reachable mentors under the pairs, mentee key -> mentor key."""
    index = {mentor.key: j for j, mentor in enumerate(tables.mentors)}
    mentor_of = np.array([index.get(pairs.get(m.key, ""), -1) for m in tables.mentees], dtype=np.int64)
    load = np.bincount(mentor_of[mentor_of >= 0], minlength=len(index))
    reachable = load < tables.capacity
    blocks = {}
    for number in np.unique(tables.block[1]):
        block = _block(tables, int(number), mentor_of)
        blocks[int(number)] = block
        reachable[block.mentors] = _reach(block, reachable[block.mentors])
    return Standing(mentor_of, load, reachable, blocks)


def rivals(tables: Tables, now: Standing, i: int) -> tuple[int, int]:
    """(students, places) of the set that mentee i competes in: everyone confined to its mentors."""
    block = now.blocks[int(tables.block[0][i])]
    seen = block.allowed[block.mentees == i].any(axis=0)
    while True:
        inside = (block.column >= 0) & seen[block.column]
        grown = seen | block.allowed[inside].any(axis=0)
        if (grown == seen).all():
            break
        seen = grown
    waiting = (block.column < 0) & block.allowed.any(axis=1) & ~block.allowed[:, ~seen].any(axis=1)
    mentors = block.mentors[seen]
    return int(now.load[mentors].sum() + waiting.sum()), int(tables.capacity[mentors].sum())


def _block(tables: Tables, number: int, mentor_of: np.ndarray) -> Block:
    mentees = np.flatnonzero((tables.block[0] == number) & (tables.locked < 0))
    mentors = np.flatnonzero(tables.block[1] == number)
    allowed, _ = allowed_pairs(tables, mentees, mentors)
    allowed &= (tables.capacity[mentors] > 0)[None, :]
    place = {int(j): k for k, j in enumerate(mentors)}
    column = np.array([place.get(int(j), -1) for j in mentor_of[mentees]], dtype=np.int64)
    return Block(mentees, mentors, allowed, column)


def _reach(block: Block, reachable: np.ndarray) -> np.ndarray:
    placed = np.flatnonzero(block.column >= 0)
    while True:
        movable = placed[(block.allowed[placed] & reachable[None, :]).any(axis=1)]
        grown = reachable.copy()
        grown[block.column[movable]] = True
        if (grown == reachable).all():
            return grown
        reachable = grown
