"""The problem as arrays, in an order that depends on keys and seed only.

Everything later in the engine speaks of mentees 0..n-1 and mentors 0..m-1 in this order, so
shuffled input gives the same arrays and therefore the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from mentoring.matching.engine.columns import MUST, NOT_STATED, PREFER, Columns, Side, read
from mentoring.matching.engine.problem import Mentee, Mentor, Problem

__all__ = [
    "MUST",
    "NOT_STATED",
    "PREFER",
    "FULL_SHARE",
    "SHARES",
    "Tables",
    "arrange",
    "build",
    "key_hashes",
    "lots",
    "tie_break",
]

SHARES = ((0, 1), (1, 4), (1, 3), (1, 2), (2, 3), (3, 4))
"""Shares of honoured preferences that are counted, worst first, as (numerator, denominator)."""

FULL_SHARE = len(SHARES)
"""Code of a pair in which nothing is missed."""

NOBODY = np.uint64(0x51ED270B153A4D29)


@dataclass(frozen=True)
class Tables:
    """The whole problem as arrays; n mentees, m mentors, 4 attributes.

    mentees, mentors: the people where the problem was read from dataclasses, else empty.
    mentee_keys, mentor_keys: their keys. mentor_attributes, mentee_attributes: int (m, 4), (n, 4),
    codes, -1 not stated. wish_kind, wish_value: int (n, 4); kind 0 none, 1 prefer, 2 must.
    exceptions: bool (m, 4). discipline: int (n,), (m,). near: pairs of discipline codes.
    block: int (n,), (m,), the hard keys of a person as one number: only people of one block can be
    paired. capacity, minimum: int (m,), without locks taken off. locked: int (n,) mentor index or
    -1. current: likewise, -2 a mentor who is not in the problem. blocked: for each mentee the
    indexes of mentors never to be given. lots: int (n,), the lottery's ranks; seeds: uint64, one
    per person, for the tie-break. mentee_features, mentor_features: sparse (n, f), (m, f); their
    product is the affinity. wishes_first, spread: the policy.
    """

    mentees: tuple[Mentee, ...]
    mentors: tuple[Mentor, ...]
    mentee_keys: tuple[str, ...]
    mentor_keys: tuple[str, ...]
    mentor_attributes: np.ndarray
    mentee_attributes: np.ndarray
    wish_kind: np.ndarray
    wish_value: np.ndarray
    exceptions: np.ndarray
    discipline: tuple[np.ndarray, np.ndarray]
    near: frozenset[tuple[int, int]]
    block: tuple[np.ndarray, np.ndarray]
    capacity: np.ndarray
    minimum: np.ndarray
    locked: np.ndarray
    current: np.ndarray
    blocked: tuple[np.ndarray, ...]
    lots: np.ndarray
    mentee_seeds: np.ndarray
    mentor_seeds: np.ndarray
    mentee_features: sparse.csr_array
    mentor_features: sparse.csr_array
    wishes_first: bool
    spread: bool


def build(problem: Problem) -> Tables:
    """Arrays for a checked problem."""
    return arrange(read(problem), problem.mentees, problem.mentors)


def arrange(columns: Columns, mentees: Sequence[Mentee] = (), mentors: Sequence[Mentor] = ()) -> Tables:
    """Columns in their final order, hard keys numbered and lots drawn."""
    left, right, seed = columns.mentees, columns.mentors, columns.seed
    mentee_seeds, mentor_seeds = key_hashes("mentee", left.keys, seed), key_hashes("mentor", right.keys, seed)
    rows, cols = np.argsort(mentee_seeds, kind="stable"), np.argsort(mentor_seeds, kind="stable")
    place = np.append(_inverse(cols), [-2, -1])
    points = sparse.csr_array(right.features[cols].multiply(columns.weights[None, :]).tocsr(), dtype=np.int64)
    discipline = (left.discipline[rows], right.discipline[cols])
    return Tables(
        mentees=tuple(mentees[i] for i in rows) if mentees else (),
        mentors=tuple(mentors[j] for j in cols) if mentors else (),
        mentee_keys=tuple(left.keys[i] for i in rows),
        mentor_keys=tuple(right.keys[j] for j in cols),
        mentor_attributes=right.attributes[cols],
        mentee_attributes=left.attributes[rows],
        wish_kind=columns.wish_kind[rows],
        wish_value=columns.wish_value[rows],
        exceptions=columns.exceptions[cols],
        discipline=discipline,
        near=columns.near,
        block=_blocks(columns, rows, cols),
        capacity=columns.capacity[cols],
        minimum=columns.minimum[cols],
        locked=place[columns.locked[rows]],
        current=place[columns.current[rows]],
        blocked=_blocked(columns.blocked, rows, place),
        lots=_lots(left.keys, seed)[rows],
        mentee_seeds=mentee_seeds[rows],
        mentor_seeds=mentor_seeds[cols],
        mentee_features=left.features[rows],
        mentor_features=points,
        wishes_first=columns.wishes_first,
        spread=columns.spread,
    )


def share_codes() -> np.ndarray:
    """int (5, 5): [stated, honoured] -> index into SHARES, or FULL_SHARE."""
    table = np.full((5, 5), FULL_SHARE, dtype=np.int8)
    for stated in range(1, 5):
        for got in range(stated):
            table[stated, got] = next(k for k, (p, q) in enumerate(SHARES) if got * q == p * stated)
    return table


def lots(mentees: Sequence[Mentee], seed: int) -> np.ndarray:
    """The lottery: each mentee's rank by a seeded hash; a higher lot is served first."""
    return _lots([mentee.key for mentee in mentees], seed)


