"""Shared instance files straight into columns, for cohorts too large to be read person by person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import sparse

from mentoring.matching.engine.columns import Columns, Side
from mentoring.matching.engine.instance import BITS, COLUMNS, FLAGS, WEIGHT_OF
from mentoring.matching.engine.problem import ATTRIBUTES, ProblemError

Rows = list[tuple[np.ndarray, np.ndarray]]


def load_columns(content: Mapping[str, Any]) -> Columns:
    """The same problem as `instance.load`, mentees named s0, s1, ... and mentors m0, m1, ...

    Raises ProblemError where the file lacks a field or lists differ in length.
    """
    try:
        return _columns(content)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ProblemError(f"The instance file is incomplete: {error!r}.") from error


def _columns(content: Mapping[str, Any]) -> Columns:
    left = {name: np.asarray(column, dtype=np.int64) for name, column in content["mentees"].items()}
    right = {name: np.asarray(column, dtype=np.int64) for name, column in content["mentors"].items()}
    n, m = len(left["disc"]), len(right["disc"])
    disciplines = 1 + max(int(side["disc"].max(initial=0)) for side in (left, right))
    features, weights = _features(left, right, content["spec"]["affinity_weights"])
    none = np.full(n, -1, dtype=np.int64)
    strict = np.zeros((m, len(ATTRIBUTES)), dtype=bool)
    for name in ("gender", "religion"):
        strict[:, ATTRIBUTES.index(name)] = right[f"exc_{name}"] > 0
    institutions = np.union1d(left["inst"], right["inst"]).tolist()
    return Columns(
        mentees=_side("s", left, disciplines, features[0]),
        mentors=_side("m", right, disciplines, features[1]),
        wish_kind=left["pref_kind"].reshape(n, len(ATTRIBUTES)),
        wish_value=left["pref_value"].reshape(n, len(ATTRIBUTES)),
        exceptions=strict,
        capacity=right["cap"],
        minimum=np.minimum(right["min"], right["cap"]),
        locked=none,
        current=none,
        blocked=np.array(content["block"], dtype=np.int64).reshape(-1, 2),
        weights=weights,
        near=frozenset((k * disciplines + a, k * disciplines + b) for a, b in content["near"] for k in institutions),
        campus_hard=bool(content["campus_hard"]),
        mode_hard=bool(content["mode_hard"]),
        wishes_first=True,
        seed=int(content.get("seed", 0)),
    )


def _side(letter: str, people: Mapping[str, np.ndarray], disciplines: int, features: sparse.csr_array) -> Side:
    return Side(
        keys=tuple(f"{letter}{i}" for i in range(len(people["disc"]))),
        attributes=np.stack([people[COLUMNS[name]] for name in ATTRIBUTES], axis=1),
        discipline=people["inst"] * disciplines + people["disc"],
        campus=people["campus"],
        mode=people["mode"],
        features=features,
    )


def _features(
    left: Mapping[str, np.ndarray], right: Mapping[str, np.ndarray], weights: Mapping[str, int]
) -> tuple[tuple[sparse.csr_array, sparse.csr_array], np.ndarray]:
    """0/1 features of both sides and what each is worth."""
    ours: Rows = []
    theirs: Rows = []
    worth: list[int] = []

    def add(name: str, own: np.ndarray, their: np.ndarray) -> None:
        """One feature for each value above -1 that both sides hold."""
        shared = np.intersect1d(own[own >= 0], their[their >= 0])
        for values, rows in ((own, ours), (their, theirs)):
            at = np.minimum(np.searchsorted(shared, values), max(len(shared) - 1, 0))
            held = np.flatnonzero(shared[at] == values) if len(shared) else np.zeros(0, dtype=np.int64)
            rows.append((held, at[held] + len(worth)))
        worth.extend([weights[WEIGHT_OF.get(name, name)]] * len(shared))

    for name in BITS:
        for bit in range(int(max(left[name].max(initial=0), right[name].max(initial=0))).bit_length()):
            add(name, (left[name] >> bit & 1) - 1, (right[name] >> bit & 1) - 1)
    for name in ("mode", "college"):
        add(name, left[name], right[name])
    for name in ("route", *FLAGS):
        add(name, np.where(left[name] > 0, left[name], -1), np.where(right[name] > 0, right[name], -1))
    tables = [_table(rows, len(side["disc"]), len(worth)) for rows, side in ((ours, left), (theirs, right))]
    return (tables[0], tables[1]), np.array(worth, dtype=np.int64)


def _table(rows: Rows, people: int, width: int) -> sparse.csr_array:
    row = np.concatenate([held for held, _ in rows])
    column = np.concatenate([at for _, at in rows])
    return sparse.csr_array((np.ones(len(row), dtype=np.int64), (row, column)), shape=(people, width))
