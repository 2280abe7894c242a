"""scipy's linear_sum_assignment on places: the yardstick. Forbidden pairs cost more than all others
together, so as many as possible are matched."""

from __future__ import annotations

import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment

from tests.bench.matching.peers.parts import Part, each


def solve(part: Part) -> np.ndarray:
    owner = part.owners()
    worst = float(part.score.max()) * (min(len(part.mentees), len(owner)) + 1)
    cost = np.where(part.score > 0, -part.score.astype(np.float64), worst)[:, owner]
    rows, places = linear_sum_assignment(cost)
    columns = np.full(len(part.mentees), -1, dtype=np.int64)
    columns[rows] = owner[places]
    columns[part.score[np.arange(len(columns)), columns] <= 0] = -1
    return columns


def version() -> str:
    return f"scipy {scipy.__version__}"


ready = each(solve)
