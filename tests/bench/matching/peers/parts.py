"""What a peer is given: independent parts as arrays. Needs numpy only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Part:
    """n mentees and m mentors whose allowed pairs touch no other part.

    mentees, mentors: int (n,), (m,), indexes into the instance. score: int16 (n, m), above 0 where
    the pair is allowed, higher is better. capacity, minimum: int (m,), places and the fewest
    mentees of a group in use.
    """

    mentees: np.ndarray
    mentors: np.ndarray
    score: np.ndarray
    capacity: np.ndarray
    minimum: np.ndarray

    def owners(self) -> np.ndarray:
        """int (s,): the column that each place belongs to; never more places than mentees."""
        return np.repeat(np.arange(len(self.mentors)), np.minimum(self.capacity, len(self.mentees)))


def rankings(part: Part) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Each side's allowed partners, best score first, ties by number: rows -> columns, columns -> rows."""
    order, turned = np.argsort(-part.score, axis=1, kind="stable"), np.argsort(-part.score, axis=0, kind="stable").T
    rows = {i: [j for j in order[i].tolist() if part.score[i, j] > 0] for i in range(len(part.mentees))}
    columns = {j: [i for i in turned[j].tolist() if part.score[i, j] > 0] for j in range(len(part.mentors))}
    return rows, columns


Solve = Callable[[Part], np.ndarray]
"""For each row of a part the column of its mentor, or -1."""

Run = Callable[[], np.ndarray]
"""For each mentee of the instance the index of the mentor, or -1."""


def load(folder: Path) -> tuple[int, list[Part]]:
    """How many mentees there are, and the parts."""
    read = {name: np.load(folder / f"{name}.npy") for name in ("mentees", "mentors", "capacity", "minimum", "score")}
    row = column = pair = 0
    parts = []
    for n, m in np.load(folder / "sizes.npy").tolist():
        score = read["score"][pair : pair + n * m].reshape(n, m)
        columns = [read[name][column : column + m] for name in ("mentors", "capacity", "minimum")]
        parts.append(Part(read["mentees"][row : row + n], columns[0], score, columns[1], columns[2]))
        row, column, pair = row + n, column + m, pair + n * m
    return int(np.load(folder / "people.npy")[0]), parts


def each(solve: Solve) -> Callable[[Path], Run]:
    """A peer that solves one part after the other."""

    def ready(folder: Path) -> Run:
        people, parts = load(folder)

        def run() -> np.ndarray:
            chosen = np.full(people, -1, dtype=np.int64)
            for part in parts:
                columns = solve(part)
                placed = columns >= 0
                chosen[part.mentees[placed]] = part.mentors[columns[placed]]
            return chosen

        return run

    return ready
