"""None or at least the minimum: branch and bound over the states of groups.

A flow with every group FREE bounds the component from below. If it leaves no group undersized it
is optimal. Otherwise one undersized group is taken and its three states tried; each child is again
one flow, its vector a bound for all below it, and its assignment a solution in its own right. Best
bound first, ties by age, a limit on nodes and never on time, so the answer is the same on every
machine. Choosing states is NP-hard in general (exact cover by triples), hence the limit; what the
search could not close is reported as an unproven bound.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from mentoring.matching.engine import flow, group_states
from mentoring.matching.engine.components import Component
from mentoring.matching.engine.levels import Policy, Stage, pack
from mentoring.matching.engine.measure import Vector, loads, measure, vector

Stop = Callable[[], None]


@dataclass(frozen=True)
class Part:
    """The answer for one component.

    columns: int (n,), m for unmatched. vector: measured. bound: no solution is below it, compared
    in order. nodes: flows solved.
    """

    columns: np.ndarray
    vector: Vector
    bound: Vector
    nodes: int

    @property
    def proven(self) -> bool:
        """Optimal at every level; the tie-break after the last level does not count."""
        return self.bound[:-1] == self.vector[:-1]


@dataclass(order=True)
class Node:
    """States of the groups, the bound they imply and the assignment that attains it."""

    bound: Vector
    age: int
    states: np.ndarray = field(compare=False)
    columns: np.ndarray = field(compare=False)


class Search:
    """One component's branch and bound."""

    def __init__(self, component: Component, policy: Policy, stop: Stop) -> None:
        self.component = component
        self.policy = policy
        self.stop = stop
        self.allowed = flow.all_allowed(component)
        self.left_out = flow.unavoidable(component.allowed, component.capacity - component.base)
        self.stages = pack(component, policy)
        self.nodes = 0
        self.root: Vector = ()

    def run(self, node_limit: int) -> Part:
        """Solve; at most `node_limit` flows after the first dive."""
        m = self.component.allowed.shape[1]
        root = self.node(np.zeros(m, dtype=np.int8))
        if root is None:
            raise ArithmeticError("The root of a component always has a solution.")
        best, best_vector = root.columns, measure(self.component, root.columns, self.policy)
        self.root = root.bound
        queue = [root]
        for node in self.dive(root):
            found = measure(self.component, node.columns, self.policy)
            if found < best_vector:
                best, best_vector = node.columns, found
        dived = self.nodes
        while queue and queue[0].bound < best_vector and self.nodes < node_limit + dived:
            self.stop()
            node = heapq.heappop(queue)
            for child in self.children(node):
                found = measure(self.component, child.columns, self.policy)
                if found < best_vector:
                    best, best_vector = child.columns, found
                if child.bound < best_vector:
                    heapq.heappush(queue, child)
        bound = min(queue[0].bound, best_vector) if queue else best_vector
        return Part(best, best_vector, bound, self.nodes)

    def dive(self, node: Node) -> Iterator[Node]:
        """Follow the child of least bound until no group is left undersized by chance."""
        while children := self.children(node):
            node = min(children)
            yield node

    def children(self, node: Node) -> list[Node]:
        """One node for each state of the undersized group that is nearest to completion."""
        load = loads(self.component, node.columns)
        thin = group_states.open_thin(self.component, node.states, load)
        if not len(thin):
            return []
        j = int(thin[np.argmax(load[thin])])
        found = []
        for state in group_states.possible(self.component, j):
            states = node.states.copy()
            states[j] = state
            child = self.node(states)
            if child is not None:
                found.append(child)
        return found

    def node(self, states: np.ndarray) -> Node | None:
        """Solve the flow under these states; None if they contradict each other."""
        self.nodes += 1
        columns = self.solve(group_states.places_of(self.component, states, self.left_out))
        if columns is None:
            return None
        load = loads(self.component, columns)
        bound = vector(
            self.component,
            columns,
            self.policy,
            thin=int((states == group_states.SMALL).sum()),
            balance=group_states.relaxed_balance(self.component, states, load),
        )
        return Node(bound, self.nodes, states, columns)

    def solve(self, places: flow.Places, levels: Sequence[str] | None = None) -> np.ndarray | None:
        """Columns of a lexicographically best assignment to these places; None if there is none."""
        stages = self.stages if levels is None else pack(self.component, self.policy, levels=levels)
        try:
            return self.stagewise(places, stages)
        except flow.NotOptimal:
            return self.stagewise(places, pack(self.component, self.policy, levels=levels, limit=1))

    def stagewise(self, places: flow.Places, stages: list[Stage]) -> np.ndarray | None:
        """Solve stage after stage, each on the optimal face of the one before."""
        allowed = self.allowed
        columns: np.ndarray | None = None
        for number, stage in enumerate(stages):
            columns = flow.solve_stage(stage.cost, allowed, places, stage)
            if columns is None:
                return None
            found = flow.prices(columns, stage.cost, allowed, places, stage)
            if number + 1 < len(stages):
                allowed, places = flow.face(found, stage.cost, allowed, places, stage)
        return columns
