"""A bound on the affinity that knows whole groups, and which pairs can still matter.

Levels above are settled: pairs and places are those of their optimal face, and the sum of squares may
be at most B. Each mentee pays a price u and each unit of the sum of squares costs l; then every
mentor alone chooses the best group, nobody or at least the minimum, from the mentees at their
prices. The sum of these choices, plus all prices, less l B, is a lower bound for any u and l: stronger
than the flow's, which may let a third of a mentor be used by one mentee. Prices start at those of the
flow and follow the subgradient (who is chosen by nobody, who by several).

A pair or a group size that would lift the bound above the best solution known is in no better one.
Bounds are evaluated in integers, over all pairs.
Source: Geoffrion (1974); Held, Wolfe and Crowder (1974); the pricing problem of Dantzig and Wolfe's
decomposition, which here is "take the k cheapest".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mentoring.matching.engine.exchange import NEVER

SCALE = 64
"""Prices are multiples of 1 / SCALE."""

STEPS = 300
"""Subgradient steps."""

PATIENCE = 10
"""Steps without a better bound after which steps are halved."""

MEMORY = 0.7
"""Part of the last step's direction that is kept."""

SQUARES = 500
"""How much slower the price of squares moves than those of mentees."""

NEAR = 48
"""Mentees that each mentor looks at while prices are sought; the bound itself looks at all."""

FAR = np.int64(2**40)
"""Cost of a pair that is not allowed; sums of a group stay exact."""


@dataclass(frozen=True)
class Face:
    """What is still open: n mentees, m mentors.

    cost: int64 (m, n), to be minimised, FAR where the pair is not allowed. sizes: bool (m, k + 1), how
    many mentees each mentor may take. squares: int64 (m, k + 1), what each adds to the sum of
    squares. room: the most that these may add up to. leave: bool (n,), may be left out; left_out:
    how many are.
    """

    cost: np.ndarray
    sizes: np.ndarray
    squares: np.ndarray
    room: int
    leave: np.ndarray
    left_out: int


@dataclass(frozen=True)
class Prices:
    """u: int64 (n,), in 1 / SCALE; square: the price l of a unit of the sum of squares."""

    u: np.ndarray
    square: int


@dataclass(frozen=True)
class Bound:
    """value: the bound in 1 / SCALE. pairs: int64 (m, n), sizes: int64 (m, k + 1): the bound if one
    pair, or one size, must be used."""

    value: int
    pairs: np.ndarray
    sizes: np.ndarray


def improve(face: Face, start: Prices, target: int, stop: Callable[[], None]) -> Prices:
    """Better prices; target: value of the best solution known."""
    near = _nearby(face, start)
    best, best_value = start, _value(near, face, start)
    u, square = start.u.astype(np.float64), float(start.square)
    goal = float(target * SCALE)
    direction_u, direction_square = np.zeros(len(u)), 0.0
    pace, waiting = 1.0, 0
    for _ in range(STEPS):
        stop()
        value, lack, excess = _slopes(near, face, u, square)
        if value > best_value:
            best, best_value, waiting = Prices(np.rint(u).astype(np.int64), round(square)), value, 0
        else:
            waiting += 1
        if waiting > PATIENCE:
            pace, waiting = pace / 2, 0
            u, square = best.u.astype(np.float64), float(best.square)
            direction_u, direction_square = np.zeros(len(u)), 0.0
            continue
        if best_value >= goal - SCALE or pace < 0.005:
            break
        direction_u = lack + MEMORY * direction_u
        direction_square = excess + MEMORY * direction_square
        length = float((direction_u**2).sum()) + direction_square**2 / SQUARES
        if length == 0:
            break
        step = pace * max(goal - value, SCALE / 2) / length
        u = u + step * direction_u
        square = max(square + step * direction_square / SQUARES, 0.0)
    return best


@dataclass(frozen=True)
class _Near:
    """rows: int (m, c), the mentees each mentor looks at; cost: int64 (m, c)."""

    rows: np.ndarray
    cost: np.ndarray


