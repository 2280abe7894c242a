"""The problem as arrays, in an order that depends on keys and seed only.

Everything later in the engine speaks of mentees 0..n-1 and mentors 0..m-1 in this order, so
shuffled input gives the same arrays and therefore the same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy import sparse

from mentoring.matching.engine.problem import (
    ATTRIBUTES,
    EXCEPTIONS,
    Mentee,
    Mentor,
    Problem,
    fewest,
    linked_disciplines,
    places,
)

Person = TypeVar("Person", Mentee, Mentor)

PREFER, MUST = 1, 2
NOT_STATED = -1
SHARES = ((0, 1), (1, 4), (1, 3), (1, 2), (2, 3), (3, 4))
"""Shares of honoured preferences that are counted, worst first, as (numerator, denominator)."""

FULL_SHARE = len(SHARES)
"""Code of a pair in which nothing is missed."""


@dataclass(frozen=True)
class Tables:
    """The whole problem as arrays; n mentees, m mentors, 4 attributes.

    mentor_attributes, mentee_attributes: int (m, 4), (n, 4), codes, -1 not stated.
    wish_kind, wish_value: int (n, 4); kind 0 none, 1 prefer, 2 must.
    exceptions: bool (m, 4). block: int (n,), (m,), the hard keys of a person as one number:
    only people of one block can be paired. capacity, minimum: int (m,), without locks taken off.
    locked: int (n,) mentor index or -1. current: likewise, -2 a mentor who is not in the problem.
    lots: int (n,), the lottery's ranks; seeds: uint64, one per person, for the tie-break.
    mentee_features, mentor_features: sparse (n, f), (m, f); their product is the affinity.
    """

    mentees: tuple[Mentee, ...]
    mentors: tuple[Mentor, ...]
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


def build(problem: Problem) -> Tables:
    """Arrays for a checked problem."""
    rules = problem.rules
    mentees = _in_seeded_order(problem.mentees, problem.seed)
    mentors = _in_seeded_order(problem.mentors, problem.seed)
    index = {mentor.key: j for j, mentor in enumerate(mentors)}
    codes = _Codes()
    mentor_attributes = codes.attributes(mentors)
    discipline = (codes.column("discipline", mentees), codes.column("discipline", mentors))
    near = frozenset((codes.code("discipline", a), codes.code("discipline", b)) for a, b in rules.near)
    kind, value = _wishes(mentees, codes)
    features = _features(mentees, mentors, rules.affinity_weights)
    return Tables(
        mentees=mentees,
        mentors=mentors,
        mentor_attributes=mentor_attributes,
        mentee_attributes=codes.attributes(mentees),
        wish_kind=kind,
        wish_value=value,
        exceptions=_exceptions(mentors),
        discipline=discipline,
        near=near,
        block=_blocks(problem, mentees, mentors, codes),
        capacity=np.array([places(mentor, rules) for mentor in mentors], dtype=np.int64),
        minimum=np.array([fewest(mentor, rules) for mentor in mentors], dtype=np.int64),
        locked=_indexes((m.locked_to for m in mentees), index, unknown=-1),
        current=_indexes((m.current for m in mentees), index, unknown=-2),
        blocked=tuple(_blocked(mentee, index) for mentee in mentees),
        lots=lots(mentees, problem.seed),
        mentee_seeds=_seeds("mentee", mentees, problem.seed),
        mentor_seeds=_seeds("mentor", mentors, problem.seed),
        mentee_features=features[0],
        mentor_features=features[1],
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
    drawn = [_hash("lot", seed, mentee.key) for mentee in mentees]
    ranks = np.empty(len(drawn), dtype=np.int64)
    ranks[sorted(range(len(drawn)), key=drawn.__getitem__)] = np.arange(1, len(drawn) + 1)
    return ranks


def pair_hashes(tables: Tables, mentees: np.ndarray, mentors: np.ndarray) -> np.ndarray:
    """int64 (n, m + 1): the seeded 30-bit tie-break of each pair; last column: unmatched."""
    return _mixed(tables.mentee_seeds[mentees], tables.mentor_seeds[mentors])


def _mixed(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """30 well-mixed bits of every combination (splitmix64), and of each of left with nobody."""
    columns = np.append(right, np.uint64(0x51ED270B153A4D29))
    with np.errstate(over="ignore"):
        mixed = left[:, None] ^ (columns[None, :] * np.uint64(0x9E3779B97F4A7C15))
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed >> np.uint64(34)).astype(np.int64)


def group_hashes(groups: Sequence[str], tables: Tables, seed: int) -> np.ndarray:
    """int64 (groups, m + 1): the tie-break between tutor groups and mentors."""
    seeds = [int.from_bytes(_hash("group", seed, group)[:8], "big") for group in groups]
    return _mixed(np.array(seeds, dtype=np.uint64), tables.mentor_seeds)


class _Codes:
    """Numbers for strings, one dictionary for each kind of string."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def code(self, kind: str, value: str) -> int:
        return self._known.setdefault((kind, value), len(self._known))

    def column(self, kind: str, people: Sequence[Mentee] | Sequence[Mentor]) -> np.ndarray:
        return np.array([self.code(kind, getattr(person, kind)) for person in people], dtype=np.int64)

    def attributes(self, people: Sequence[Mentee] | Sequence[Mentor]) -> np.ndarray:
        table = np.full((len(people), len(ATTRIBUTES)), NOT_STATED, dtype=np.int64)
        for i, stated in enumerate([person.attributes for person in people]):
            for a, name in enumerate(ATTRIBUTES):
                if stated.get(name):
                    table[i, a] = self.code(name, stated[name])
        return table


