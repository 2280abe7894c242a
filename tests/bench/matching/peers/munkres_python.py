"""munkres, the Hungarian method in plain Python, on places."""

from __future__ import annotations

from importlib import metadata

import munkres
import numpy as np

from tests.bench.matching.peers.parts import Part, each


def solve(part: Part) -> np.ndarray:
    owner = part.owners()
    best = int(part.score.max())
    worst = best * (min(len(part.mentees), len(owner)) + 2)
    cost = np.where(part.score > 0, best - part.score.astype(np.int64), worst)[:, owner]
    columns = np.full(len(part.mentees), -1, dtype=np.int64)
    for row, place in munkres.Munkres().compute(cost.tolist()):
        if part.score[row, owner[place]] > 0:
            columns[row] = owner[place]
    return columns


def version() -> str:
    return f"munkres {metadata.version('munkres')}"


ready = each(solve)