def pair_hashes(tables: Tables, mentees: np.ndarray, mentors: np.ndarray) -> np.ndarray:
    """int64 (n, m + 1): the seeded 30-bit tie-break of each pair; last column: unmatched."""
    return tie_break(tables.mentee_seeds[mentees], tables.mentor_seeds[mentors])


def group_hashes(groups: Sequence[str], tables: Tables, seed: int) -> np.ndarray:
    """int64 (groups, m + 1): the tie-break between tutor groups and mentors."""
    return tie_break(key_hashes("group", groups, seed), tables.mentor_seeds)


def key_hashes(purpose: str, keys: Sequence[str], seed: int) -> np.ndarray:
    """uint64 (len(keys),): a well-mixed number of each text, letter by letter (splitmix64).

    A key's number depends on purpose, seed and the key alone, never on the other keys.
    """
    state = np.full(len(keys), _text_hash(f"{purpose}\0{seed}"), dtype=np.uint64)
    if not len(keys):
        return state
    texts = np.array(keys, dtype=np.str_)
    width = texts.dtype.itemsize // 4
    letters = np.frombuffer(texts.tobytes(), dtype=np.uint32).reshape(len(keys), width)
    for letter in letters.T.astype(np.uint64):
        state = np.where(letter > 0, _splitmix(state ^ letter), state)
    return _splitmix(state)


def _text_hash(text: str) -> np.uint64:
    state = np.zeros(1, dtype=np.uint64)
    for letter in text:
        state = _splitmix(state ^ np.uint64(ord(letter) + 1))
    return state[0]


def _splitmix(state: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        mixed = state + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))


def tie_break(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """30 well-mixed bits of every combination, and of each of left with nobody."""
    with np.errstate(over="ignore"):
        columns = np.append(right, NOBODY) * np.uint64(0x9E3779B97F4A7C15)
    return (_splitmix(left[:, None] ^ columns[None, :]) >> np.uint64(34)).astype(np.int64)


def _lots(keys: Sequence[str], seed: int) -> np.ndarray:
    return _inverse(np.argsort(key_hashes("lot", keys, seed), kind="stable")) + 1


def _inverse(order: np.ndarray) -> np.ndarray:
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def _blocked(pairs: np.ndarray, rows: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, ...]:
    none = np.zeros(0, dtype=np.int64)
    found = [none] * len(rows)
    where = _inverse(rows)
    for i in np.unique(pairs[:, 0]):
        found[where[i]] = np.unique(place[pairs[pairs[:, 0] == i, 1]])
    return tuple(found)


def _blocks(columns: Columns, rows: np.ndarray, cols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the combinations of hard keys: linked disciplines, and campus and mode where hard.

    Numbers rise with the first mentee who has the keys, so they do not depend on the input's order.
    """
    family = _families(columns)
    keys = np.concatenate(
        [_hard_keys(columns, columns.mentees, family)[rows], _hard_keys(columns, columns.mentors, family)[cols]]
    )
    _, first, number = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    number = _inverse(np.argsort(first))[number.ravel()]
    return number[: len(rows)], number[len(rows) :]


def _hard_keys(columns: Columns, side: Side, family: np.ndarray) -> np.ndarray:
    nothing = np.zeros(len(side.keys), dtype=np.int64)
    campus = side.campus if columns.campus_hard else nothing
    return np.stack([family[side.discipline], campus, side.mode if columns.mode_hard else nothing], axis=1)


def _families(columns: Columns) -> np.ndarray:
    """For each discipline code the number of those joined to it by the near map."""
    pairs = np.array(sorted(columns.near), dtype=np.int64).reshape(-1, 2)
    codes = [columns.mentees.discipline, columns.mentors.discipline, pairs.ravel()]
    size = max(int(part.max(initial=-1)) for part in codes) + 1
    links = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    return connected_components(links.tocsr(), directed=False)[1] if size else np.zeros(0, dtype=np.int64)
