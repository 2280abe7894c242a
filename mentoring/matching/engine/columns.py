"""A matching problem as columns of numbers, in any order of people.

`read` makes them from a `Problem`; a caller with a hundred thousand people may fill them directly
(as instance.py does from files). Values are codes: equal numbers mean equal values, whatever the
text was; within one attribute, discipline, campus or mode, both sides use the same codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mentoring.matching.engine.problem import (
    ATTRIBUTES,
    Mentee,
    Mentor,
    Problem,
    ProblemError,
    fewest,
    places,
)

PREFER, MUST = 1, 2
NOT_STATED = -1

People = Sequence[Mentee] | Sequence[Mentor]


@dataclass(frozen=True)
class Side:
    """What both mentees and mentors have; p people.

    keys: opaque strings. attributes: int (p, 4), NOT_STATED where nothing is said.
    discipline, campus, mode: int (p,). features: sparse 0/1 (p, f), what people may share.
    """

    keys: tuple[str, ...]
    attributes: np.ndarray
    discipline: np.ndarray
    campus: np.ndarray
    mode: np.ndarray
    features: sparse.csr_array


@dataclass(frozen=True)
class Columns:
    """n mentees, m mentors, and the policy's knobs.

    wish_kind, wish_value: int (n, 4); kind 0 none, PREFER or MUST. exceptions: bool (m, 4).
    capacity, minimum: int (m,), as `problem.places` and `problem.fewest` give them.
    locked, current: int (n,), index of a mentor, -1 none, -2 one who is not here.
    blocked: int (k, 2), pairs never to be made. weights: int (f,), points of each feature.
    near: pairs of discipline codes. wishes_first, spread: as in `problem.Rules`.
    """

    mentees: Side
    mentors: Side
    wish_kind: np.ndarray
    wish_value: np.ndarray
    exceptions: np.ndarray
    capacity: np.ndarray
    minimum: np.ndarray
    locked: np.ndarray
    current: np.ndarray
    blocked: np.ndarray
    weights: np.ndarray
    near: frozenset[tuple[int, int]] = frozenset()
    campus_hard: bool = False
    mode_hard: bool = False
    wishes_first: bool = False
    spread: bool = True
    seed: int = 0


def check_columns(columns: Columns) -> None:
    """Refuse columns that contradict themselves; ProblemError says what."""
    n, m = len(columns.mentees.keys), len(columns.mentors.keys)
    for kind, side in (("mentee", columns.mentees), ("mentor", columns.mentors)):
        if len(set(side.keys)) != len(side.keys):
            raise ProblemError(f"A {kind} appears twice.")
        if any(len(column) != len(side.keys) for column in (side.attributes, side.discipline, side.campus, side.mode)):
            raise ProblemError(f"The columns of the {kind}s differ in length.")
    if (columns.capacity < 0).any() or (columns.minimum < 0).any() or (columns.weights < 0).any():
        raise ProblemError("Places, minimum and points cannot be negative.")
    if (columns.locked >= m).any() or (columns.current >= m).any():
        raise ProblemError("A mentee is tied to an unknown mentor.")
    if len(columns.blocked) and ((columns.blocked < 0).any() or (columns.blocked.max(axis=0) >= (n, m)).any()):
        raise ProblemError("A block names an unknown person.")


def read(problem: Problem) -> Columns:
    """The columns of a checked problem, in its own order."""
    codes = _Codes()
    rules, mentees, mentors = problem.rules, problem.mentees, problem.mentors
    index = {mentor.key: j for j, mentor in enumerate(mentors)}
    names, weights = _features(mentors, rules.affinity_weights)
    kind, value = _wishes(mentees, codes)
    return Columns(
        mentees=_side(mentees, codes, names),
        mentors=_side(mentors, codes, names),
        wish_kind=kind,
        wish_value=value,
        exceptions=np.array([[name in m.exceptions for name in ATTRIBUTES] for m in mentors], dtype=bool).reshape(
            len(mentors), len(ATTRIBUTES)
        ),
        capacity=np.array([places(mentor, rules) for mentor in mentors], dtype=np.int64),
        minimum=np.array([fewest(mentor, rules) for mentor in mentors], dtype=np.int64),
        locked=_indexes((m.locked_to for m in mentees), index),
        current=_indexes((m.current for m in mentees), index),
        blocked=_blocked(mentees, index),
        weights=weights,
        near=frozenset((codes.code("discipline", a), codes.code("discipline", b)) for a, b in rules.near),
        campus_hard=rules.campus_hard,
        mode_hard=rules.mode_hard,
        wishes_first=rules.shortage == "wishes-first",
        spread=rules.spread,
        seed=problem.seed,
    )


class _Codes:
    """Numbers for strings, one dictionary for each kind of string."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, int]] = {}

    def code(self, kind: str, value: str) -> int:
        known = self._known.setdefault(kind, {})
        return known.setdefault(value, len(known))

    def column(self, kind: str, people: People) -> np.ndarray:
        known = self._known.setdefault(kind, {})
        return np.array([known.setdefault(getattr(p, kind), len(known)) for p in people], dtype=np.int64)

    def attribute(self, name: str, people: People) -> list[int]:
        known = self._known.setdefault(name, {})
        values = [person.attributes.get(name) for person in people]
        return [known.setdefault(value, len(known)) if value else NOT_STATED for value in values]


