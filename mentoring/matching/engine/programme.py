"""The last gap: an integer programme over group sizes, for components that branching leaves open.

Variables: one for each pair still possible, and one binary for each size that a group may take
("mentor j has exactly k mentees"), so "none or at least the minimum" and the sum of squares are
linear. Levels above the one being minimised hold either because only pairs and places on their
optimal face are left (flow.face), or as a row. With all of them on the face the pairs need no
integrality: for fixed sizes the rest is a transportation problem.

The linear relaxation comes first; what its reduced costs exclude, given the best solution known,
is dropped before HiGHS (scipy's `milp`) branches. The limit is on nodes, never on time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

ROUNDING = 1e-5
"""Objectives are whole numbers; HiGHS's answers are read with this tolerance."""

INFEASIBLE = 2
"""scipy's status of a programme that nothing satisfies."""

WORK = 400_000
"""Nodes times variables spent on one programme."""


@dataclass(frozen=True)
class Programme:
    """Pairs, sizes and rows.

    row, column: int (e,), the pairs; people: number of mentees; left_out: how many stay unmatched
    (last column). owner, size: int (g,), the sizes that groups may take, each already without
    locked mentees; must: bool (m,), mentors who need some size.
    limits: (coefficients over pairs (e,), over sizes (g,), most) for each level held by a row.
    """

    row: np.ndarray
    column: np.ndarray
    people: int
    left_out: int
    owner: np.ndarray
    size: np.ndarray
    must: np.ndarray
    limits: tuple[tuple[np.ndarray, np.ndarray, int], ...]

    def constraints(self) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
        """(matrix, lower, upper) over pairs then sizes."""
        pairs, groups, mentors = len(self.row), len(self.owner), len(self.must)
        everyone = _incidence(self.row, self.people, pairs)
        seats = _incidence(self.column, mentors + 1, pairs)
        taken = sparse.csr_array((self.size, (self.owner, np.arange(groups))), shape=(mentors + 1, groups))
        one = _incidence(self.owner, mentors, groups)
        none = sparse.csr_array((mentors, pairs))
        blocks = [
            sparse.hstack([everyone, sparse.csr_array((self.people, groups))]),
            sparse.hstack([seats, -taken]),
            sparse.hstack([none, one]),
        ]
        seated = np.append(np.zeros(mentors), self.left_out)
        lower = np.concatenate([np.ones(self.people), seated, self.must.astype(float)])
        upper = np.concatenate([np.ones(self.people), seated, np.ones(mentors)])
        for over_pairs, over_sizes, most in self.limits:
            blocks.append(sparse.csr_array(np.concatenate([over_pairs, over_sizes])[None, :]))
            lower, upper = np.append(lower, -np.inf), np.append(upper, most)
        return sparse.csr_array(sparse.vstack(blocks)), lower, upper


@dataclass(frozen=True)
class Answer:
    """chosen: pairs and sizes as numbers, None if nothing better was found; bound: no better one."""

    chosen: np.ndarray | None
    bound: int


def minimise(
    programme: Programme, over_pairs: np.ndarray, over_sizes: np.ndarray, known: int, floor: int, *, whole_pairs: bool
) -> Answer:
    """A solution better than `known`, the best value so far, or a proof that there is none.

    over_pairs, over_sizes: whole-number costs, (e,) and (g,). floor: a bound already proven.
    whole_pairs: pairs need integrality.
    """
    linear = Linear(np.concatenate([over_pairs, over_sizes]).astype(np.float64), *programme.constraints())
    relaxed, slack = _relax(linear)
    if relaxed is None:
        return Answer(None, floor)
    if np.isinf(relaxed) or _round_up(relaxed) >= known:
        return Answer(None, known)
    left = np.flatnonzero(relaxed + slack <= known - 1 + ROUNDING)
    whole = np.where(left < len(programme.row), int(whole_pairs), 1)
    return _branch(linear, left, whole, known, max(floor, _round_up(relaxed)))


@dataclass(frozen=True)
class Linear:
    """Minimise cost over variables between 0 and 1 with lower <= matrix x <= upper."""

    cost: np.ndarray
    matrix: sparse.csr_array
    lower: np.ndarray
    upper: np.ndarray


def _branch(linear: Linear, left: np.ndarray, whole: np.ndarray, known: int, bound: int) -> Answer:
    """HiGHS on the variables that are left; whole: which of them are integers."""
    found = milp(
        linear.cost[left],
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(linear.matrix[:, left], linear.lower, linear.upper),
        options={"node_limit": max(WORK // max(len(left), 1), 20), "mip_rel_gap": 0.0},
    )
    if found.status == INFEASIBLE:
        return Answer(None, known)
    if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
        bound = max(bound, _round_up(found.mip_dual_bound))
    if found.x is None or round(found.fun) >= known:
        return Answer(None, min(bound, known))
    chosen = np.zeros(len(linear.cost))
    chosen[left] = found.x
    return Answer(chosen, min(bound, round(found.fun)))


def _relax(linear: Linear) -> tuple[float | None, np.ndarray]:
    """Value of the linear relaxation and each variable's reduced cost away from 0.

    Infinite if nothing satisfies the rows, None if HiGHS could not tell.
    """
    equal = linear.lower == linear.upper
    above = ~equal & np.isfinite(linear.upper)
    below = ~equal & np.isfinite(linear.lower)
    found = linprog(
        linear.cost,
        A_ub=sparse.vstack([linear.matrix[above], -linear.matrix[below]]),
        b_ub=np.concatenate([linear.upper[above], -linear.lower[below]]),
        A_eq=linear.matrix[equal],
        b_eq=linear.upper[equal],
        bounds=(0, 1),
        method="highs",
    )
    nothing = np.zeros(len(linear.cost))
    if found.status == INFEASIBLE:
        return np.inf, nothing
    if found.status != 0 or found.fun is None:
        return None, nothing
    return float(found.fun), np.maximum(found.lower.marginals, 0.0)


def _incidence(position: np.ndarray, rows: int, columns: int) -> sparse.csr_array:
    ones = np.ones(columns)
    return sparse.csr_array((ones, (position, np.arange(columns))), shape=(rows, columns))


def _round_up(value: float) -> int:
    return int(np.ceil(value - ROUNDING))
