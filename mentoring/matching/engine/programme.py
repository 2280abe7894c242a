"""An integer programme over group sizes, for what branching and prices leave open.

Variables: one for each pair still possible, and one binary for each size that a group may take
("mentor j has exactly k mentees"), so "none or at least the minimum" and the sum of squares are
linear. Levels above the one being minimised hold either because only pairs and places on their
optimal face are left, or as a row. With all of them on the face the pairs need no integrality: for
fixed sizes the rest is a transportation problem. Mentees whose rows are alike are one row with a
count, and mentors whose columns are alike one column: fewer variables, and no symmetry to branch on.
Solved by HiGHS (scipy's `milp`) with a limit on nodes, never on time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

ROUNDING = 1e-5
"""Objectives are whole numbers; HiGHS's answers are read with this tolerance."""

INFEASIBLE = 2
"""scipy's status of a programme that nothing satisfies."""

WORK = 150_000
"""Nodes times variables spent on one programme."""


@dataclass(frozen=True)
class Programme:
    """Pairs, sizes and rows.

    row, column: int (e,), the pairs; the last column is unmatched. count: int (r,), mentees in each
    row. left_out: how many stay unmatched. owner, size: int (g,), the sizes that groups may take, each
    already without locked mentees. must: bool (m,), mentors who need some size. alike: int (m,),
    mentors that each column stands for. linked: whether a
    pair is held to its mentor's group being in use, one row for each pair (tighter, for few pairs).
    limits: (coefficients over pairs (e,), over sizes (g,), most) for each level held by a row.
    """

    row: np.ndarray
    column: np.ndarray
    count: np.ndarray
    left_out: int
    owner: np.ndarray
    size: np.ndarray
    must: np.ndarray
    alike: np.ndarray
    linked: bool
    limits: tuple[tuple[np.ndarray, np.ndarray, int], ...]

    def constraints(self) -> LinearConstraint:
        """Rows over pairs then sizes."""
        pairs, groups, mentors = len(self.row), len(self.owner), len(self.must)
        everyone = _incidence(self.row, len(self.count), pairs)
        seats = _incidence(self.column, mentors + 1, pairs)
        taken = sparse.csr_array((self.size, (self.owner, np.arange(groups))), shape=(mentors + 1, groups))
        one = _incidence(self.owner, mentors, groups)
        seated = np.append(np.zeros(mentors), self.left_out)
        blocks = [
            (sparse.hstack([everyone, sparse.csr_array((len(self.count), groups))]), self.count, self.count),
            (sparse.hstack([seats, -taken]), seated, seated),
            (sparse.hstack([sparse.csr_array((mentors, pairs)), one]), self.must * self.alike, self.alike),
        ]
        if self.linked:
            mine = np.flatnonzero(self.column < mentors)
            pick = sparse.csr_array((np.ones(len(mine)), (np.arange(len(mine)), mine)), shape=(len(mine), pairs))
            used = sparse.csr_array(one)[self.column[mine]]
            blocks.append((sparse.hstack([pick, -used]), np.full(len(mine), -np.inf), np.zeros(len(mine))))
        for over_pairs, over_sizes, most in self.limits:
            whole = sparse.csr_array(np.concatenate([over_pairs, over_sizes])[None, :].astype(float))
            blocks.append((whole, np.array([-np.inf]), np.array([most])))
        matrix = sparse.csr_array(sparse.vstack([block for block, _, _ in blocks]))
        lower = np.concatenate([low for _, low, _ in blocks])
        return LinearConstraint(matrix, lower, np.concatenate([high for _, _, high in blocks]))


@dataclass(frozen=True)
class Answer:
    """times: int (g,), groups of each size in the best solution found, None if there is none;
    value: of that solution; bound: no solution of the programme is below it; None: it has none."""

    times: np.ndarray | None
    value: int | None
    bound: int | None


def minimise(
    programme: Programme, over_pairs: np.ndarray, over_sizes: np.ndarray, *, whole_pairs: bool, near: float = 0.0
) -> Answer:
    """The least of a whole-number cost over pairs (e,) and sizes (g,).

    whole_pairs: pairs need integrality. near: how far above the least, as a part of it, is good enough.
    """
    pairs, groups = len(programme.row), len(programme.owner)
    if not pairs + groups:
        return Answer(None, None, None)
    integrality = np.concatenate([np.full(pairs, int(whole_pairs)), np.ones(groups)])
    most = np.concatenate([programme.count[programme.row], programme.alike[programme.owner]])
    found = milp(
        np.concatenate([over_pairs, over_sizes]).astype(np.float64),
        integrality=integrality,
        bounds=Bounds(0, most),
        constraints=programme.constraints(),
        options={"node_limit": max(WORK // max(pairs + groups, 1), 20), "mip_rel_gap": near},
    )
    if found.status == INFEASIBLE:
        return Answer(None, None, None)
    bound = found.mip_dual_bound
    least = _round_up(bound) if bound is not None and np.isfinite(bound) else -(2**60)
    if found.x is None:
        return Answer(None, None, least)
    times = np.rint(found.x[pairs:]).astype(np.int64)
    return Answer(times, round(found.fun), min(least, round(found.fun)))


def kinds(*tables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the first of each kind, the kind of each): rows that are equal in all tables, (n, ...), are of one kind."""
    whole = np.concatenate([np.asarray(table, dtype=np.int64).reshape(len(table), -1) for table in tables], axis=1)
    _, first, kind = np.unique(whole, axis=0, return_index=True, return_inverse=True)
    return first, kind.ravel()


def _incidence(position: np.ndarray, rows: int, columns: int) -> sparse.csr_array:
    ones = np.ones(columns)
    return sparse.csr_array((ones, (position, np.arange(columns))), shape=(rows, columns))


def _round_up(value: float) -> int:
    return int(np.ceil(value - ROUNDING))