def _side(people: People, codes: _Codes, names: Mapping[str, Mapping[str, int]]) -> Side:
    return Side(
        keys=tuple(person.key for person in people),
        attributes=np.array([codes.attribute(name, people) for name in ATTRIBUTES], dtype=np.int64).T,
        discipline=codes.column("discipline", people),
        campus=codes.column("campus", people),
        mode=codes.column("mode", people),
        features=_incidence(people, names),
    )


def _wishes(mentees: Sequence[Mentee], codes: _Codes) -> tuple[np.ndarray, np.ndarray]:
    kind = np.zeros((len(mentees), len(ATTRIBUTES)), dtype=np.int64)
    value = np.full_like(kind, NOT_STATED)
    for i, mentee in enumerate(mentees):
        for wish in mentee.wishes:
            a = ATTRIBUTES.index(wish.attribute)
            kind[i, a] = MUST if wish.must else PREFER
            value[i, a] = codes.code(wish.attribute, wish.value)
    return kind, value


def _indexes(keys: Iterable[str | None], index: Mapping[str, int]) -> np.ndarray:
    return np.array([-1 if key is None else index.get(key, -2) for key in keys], dtype=np.int64)


def _blocked(mentees: Sequence[Mentee], index: Mapping[str, int]) -> np.ndarray:
    pairs = [(i, index[key]) for i, mentee in enumerate(mentees) for key in sorted(mentee.blocked) if key in index]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _features(mentors: Sequence[Mentor], weights: Mapping[str, int]) -> tuple[dict[str, dict[str, int]], np.ndarray]:
    """Number every (kind, value) that some mentor has and that is worth anything."""
    names: dict[str, dict[str, int]] = {}
    worth: list[int] = []
    for person in mentors:
        for kind, values in person.affinities.items():
            weight = weights.get(kind)
            if weight:
                known = names.setdefault(kind, {})
                for value in values:
                    if value not in known:
                        known[value] = len(worth)
                        worth.append(weight)
    return names, np.array(worth, dtype=np.int64)


def _incidence(people: People, names: Mapping[str, Mapping[str, int]]) -> sparse.csr_array:
    indices: list[int] = []
    starts = [0]
    for person in people:
        for kind, values in person.affinities.items():
            known = names.get(kind)
            if known:
                indices += [known[value] for value in values if value in known]
        starts.append(len(indices))
    width = sum(len(known) for known in names.values())
    ones = np.ones(len(indices), dtype=np.int64)
    parts = (ones, np.array(indices, dtype=np.int64), np.array(starts, dtype=np.int64))
    return sparse.csr_array(parts, shape=(len(people), width))
