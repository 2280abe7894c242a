"""None or at least the minimum: choose the states of groups, from the flow that assumes nothing.

The flow with every group FREE bounds the component from below (root.py). If it leaves no group
undersized it is optimal. Otherwise one undersized group is taken and its states tried; each child
is the same flow with that one group changed, mended by a few shortest paths (exchange.py), its
vector a bound for all below it, and its assignment a solution in its own right.

First a *dive* follows the best child until no group is undersized by chance; then branch and bound
takes the best bound first, ties by age, with a limit on nodes and never on time, so the answer is the
same on every machine. Choosing states is NP-hard in general (exact cover by triples), hence the
limit; what is left open goes to gap.py or is reported as an unproven bound.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from mentoring.matching.engine.components import Component
from mentoring.matching.engine.exchange import Exchange
from mentoring.matching.engine.group_states import CLOSED, SMALL, observed
from mentoring.matching.engine.levels import Packing, Policy
from mentoring.matching.engine.measure import UNDERSIZED, Vector, measure, vector
from mentoring.matching.engine.root import Root

Stop = Callable[[], None]

SCANS = 60_000
"""Work of branch and bound for one component, in scanned mentors of shortest paths."""


@dataclass(frozen=True)
class Part:
    """The answer for one component.

    columns: int (n,), m for unmatched. vector: measured. bound: no solution is below it, compared
    in order. nodes: flows tried.
    """

    columns: np.ndarray
    vector: Vector
    bound: Vector
    nodes: int

    @property
    def proven(self) -> bool:
        """Optimal at every level."""
        return self.bound == self.vector


@dataclass(order=True)
class Node:
    """A flow under some states, and the bound that it implies."""

    bound: Vector
    age: int
    flow: Exchange = field(compare=False)


class Search:
    """One component's choice of states."""

    def __init__(self, root: Root, stop: Stop) -> None:
        self.component: Component = root.component
        self.policy: Policy = root.policy
        self.packing: Packing = root.packing
        self.stop = stop
        self.nodes = 0
        self.scans = 0
        self.root = self.node(root.flow)
        self.best = root.flow
        self.vector = self.levels_of(root.flow)

    def run(self, node_limit: int, *, level: int, quick: bool) -> Part:
        """Dive, then branch with at most `node_limit` nodes until levels before `level` are proven.

        quick: first by closing all undersized groups; if that proves those levels, it is enough.
        """
        if not len(self.thin(self.root)):
            return Part(self.best.columns, self.vector, self.root.bound, self.nodes)
        if quick:
            self.close_thin()
        if not quick or self.vector[:level] > self.root.bound[:level]:
            self.dive(self.root)
        bound = self.branch(node_limit, level)
        return Part(self.best.columns, self.vector, bound, self.nodes)

    def close_thin(self) -> None:
        """Close every undersized group until there is none: quick, and kept if no level above balance suffers."""
        flow = self.root.flow.copy()
        while len(thin := flow.ladder.thin(flow.load)):
            self.stop()
            if not all(flow.change(j, CLOSED) for j in thin.tolist() if flow.ladder.base[j] == 0):
                return
            if (flow.ladder.base[thin] > 0).any():
                return
        self.note(flow)

    def dive(self, node: Node) -> None:
        """Follow the child of least bound until no group is left undersized by chance."""
        while len(self.thin(node)):
            self.stop()
            children = self.children(node)
            if not children:
                return
            node = min(children)

    def branch(self, node_limit: int, level: int) -> Vector:
        """Best bound first; the bound that holds in the end."""
        queue = [self.root]
        limit = self.nodes + node_limit
        while queue and queue[0].bound[:level] < self.vector[:level] and self.nodes < limit and self.scans < SCANS:
            self.stop()
            for child in self.children(heapq.heappop(queue)):
                if child.bound < self.vector:
                    heapq.heappush(queue, child)
        return min(queue[0].bound, self.vector) if queue else self.vector

    def children(self, node: Node) -> list[Node]:
        """One node for each state of the undersized group that is nearest to completion."""
        thin = self.thin(node)
        if not len(thin):
            return []
        j = int(thin[np.argmax(node.flow.load[thin])])
        found = []
        for state in node.flow.ladder.possible(j):
            if state == SMALL and self.dearer(node):
                continue
            flow = node.flow.copy()
            if flow.change(j, state):
                found.append(self.node(flow))
                self.note(flow)
            self.scans += flow.scans
        return found

    def dearer(self, node: Node) -> bool:
        """Whether one undersized group more than the node has is already worse than the best solution."""
        least = (*node.bound[:UNDERSIZED], node.bound[UNDERSIZED] + 1)
        return least > self.vector[: UNDERSIZED + 1]

    def note(self, flow: Exchange) -> None:
        """Keep the solution if it is the best so far."""
        found = self.levels_of(flow)
        if found < self.vector:
            self.best, self.vector = flow, found

    def thin(self, node: Node) -> np.ndarray:
        """Columns of mentors left undersized without that having been assumed."""
        return node.flow.ladder.thin(node.flow.load)

    def levels_of(self, flow: Exchange) -> Vector:
        """The measured vector of a flow."""
        return self.measured(flow.columns)

    def settled(self) -> Exchange:
        """The best flow with every group in use held to its minimum and every other one closed.

        Where a group is free to be undersized at no cost in the envelope, the tie-break would do it.
        """
        flow = self.best.copy()
        states = observed(self.component, self.component.base + flow.load[:-1])
        for j in np.argsort(states != CLOSED, kind="stable").tolist():
            flow.change(j, int(states[j]))
        return flow

    def measured(self, columns: np.ndarray) -> Vector:
        """The measured vector of an assignment, int (n,)."""
        return measure(self.component, columns, self.policy)

    def node(self, flow: Exchange) -> Node:
        """A flow with the bound that it proves for everything under its states."""
        self.nodes += 1
        bound = vector(
            self.component,
            flow.columns,
            self.policy,
            thin=int((flow.ladder.states == SMALL).sum()),
            balance=flow.ladder.relaxed_balance(flow.load),
        )
        return Node(bound, self.nodes, flow)
