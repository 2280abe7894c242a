"""Split the problem into parts that share no allowed pair, and remove every forbidden pair.

Hard keys (discipline with its near map, hard campus, hard mode) give blocks; within a block the
connected components of the allowed pairs are independent, so each can be solved, proven and
explained alone. Hard rules act here and nowhere else: what is not in `allowed` cannot be chosen.

What pairs are worth is a table for components of ordinary size. A very large one keeps no table: its
pairs are scored again in bands of rows whenever they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.sparse.csgraph import connected_components

from mentoring.matching.engine.tables import FULL_SHARE, MUST, NOT_STATED, PREFER, Tables, pair_hashes, share_codes

_SHARE_CODES = share_codes()

BAND = 500_000
"""Pairs scored at once."""

UNTHREADED = 250_000
"""Multiplications up to which OpenBLAS does not start threads, which cost more than they save in small components."""

TALL = 48
"""Mentees scored at once where the mentors are many."""

TABLE = 2_000_000
"""Pairs up to which a component keeps its scores; beyond it lives on bands of rows."""


@dataclass(frozen=True)
class Scores:
    """Pairs of some mentees with all mentors of a component, (r, m).

    allowed: bool. near: bool, in a near discipline. share: int8, index into SHARES or FULL_SHARE.
    affinity: int, points.
    """

    allowed: np.ndarray
    near: np.ndarray
    share: np.ndarray
    affinity: np.ndarray


@dataclass(frozen=True)
class Component:
    """An independent part: n mentees without a lock and m mentors.

    mentees, mentors: int (n,), (m,), indexes into the tables. current: int (n,), column of the
    present mentor, -1 none, -2 one out of reach. wishful: bool (n,), has a preference.
    lots: int (n,). base: int (m,), mentees already locked to the mentor; capacity, minimum: int
    (m,), base included. reach: int (m,), mentees allowed with each mentor.
    """

    tables: Tables = field(repr=False)
    mentees: np.ndarray
    mentors: np.ndarray
    current: np.ndarray
    wishful: np.ndarray
    lots: np.ndarray
    base: np.ndarray
    capacity: np.ndarray
    minimum: np.ndarray
    reach: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """(n, m)."""
        return len(self.mentees), len(self.mentors)

    @property
    def small(self) -> bool:
        """Whether all scores are kept."""
        return len(self.mentees) * len(self.mentors) <= TABLE

    @cached_property
    def scores(self) -> Scores:
        """All pairs; only for components that are `small`."""
        return self.band(np.arange(len(self.mentees)))

    @property
    def allowed(self) -> np.ndarray:
        """bool (n, m), of a small component."""
        return self.scores.allowed

    def band(self, rows: np.ndarray) -> Scores:
        """The pairs of some mentees, int (r,), scored afresh."""
        mentees = self.mentees[rows]
        allowed, near = allowed_pairs(self.tables, mentees, self.mentors)
        return Scores(allowed, near, share_table(self.tables, mentees, self.mentors), self._affinity(mentees))

    def bands(self) -> Iterator[tuple[np.ndarray, Scores]]:
        """(rows, their scores), all mentees in order; one band where the table is kept."""
        if self.small:
            yield np.arange(len(self.mentees)), self.scores
            return
        for rows in _bands(len(self.mentees), len(self.mentors)):
            yield rows, self.band(rows)

    def chosen(self, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(share, near, affinity) of single pairs, int (p,) each."""
        if self.small:
            scores = self.scores
            return scores.share[rows, columns], scores.near[rows, columns], scores.affinity[rows, columns]
        return pair_scores(self.tables, self.mentees[rows], self.mentors[columns])

    def most_points(self) -> np.ndarray:
        """int64 (n,): no pair of the mentee has more points of affinity."""
        used, points = self._features
        own = self.tables.mentee_features[self.mentees][:, used]
        return np.asarray(own @ points.max(axis=1, initial=0)).astype(np.int64)

    def with_scores(self, scores: Scores) -> Component:
        """The same people with these pairs instead of their own; for problems smaller than the rules' own."""
        other = replace(self, reach=scores.allowed.sum(axis=0))
        other.__dict__["scores"] = scores
        return other

    def forget(self) -> None:
        """Let go of the table of scores; it is made again when asked for."""
        self.__dict__.pop("scores", None)
        self.__dict__.pop("_features", None)

    def hashes(self, rows: np.ndarray) -> np.ndarray:
        """int64 (r, m + 1): tie-break of the pairs of some mentees, last column unmatched."""
        return pair_hashes(self.tables, self.mentees[rows], self.mentors)

    @cached_property
    def _features(self) -> tuple[np.ndarray, np.ndarray]:
        """Column numbers of the features that matter here, and (f, m) points at each mentor."""
        features = self.tables.mentor_features[self.mentors]
        used = np.unique(features.indices)
        points = np.ascontiguousarray(features[:, used].toarray().T)
        exact = np.float32 if points.sum(axis=0).max(initial=0) < 2**24 else np.float64
        return used, points.astype(exact)

    def _affinity(self, mentees: np.ndarray) -> np.ndarray:
        used, points = self._features
        if not len(used):
            return np.zeros((len(mentees), len(self.mentors)), dtype=np.int64)
        own = self.tables.mentee_features[mentees][:, used].toarray().astype(points.dtype)
        whole = np.empty((len(mentees), len(self.mentors)), dtype=points.dtype)
        tall = min(max(UNTHREADED // points.size, TALL), len(mentees))
        wide = max(UNTHREADED // (tall * len(points)), 1)
        for top in range(0, len(mentees), tall):
            for left in range(0, len(self.mentors), wide):
                here = (slice(top, top + tall), slice(left, left + wide))
                whole[here] = own[here[0]] @ points[:, here[1]]
        return whole.astype(np.int32 if points.dtype == np.float32 else np.int64)


def split(tables: Tables) -> Iterator[Component]:
    """The components that have both mentees and mentors, in a fixed order."""
    base = np.bincount(tables.locked[tables.locked >= 0], minlength=len(tables.mentor_keys))
    mentees = _by_block(tables.block[0], tables.locked < 0)
    mentors = _by_block(tables.block[1], base < tables.capacity)
    for block in sorted(mentees.keys() & mentors.keys()):
        yield from _connected(tables, mentees[block], mentors[block], base)


def allowed_pairs(tables: Tables, mentees: np.ndarray, mentors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """bool (n, m) twice: pairs of one block that break no hard rule, and which of them are near."""
    left = tables.discipline[0][mentees]
    right = tables.discipline[1][mentors]
    same = left[:, None] == right[None, :]
    near = np.zeros_like(same)
    if not same.all():
        for a, b in tables.near:
            near |= (left == a)[:, None] & (right == b)[None, :]
        near &= ~same
    allowed = same | near
    for a in range(tables.wish_kind.shape[1]):
        _keep_required(tables, mentees, mentors, a, allowed)
        _keep_exceptions(tables, mentees, mentors, a, allowed)
    _drop_blocked(tables, mentees, mentors, allowed)
    return allowed, near


def pair_scores(tables: Tables, mentees: np.ndarray, mentors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(share, near, affinity) of single pairs by table indexes, int (p,) each."""
    prefers = tables.wish_kind[mentees] == PREFER
    honoured = prefers & (tables.wish_value[mentees] == tables.mentor_attributes[mentors])
    points = tables.mentee_features[mentees].multiply(tables.mentor_features[mentors]).sum(axis=1)
    near = tables.discipline[0][mentees] != tables.discipline[1][mentors]
    return _SHARE_CODES[prefers.sum(axis=1), honoured.sum(axis=1)], near, np.asarray(points).ravel()


def share_table(tables: Tables, mentees: np.ndarray, mentors: np.ndarray) -> np.ndarray:
    """int8 (n, m): which share of the mentee's preferences the mentor honours."""
    prefers = tables.wish_kind[mentees] == PREFER
    shares = np.full((len(mentees), len(mentors)), FULL_SHARE, dtype=np.int8)
    rows = np.flatnonzero(prefers.any(axis=1))
    honoured = np.zeros((len(rows), len(mentors)), dtype=np.int8)
    for a in range(prefers.shape[1]):
        asking = np.flatnonzero(prefers[rows, a])
        wanted = tables.wish_value[mentees[rows[asking]], a]
        honoured[asking] += wanted[:, None] == tables.mentor_attributes[mentors, a][None, :]
    shares[rows] = _SHARE_CODES[prefers[rows].sum(axis=1)[:, None], honoured]
    return shares


def _by_block(block: np.ndarray, wanted: np.ndarray) -> dict[int, np.ndarray]:
    people = np.flatnonzero(wanted)
    people = people[np.argsort(block[people], kind="stable")]
    numbers, starts = np.unique(block[people], return_index=True)
    return dict(zip(numbers.tolist(), np.split(people, starts[1:]), strict=False))


def _keep_required(tables: Tables, mentees: np.ndarray, mentors: np.ndarray, a: int, allowed: np.ndarray) -> None:
    rows = np.flatnonzero(tables.wish_kind[mentees, a] == MUST)
    if len(rows):
        wanted = tables.wish_value[mentees[rows], a]
        allowed[rows] &= wanted[:, None] == tables.mentor_attributes[mentors, a][None, :]


def _keep_exceptions(tables: Tables, mentees: np.ndarray, mentors: np.ndarray, a: int, allowed: np.ndarray) -> None:
    cols = np.flatnonzero(tables.exceptions[mentors, a])
    if len(cols):
        theirs = tables.mentor_attributes[mentors[cols], a]
        equal = tables.mentee_attributes[mentees, a][:, None] == theirs[None, :]
        allowed[:, cols] &= equal & (theirs != NOT_STATED)[None, :]


def _drop_blocked(tables: Tables, mentees: np.ndarray, mentors: np.ndarray, allowed: np.ndarray) -> None:
    order = np.argsort(mentors)
    for row, i in enumerate(mentees.tolist()):
        if len(tables.blocked[i]):
            allowed[row, order[_found(mentors[order], tables.blocked[i])]] = False


def _found(ordered: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Positions in a sorted array of those wanted values that it has."""
    at = np.searchsorted(ordered, wanted)
    inside = at < len(ordered)
    return at[inside][ordered[at[inside]] == wanted[inside]]


def _bands(n: int, m: int) -> list[np.ndarray]:
    return np.array_split(np.arange(n), max(-(-n * m // BAND), 1))


def _connected(tables: Tables, mentees: np.ndarray, mentors: np.ndarray, base: np.ndarray) -> Iterator[Component]:
    """Cut one block along the connected components of its allowed pairs."""
    label, first, reach = _labels(tables, mentees, mentors)
    reachable = first >= 0
    numbers = np.unique(label[reach > 0])
    for number in numbers:
        right = np.flatnonzero((label == number) & (reach > 0))
        left = np.flatnonzero(reachable & (label[first] == number)) if len(numbers) > 1 else np.flatnonzero(reachable)
        yield _component(tables, mentees[left], mentors[right], base, reach[right])


def _labels(tables: Tables, mentees: np.ndarray, mentors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(component of each mentor, a mentor allowed with each mentee or -1, mentees allowed with each mentor)."""
    m = len(mentors)
    together = np.zeros((m, m), dtype=bool)
    first = np.full(len(mentees), -1, dtype=np.int64)
    reach = np.zeros(m, dtype=np.int64)
    for rows in _bands(len(mentees), m):
        allowed, _ = allowed_pairs(tables, mentees[rows], mentors)
        reach += allowed.sum(axis=0)
        some = np.flatnonzero(allowed.any(axis=1))
        first[rows[some]] = lead = allowed[some].argmax(axis=1)
        order = np.argsort(lead, kind="stable")
        leads, starts = np.unique(lead[order], return_index=True)
        if len(leads):
            together[leads] |= np.logical_or.reduceat(allowed[some][order], starts, axis=0)
    return connected_components(together, directed=False)[1], first, reach


def _component(
    tables: Tables, mentees: np.ndarray, mentors: np.ndarray, base: np.ndarray, reach: np.ndarray
) -> Component:
    return Component(
        tables=tables,
        mentees=mentees,
        mentors=mentors,
        current=_columns(tables.current[mentees], mentors),
        wishful=(tables.wish_kind[mentees] == PREFER).any(axis=1),
        lots=tables.lots[mentees],
        base=base[mentors],
        capacity=tables.capacity[mentors],
        minimum=tables.minimum[mentors],
        reach=reach,
    )


def _columns(current: np.ndarray, mentors: np.ndarray) -> np.ndarray:
    """Table indexes of present mentors as columns of the component; -1 none, -2 out of reach."""
    found = np.where(current == -1, -1, -2)
    order = np.argsort(mentors)
    at = np.minimum(np.searchsorted(mentors[order], current), len(mentors) - 1)
    here = mentors[order][at] == current
    found[here] = order[at[here]]
    return found
