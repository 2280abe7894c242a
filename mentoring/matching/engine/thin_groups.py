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
from mentoring.matching.engine.column_generation import solve_stage, unavoidable
from mentoring.matching.engine.components import Component
from mentoring.matching.engine.group_states import FREE
from mentoring.matching.engine.levels import EXACT, Policy, Stage, pack
from mentoring.matching.engine.measure import BALANCE, Vector, loads, measure, vector

Stop = Callable[[], None]

MANY = 8
"""From this many undersized groups the dive closes several at once."""

CELLS = 20_000_000
"""Work for one component, as mentees times places times flows."""


@dataclass(frozen=True)
class Part:
    """The answer for one component.

    columns: int (n,), m for unmatched. vector: measured, without the tie-break. bound: no solution
    is below it, compared
    in order. nodes: flows solved.
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
        self.left_out = unavoidable(component.allowed, component.capacity - component.base)
        self.nodes = 0
        self.packed: dict[tuple[tuple[str, ...], int], list[Stage]] = {}
        self.root: Vector = ()

    def run(self, node_limit: int) -> Part:
        """Solve; at most `node_limit` flows after the first dive, fewer in large components."""
        states = np.zeros(self.component.allowed.shape[1], dtype=np.int8)
        root = self.node(states, self.policy.levels())
        if root is None:
            raise ArithmeticError("The root of a component always has a solution.")
        self.root = root.bound
        if not len(self.thin(root)):
            found = self.levels_of(root.columns)
            return Part(root.columns, found, found, self.nodes)
        return self.branch(root, node_limit)

    def branch(self, root: Node, node_limit: int) -> Part:
        """Best bound first, from a first solution found by diving."""
        best, best_vector = root.columns, self.levels_of(root.columns)
        for node in self.dive(root):
            best, best_vector = min((best, best_vector), (node.columns, self.levels_of(node.columns)), key=_second)
        limit = self.nodes + min(node_limit, self.affordable())
        queue = [root]
        while queue and queue[0].bound < best_vector and self.nodes < limit:
            self.stop()
            for child in self.children(heapq.heappop(queue)):
                found = self.levels_of(child.columns)
                if found < best_vector:
                    best, best_vector = child.columns, found
                if child.bound < best_vector:
                    heapq.heappush(queue, child)
        bound = min(queue[0].bound, best_vector) if queue else best_vector
        columns = self.settled(best)
        return Part(columns, self.levels_of(columns), bound, self.nodes)

    def settled(self, columns: np.ndarray) -> np.ndarray:
        """The same group states, with the tie-break choosing among equally good assignments."""
        load = loads(self.component, columns)
        states = group_states.observed(self.component, load)
        chosen = self.solve(group_states.places_of(self.component, states, self.left_out), self.policy.levels())
        return columns if chosen is None else chosen

    def dive(self, node: Node) -> Iterator[Node]:
        """Follow the child of least bound until no group is left undersized by chance.

        In large components only so many steps are single ones; then all but the undersized
        groups are frozen.
        """
        steps, patience = 0, max(self.affordable() // 3, 12)
        while len(self.thin(node)):
            self.stop()
            many = self.close_many(node) if steps != patience else self.freeze(node)
            children = [many] if many is not None else self.children(node)
            if not children:
                return
            node = min(children)
            steps += many is None or steps == patience
            yield node

    def affordable(self) -> int:
        """How many flows this component may cost."""
        cells = self.component.allowed.size * max(int(self.component.capacity.max()), 1)
        return CELLS // cells

    def freeze(self, node: Node) -> Node | None:
        """Keep all groups that are empty or complete as they are; only the undersized stay open."""
        load = loads(self.component, node.columns)
        states = np.where(node.states == FREE, group_states.observed(self.component, load), node.states)
        states[self.thin(node)] = FREE
        return self.node(states, self.quick())

    def close_many(self, node: Node) -> Node | None:
        """Close a quarter of many undersized groups at once, if that costs nothing above balance."""
        thin = self.thin(node)
        thin = thin[self.component.base[thin] == 0]
        if len(thin) < MANY:
            return None
        load = loads(self.component, node.columns)
        states = node.states.copy()
        states[thin[np.argsort(load[thin], kind="stable")][: len(thin) // 4]] = group_states.CLOSED
        child = self.node(states, self.quick())
        return child if child is not None and child.bound[:BALANCE] == node.bound[:BALANCE] else None

    def children(self, node: Node) -> list[Node]:
        """One node for each state of the undersized group that is nearest to completion."""
        thin = self.thin(node)
        if not len(thin):
            return []
        j = int(thin[np.argmax(loads(self.component, node.columns)[thin])])
        found = []
        for state in group_states.possible(self.component, j):
            states = node.states.copy()
            states[j] = state
            child = self.node(states, self.quick())
            if child is not None:
                found.append(child)
        return found

    def thin(self, node: Node) -> np.ndarray:
        """Columns of mentors left undersized without that having been assumed."""
        return group_states.open_thin(self.component, node.states, loads(self.component, node.columns))

    def quick(self) -> tuple[str, ...]:
        """Levels that branching compares: all but the tie-break."""
        return self.policy.levels()[:-1]

    def levels_of(self, columns: np.ndarray) -> Vector:
        """The measured vector without the tie-break."""
        return measure(self.component, columns, self.policy)[:-1]

    def node(self, states: np.ndarray, levels: Sequence[str]) -> Node | None:
        """Solve the flow under these states; None if they contradict each other."""
        self.nodes += 1
        columns = self.solve(group_states.places_of(self.component, states, self.left_out), levels)
        if columns is None:
            return None
        bound = vector(
            self.component,
            columns,
            self.policy,
            thin=int((states == group_states.SMALL).sum()),
            balance=group_states.relaxed_balance(self.component, states, loads(self.component, columns)),
        )
        return Node(bound[:-1], self.nodes, states, columns)

    def solve(self, places: flow.Places, levels: Sequence[str]) -> np.ndarray | None:
        """Columns of a lexicographically best assignment to these places; None if there is none."""
        try:
            return self.stagewise(places, self.stages(tuple(levels), EXACT))
        except flow.NotOptimal:
            return self.stagewise(places, self.stages(tuple(levels), 1))

    def stages(self, levels: tuple[str, ...], limit: int) -> list[Stage]:
        """Packed stages of these levels, kept for the next flow."""
        if (levels, limit) not in self.packed:
            self.packed[levels, limit] = pack(self.component, self.policy, levels=levels, limit=limit)
        return self.packed[levels, limit]

    def stagewise(self, places: flow.Places, stages: list[Stage]) -> np.ndarray | None:
        """Solve stage after stage, each on the optimal face of the one before."""
        allowed = self.allowed
        columns: np.ndarray | None = None
        for number, stage in enumerate(stages):
            columns = solve_stage(stage.cost, allowed, places, stage)
            if columns is None:
                return None
            found = flow.prices(columns, stage.cost, allowed, places, stage)
            if number + 1 < len(stages):
                allowed, places = flow.face(found, stage.cost, allowed, places, stage)
        return columns


def _second(pair: tuple[np.ndarray, Vector]) -> Vector:
    return pair[1]
