"""Groups filled to a target size, and the mentors who are then not needed as named reserves.

First everybody is matched as always, on as many mentors as help; that fixes what no level above the size of
groups may lose. Then, component by component, an integer programme finds how few mentors keep all of
that with groups up to the target (larger ones only where they must be), and those it leaves empty are closed.
The last word has the solver again, so the pairs come from the same exact arithmetic as ever.
Source: fixed-charge transportation, Balinski (1961).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from mentoring.matching.engine import solver
from mentoring.matching.engine.components import allowed_pairs, share_table
from mentoring.matching.engine.outcome import LEVELS, SHARE_LEVELS, Allocation
from mentoring.matching.engine.problem import Problem, digest
from mentoring.matching.engine.solver import IsCancelled
from mentoring.matching.engine.tables import Tables, build

NODES = 2_000
"""Limit for one component: on nodes, never on time."""

MOST_PAIRS = 60_000
"""Components with more pairs keep their mentors."""

HALF = 0.5


@dataclass(frozen=True)
class Cohort:
    """The tables, the mentor of each matched mentee, and who is matched without a lock."""

    tables: Tables
    mentor_of: np.ndarray
    loose: np.ndarray


def close_reserves(problem: Problem, found: Allocation, cancelled: IsCancelled | None = None) -> Allocation:
    """The allocation with groups filled to `rules.target`; never worse at a level above "balance".

    `proven` then means that every level above the size of groups is; how few mentors are needed is a
    programme's answer within its limit on nodes.
    """
    closed = _closed(problem, found)
    if not closed:
        return found
    mentors = tuple(replace(m, capacity=0) if m.key in closed else m for m in problem.mentors)
    filled = solver.solve(replace(problem, mentors=mentors), cancelled=cancelled)
    above = LEVELS.index("balance")
    if filled.vector[:above] > found.vector[:above]:
        return found
    bounds = (*found.bounds[:above], *filled.bounds[above:])
    return replace(filled, bounds=bounds, proven=found.proven and filled.proven, digest=digest(problem))


def _closed(problem: Problem, found: Allocation) -> set[str]:
    """Keys of mentors who are not needed, of all components."""
    tables = build(problem)
    index = {mentor.key: j for j, mentor in enumerate(tables.mentors)}
    mentor_of = np.array([index[found.pairs[m.key]] if m.key in found.pairs else -1 for m in tables.mentees])
    cohort = Cohort(tables, mentor_of, (mentor_of >= 0) & (tables.locked < 0))
    target = problem.rules.target or 1
    closed = set()
    for block in np.unique(tables.block[1]):
        people = np.flatnonzero(cohort.loose & (tables.block[0] == block))
        if len(people):
            mentors = np.flatnonzero((tables.block[1] == block) & (tables.capacity > 0))
            closed |= {tables.mentors[j].key for j in _needless(cohort, people, mentors, target)}
    return closed


def _needless(cohort: Cohort, people: np.ndarray, mentors: np.ndarray, target: int) -> np.ndarray:
    """Mentors of one block without whom these people can be served as well; table indexes."""
    tables = cohort.tables
    allowed, near = allowed_pairs(tables, people, mentors)
    held = np.isin(cohort.mentor_of, mentors) & ~cohort.loose
    base = np.bincount(cohort.mentor_of[held], minlength=len(tables.mentors))[mentors]
    row, column = np.nonzero(allowed)
    if len(row) > MOST_PAIRS:
        return mentors[:0]
    share = share_table(tables, people, mentors)
    place = np.full(len(tables.mentors), -1)
    place[mentors] = np.arange(len(mentors))
    now = place[cohort.mentor_of[people]]
    levels = [near, *((share == k) for k in range(len(SHARE_LEVELS)))]
    limits = [(level[row, column], int(level[np.arange(len(people)), now].sum())) for level in levels]
    sizes = np.bincount(now, minlength=len(mentors)) + base
    programme = Programme(row, column, len(people), base, tables.minimum[mentors], tables.capacity[mentors], target)
    used = programme.fewest_mentors(limits, int(((sizes > 0) & (sizes < tables.minimum[mentors])).sum()))
    return mentors[:0] if used is None else mentors[~used & (base == 0)]


@dataclass(frozen=True)
class Programme:
    """Pairs (row, column), people, and each mentor's base, least and most; variables are pairs, then for
    each mentor: used, undersized, and how many are beyond the target."""

    row: np.ndarray
    column: np.ndarray
    people: int
    base: np.ndarray
    least: np.ndarray
    most: np.ndarray
    target: int

    def fewest_mentors(self, limits: list[tuple[np.ndarray, int]], thin: int) -> np.ndarray | None:
        """bool (m,), the mentors used; None if nothing was found within the limit.

        limits: (count of each pair, most in all) for each level; thin: undersized groups allowed.
        """
        pairs, m = len(self.row), len(self.base)
        nothing = sparse.csr_array((m, pairs))
        one = sparse.eye_array(m)
        load = sparse.csr_array((np.ones(pairs), (self.column, np.arange(pairs))), shape=(m, pairs))
        each = sparse.csr_array((np.ones(pairs), (self.row, np.arange(pairs))), shape=(self.people, pairs))
        rows: list[tuple[Any, Any, Any]] = [
            (sparse.hstack([each, sparse.csr_array((self.people, 3 * m))]), np.ones(self.people), np.ones(self.people)),
            (
                sparse.hstack([load, -sparse.diags_array((self.most - self.base).astype(float)), 0 * one, 0 * one]),
                -np.inf,
                0,
            ),
            (
                sparse.hstack(
                    [
                        load,
                        -sparse.diags_array(self.least.astype(float)),
                        sparse.diags_array(self.least.astype(float)),
                        0 * one,
                    ]
                ),
                -self.base,
                np.inf,
            ),
            (sparse.hstack([load, 0 * one, 0 * one, -one]), -np.inf, self.target - self.base),
            (sparse.hstack([nothing, -one, one, 0 * one]), -np.inf, 0),
        ]
        totals = [(np.concatenate([count, np.zeros(3 * m)]), most) for count, most in limits]
        totals.append((np.concatenate([np.zeros(pairs + m), np.ones(m), np.zeros(m)]), thin))
        rows += [(sparse.csr_array(count[None, :].astype(float)), -np.inf, most) for count, most in totals]
        return self._solved([LinearConstraint(sparse.csr_array(a), low, high) for a, low, high in rows])

    def _solved(self, constraints: list[LinearConstraint]) -> np.ndarray | None:
        pairs, m = len(self.row), len(self.base)
        # One person beyond the target is worse than one mentor more, so larger groups are a last resort.
        cost = np.concatenate([np.zeros(pairs), np.ones(m), np.zeros(m), np.full(m, 2.0)])
        held = (self.base > 0).astype(float)
        lower = np.concatenate([np.zeros(pairs), held, np.zeros(2 * m)])
        upper = np.concatenate([np.ones(pairs + 2 * m), np.full(m, np.inf)])
        found = milp(
            cost,
            integrality=np.concatenate([np.ones(pairs + 2 * m), np.zeros(m)]),
            bounds=Bounds(lower, upper),
            constraints=constraints,
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )
        return None if found.x is None else found.x[pairs : pairs + m] > HALF
