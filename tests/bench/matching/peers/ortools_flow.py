"""OR-tools' min cost flow on the score: one arc an allowed pair, one more to nobody."""

from __future__ import annotations

import numpy as np
import ortools
from ortools.graph.python import min_cost_flow

from tests.bench.matching.peers.parts import Part, each


def solve(part: Part) -> np.ndarray:
    n, m = part.score.shape
    nobody, sink = n + m, n + m + 1
    rows, columns = np.nonzero(part.score)
    people, mentors = np.arange(n), np.arange(m)
    tails = np.concatenate([rows, people, n + mentors, [nobody]])
    heads = np.concatenate([n + columns, np.full(n, nobody), np.full(m + 1, sink)])
    capacities = np.concatenate([np.ones(len(rows) + n, dtype=np.int64), part.capacity, [n]])
    worst = int(part.score.max()) * (n + 1)
    costs = np.concatenate([-part.score[rows, columns].astype(np.int64), np.full(n, worst), np.zeros(m + 1, np.int64)])
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    flow.set_nodes_supplies(np.append(people, sink), np.append(np.ones(n, dtype=np.int64), -n))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"status {status.name}")
    used = flow.flows(arcs[: len(rows)]) > 0
    found = np.full(n, -1, dtype=np.int64)
    found[rows[used]] = columns[used]
    return found


def version() -> str:
    return f"ortools {ortools.__version__}"


ready = each(solve)
