"""networkx's network simplex: one node a person, one more for nobody."""

from __future__ import annotations

import networkx
import numpy as np

from tests.bench.matching.peers.parts import Part, each


def solve(part: Part) -> np.ndarray:
    n, m = part.score.shape
    nobody = n + m
    graph = networkx.DiGraph()
    for row in range(n):
        graph.add_node(row, demand=-1)
        graph.add_edge(row, nobody, weight=int(part.score.max()) * (n + 1))
    graph.add_node("sink", demand=n)
    graph.add_edge(nobody, "sink", weight=0)
    for column, capacity in enumerate(part.capacity.tolist()):
        graph.add_edge(n + column, "sink", weight=0, capacity=capacity)
    for row, column in np.argwhere(part.score > 0).tolist():
        graph.add_edge(row, n + column, weight=-int(part.score[row, column]))
    _, flow = networkx.network_simplex(graph)
    taken = [next(node for node, amount in flow[row].items() if amount) for row in range(n)]
    return np.array([-1 if node == nobody else node - n for node in taken])


def version() -> str:
    return f"networkx {networkx.__version__}"


ready = each(solve)
