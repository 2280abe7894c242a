"""PuLP with CBC: the only peer that is told of "none or at least the minimum". A limit on nodes, not on time."""

from __future__ import annotations

import numpy as np
import pulp

from tests.bench.matching.peers.parts import Part, each

NODES = 100


def solve(part: Part) -> np.ndarray:
    model = pulp.LpProblem("part", pulp.LpMaximize)
    pairs = [(row, column) for row, column in np.argwhere(part.score > 0).tolist()]
    chosen = {pair: pulp.LpVariable(f"x_{pair[0]}_{pair[1]}", cat="Binary") for pair in pairs}
    opened = [pulp.LpVariable(f"y_{column}", cat="Binary") for column in range(len(part.mentors))]
    worth = int(part.score.max()) * (len(part.mentees) + 1)
    model += pulp.lpSum((worth + int(part.score[pair])) * variable for pair, variable in chosen.items())
    by_row: dict[int, list] = {}
    by_column: dict[int, list] = {}
    for (row, column), variable in chosen.items():
        by_row.setdefault(row, []).append(variable)
        by_column.setdefault(column, []).append(variable)
    for variables in by_row.values():
        model += pulp.lpSum(variables) <= 1
    for column, variables in by_column.items():
        model += pulp.lpSum(variables) <= int(part.capacity[column]) * opened[column]
        model += pulp.lpSum(variables) >= int(part.minimum[column]) * opened[column]
    model.solve(pulp.PULP_CBC_CMD(msg=False, threads=1, maxNodes=NODES))
    columns = np.full(len(part.mentees), -1, dtype=np.int64)
    for (row, column), variable in chosen.items():
        if (variable.value() or 0) > 0.5:
            columns[row] = column
    return columns


def version() -> str:
    return f"PuLP {pulp.__version__}, CBC, {NODES} nodes a part"


ready = each(solve)