def _nearby(face: Face, prices: Prices) -> _Near:
    m, n = face.cost.shape
    reduced = face.cost * SCALE - prices.u[None, :]
    count = max(NEAR, face.sizes.shape[1] + 1)
    if n <= count:
        rows = np.broadcast_to(np.arange(n), (m, n))
    else:
        rows = np.argpartition(reduced, count - 1, axis=1)[:, :count]
    return _Near(rows, np.take_along_axis(face.cost, rows, axis=1) * SCALE)


def _cheapest(reduced: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(positions, values) of the cheapest `count` of each row, in rising order."""
    count = min(count, reduced.shape[1])
    at = (
        np.argpartition(reduced, count - 1, axis=1)[:, :count]
        if count < reduced.shape[1]
        else np.broadcast_to(np.arange(count), (len(reduced), count))
    )
    values = np.take_along_axis(reduced, at, axis=1)
    order = np.argsort(values, axis=1, kind="stable")
    return np.take_along_axis(at, order, axis=1), np.take_along_axis(values, order, axis=1)


def _groups(face: Face, values: np.ndarray, square: float | int) -> np.ndarray:
    """(m, k + 1): cost of each mentor's best group of each size, FAR or more where it cannot be."""
    width = face.sizes.shape[1]
    sums = np.full((len(values), width), FAR, dtype=values.dtype)
    sums[:, 0] = 0
    sums[:, 1 : values.shape[1] + 1] = np.cumsum(values, axis=1)[:, : width - 1]
    return np.where(face.sizes, sums + square * face.squares, FAR)


def _left(face: Face, u: np.ndarray) -> tuple[float | int, np.ndarray]:
    """(least cost, who) of leaving out as many as must be."""
    who = np.flatnonzero(face.leave)
    chosen = who[np.argsort(-u[who], kind="stable")[: face.left_out]]
    return -u[chosen].sum(), chosen


def _slopes(near: _Near, face: Face, u: np.ndarray, square: float) -> tuple[float, np.ndarray, float]:
    """(bound, its slope in each u, its slope in the price of squares)."""
    reduced = near.cost - u[near.rows]
    at, values = _cheapest(reduced, face.sizes.shape[1] - 1)
    groups = _groups(face, values, square)
    size = groups.argmin(axis=1)
    mentors = np.arange(len(size))
    taken = np.arange(at.shape[1])[None, :] < size[:, None]
    times = np.bincount(np.take_along_axis(near.rows, at, axis=1)[taken], minlength=len(u))
    cost, left = _left(face, u)
    times[left] += 1
    value = float(u.sum() + groups[mentors, size].sum() + cost - square * face.room)
    return value, 1.0 - times, float(face.squares[mentors, size].sum() - face.room)


def _value(near: _Near, face: Face, prices: Prices) -> float:
    return _slopes(near, face, prices.u.astype(np.float64), float(prices.square))[0]


def bound(face: Face, prices: Prices) -> Bound:
    """The exact bound over all pairs, and what it becomes if one pair or one size must be used."""
    reduced = np.where(face.cost < FAR, face.cost * SCALE - prices.u[None, :], FAR)
    most = face.sizes.shape[1] - 1
    _, values = _cheapest(reduced, most)
    groups = _groups(face, values, prices.square)
    least = groups.min(axis=1)
    cost, _ = _left(face, prices.u)
    value = int(prices.u.sum() + least.sum() + cost - prices.square * face.room)
    return Bound(
        value,
        value + _with_pair(face, prices, reduced, values, groups) - least[:, None],
        value + groups - least[:, None],
    )


def _with_pair(face: Face, prices: Prices, reduced: np.ndarray, values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """int64 (m, n): cost of each mentor's best group that contains a given mentee."""
    found = np.full(reduced.shape, NEVER)
    for k in range(1, min(face.sizes.shape[1] - 1, values.shape[1]) + 1):
        others = groups[:, k] - values[:, k - 1]
        np.minimum(found, others[:, None] + np.maximum(reduced, values[:, k - 1][:, None]), out=found)
    return found