def _hash(purpose: str, seed: int, key: str) -> bytes:
    return hashlib.sha256(f"{purpose}\0{seed}\0{key}".encode()).digest()


def _in_seeded_order(people: Sequence[Person], seed: int) -> tuple[Person, ...]:
    return tuple(sorted(people, key=lambda person: _hash("order", seed, person.key)))


def _seeds(purpose: str, people: Sequence[Mentee] | Sequence[Mentor], seed: int) -> np.ndarray:
    digests = (_hash(purpose, seed, person.key) for person in people)
    return np.array([int.from_bytes(d[:8], "big") for d in digests], dtype=np.uint64)


def _wishes(mentees: Sequence[Mentee], codes: _Codes) -> tuple[np.ndarray, np.ndarray]:
    kind = np.zeros((len(mentees), len(ATTRIBUTES)), dtype=np.int64)
    value = np.full_like(kind, NOT_STATED)
    for i, mentee in enumerate(mentees):
        for wish in mentee.wishes:
            a = ATTRIBUTES.index(wish.attribute)
            kind[i, a] = MUST if wish.must else PREFER
            value[i, a] = codes.code(wish.attribute, wish.value)
    return kind, value


def _exceptions(mentors: Sequence[Mentor]) -> np.ndarray:
    table = np.zeros((len(mentors), len(ATTRIBUTES)), dtype=bool)
    for j, mentor in enumerate(mentors):
        for name in EXCEPTIONS:
            table[j, ATTRIBUTES.index(name)] = name in mentor.exceptions
    return table


def _indexes(keys: Iterable[str | None], index: Mapping[str, int], *, unknown: int) -> np.ndarray:
    return np.array([-1 if key is None else index.get(key, unknown) for key in keys], dtype=np.int64)


def _blocked(mentee: Mentee, index: Mapping[str, int]) -> np.ndarray:
    return np.array(sorted(index[key] for key in mentee.blocked if key in index), dtype=np.int64)


def _blocks(
    problem: Problem, mentees: Sequence[Mentee], mentors: Sequence[Mentor], codes: _Codes
) -> tuple[np.ndarray, np.ndarray]:
    """Number the combinations of hard keys: linked disciplines, and campus and mode where hard."""
    root = linked_disciplines(problem.rules.near)
    rules = problem.rules
    numbers: dict[tuple[str, str, str], int] = {}

    def number(person: Mentee | Mentor) -> int:
        key = (
            root.get(person.discipline, person.discipline),
            person.campus if rules.campus_hard else "",
            person.mode if rules.mode_hard else "",
        )
        return numbers.setdefault(key, len(numbers))

    return (
        np.array([number(person) for person in mentees], dtype=np.int64),
        np.array([number(person) for person in mentors], dtype=np.int64),
    )


def _features(
    mentees: Sequence[Mentee], mentors: Sequence[Mentor], weights: Mapping[str, int]
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Incidence of affinity values; the mentors' side carries the weights."""
    columns: dict[tuple[str, str], int] = {}
    for person in mentors:
        for kind, values in person.affinities.items():
            if weights.get(kind):
                for value in values:
                    columns.setdefault((kind, value), len(columns))
    left = _incidence(mentees, columns, {})
    right = _incidence(mentors, columns, weights)
    return left, right


def _incidence(
    people: Sequence[Mentee] | Sequence[Mentor],
    columns: Mapping[tuple[str, str], int],
    weights: Mapping[str, int],
) -> sparse.csr_array:
    data: list[int] = []
    indices: list[int] = []
    starts = [0]
    for person in people:
        for kind, values in person.affinities.items():
            for value in values:
                column = columns.get((kind, value))
                if column is not None:
                    indices.append(column)
                    data.append(weights.get(kind, 1))
        starts.append(len(indices))
    shape = (len(people), max(len(columns), 1))
    weight, column_of, offsets = (np.array(part, dtype=np.int64) for part in (data, indices, starts))
    return sparse.csr_array((weight, column_of, offsets), shape=shape)
