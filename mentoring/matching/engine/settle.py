"""Several people to be placed at once with the fewest moves: late joiners, a group whose mentor left.

First the fewest moves, by shortest paths one after another (Busacker and Gowen 1960). If nobody need
move, all others stay out of the sum: what is left are these people and the free places, and a few
people are seated by trying every way (few.py). Otherwise only people on paths that short can move,
and of those who could make one step only as many as there are moves; so the flow of the solver has
a few rows, not a cohort, and its answer is still the answer of the whole problem.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from mentoring.matching.engine import few
from mentoring.matching.engine.components import Component, Scores, share_table
from mentoring.matching.engine.index import Area, Index
from mentoring.matching.engine.moves import (
    FAR,
    NEVER,
    Question,
    best_path,
    distances,
    entrance,
    least,
    movable_rows,
    own_costs,
    pair_costs,
)
from mentoring.matching.engine.solver import solve_component
from mentoring.matching.engine.tables import PREFER


@dataclass(frozen=True)
class Settled:
    """columns: int (k,), a column for each of the question's rows, -1 for none. moved: row -> column
    of others. proven: whether this is the best at every level."""

    columns: np.ndarray
    moved: dict[int, int]
    proven: bool = True


def settle(index: Index, area: Area, question: Question) -> Settled:
    """The best places for the people of the question: most placed, fewest moved, then all levels."""
    away = distances(area, question)
    if len(question.rows) == 1 and question.stays[0] < 0:
        if not (question.allowed[0] & (away < FAR)).any():
            return Settled(np.array([-1]), {})
        found = best_path(index, area, question, away)
        if found is not None:
            return Settled(np.array([found[0]]), found[1])
    exchange = Exchange(area, question)
    exchange.run()
    if exchange.nobody_moves() and len(question.rows) <= few.MOST:
        return Settled(_side_by_side(index, area, question), {})
    return _chosen(index, area, question, away, exchange.moves())


class Exchange:
    """Shortest augmenting paths, one after another: most placed with the fewest moves."""

    def __init__(self, area: Area, question: Question) -> None:
        self.question = question
        movers = movable_rows(area, question)
        k = len(question.rows)
        self.allowed = np.vstack([question.allowed, area.allowed[movers]])
        self.home = np.append(question.stays, area.column[movers])
        self.at = np.append(np.full(k, -1), area.column[movers])
        self.free = question.free.copy()
        self.waiting = k

    def nobody_moves(self) -> bool:
        """Whether all who need a place have one, none of them left a mentor, and nobody else moved."""
        return bool((self.question.stays < 0).all() and (self.at[: self.waiting] >= 0).all() and not self.moves())

    def moves(self) -> int:
        """How many have a mentor to keep and do not keep them."""
        return int(((self.home >= 0) & (self.at != self.home)).sum())

    def run(self) -> None:
        """Place as many as can be: first those who fit into free places, if nobody has one to keep."""
        if (self.question.stays < 0).all():
            self._take_free_places()
        while self.free.any():
            path = self._path()
            if path is None:
                return
            for person, column in path:
                self.at[person] = column
            self.free[path[-1][1]] -= 1

    def _take_free_places(self) -> None:
        """A largest matching into free places moves nobody (Hopcroft and Karp 1973)."""
        owner = np.repeat(np.arange(len(self.free)), np.minimum(self.free, self.waiting))
        graph = sparse.csr_array(self.allowed[: self.waiting][:, owner].astype(np.int8))
        if graph.nnz:
            seat = maximum_bipartite_matching(graph, perm_type="column")
            self.at[: self.waiting] = np.append(owner, -1)[seat]
            self.free -= np.bincount(owner[seat[seat >= 0]], minlength=len(self.free))

    def _steps(self, people: np.ndarray) -> np.ndarray:
        """int64 (p, m): how one step of each person changes the number of moves; FAR if not allowed."""
        width = len(self.free)
        to = (self.home[people][:, None] != np.arange(width)[None, :]) & (self.home[people] >= 0)[:, None]
        now = (self.home[people] >= 0) & (self.home[people] != self.at[people])
        return np.where(self.allowed[people], to.astype(np.int64) - now[:, None], FAR)

    def _path(self) -> list[tuple[int, int]] | None:
        """(person, new column) along a cheapest path, the one who gets a place first; None if none leads on."""
        waiting = np.flatnonzero(self.at[: self.waiting] < 0)
        if not len(waiting):
            return None
        placed = np.flatnonzero(self.at >= 0)
        arcs, by = self._arcs(placed)
        entry = self._steps(waiting)
        cost, came = entry.min(axis=0), np.full(len(self.free), -1)
        first = waiting[entry.argmin(axis=0)]
        for _ in range(len(self.free)):
            through = np.where(cost < FAR // 2, cost, FAR)[:, None] + arcs
            better = through.min(axis=0)
            improved = (better < cost) & (better < FAR // 2)
            if not improved.any():
                break
            came[improved] = through.argmin(axis=0)[improved]
            cost = np.where(improved, better, cost)
        ends = np.where(self.free > 0, cost, FAR)
        end = int(ends.argmin())
        if ends[end] >= FAR // 2:
            return None
        path = []
        while came[end] >= 0:
            path.append((int(by[came[end], end]), end))
            end = int(came[end])
        path.append((int(first[end]), end))
        return path[::-1]

    def _arcs(self, placed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """int64 (m, m) twice: the cheapest step from one mentor to another, and whose it is."""
        width = len(self.free)
        arcs = np.full((width, width), FAR, dtype=np.int64)
        by = np.full((width, width), -1, dtype=np.int64)
        if len(placed):
            order = placed[np.argsort(self.at[placed], kind="stable")]
            # The person's number rides along below the cost, so that one minimum finds both.
            step = self._steps(order) * len(self.at) + order[:, None]
            used, starts = np.unique(self.at[order], return_index=True)
            best = np.minimum.reduceat(step, starts, axis=0)
            arcs[used], by[used] = best // len(self.at), best % len(self.at)
        np.fill_diagonal(arcs, FAR)
        return arcs, by


def _side_by_side(index: Index, area: Area, question: Question) -> np.ndarray:
    """int (k,): the best free places for people of whom all fit without a move."""
    columns = np.flatnonzero(question.allowed.any(axis=0) & (question.free > 0))
    pairs = pair_costs(index, area, question.rows, columns)
    pairs[:, ~question.allowed[:, columns]] = NEVER
    counts = range(len(question.rows) + 1)
    sizes = np.stack([entrance(index, area, question, columns, more) for more in counts], axis=1)
    sizes[:, np.array(counts)[:, None] > question.free[columns]] = NEVER
    return columns[few.seated(pairs, sizes)]


def _chosen(index: Index, area: Area, question: Question, away: np.ndarray, moves: int) -> Settled:
    """Solve over the few who can be part of an answer with this many moves."""
    toward = _toward(area, question, moves)
    columns = np.flatnonzero(toward + away <= moves)
    asking = np.flatnonzero(question.allowed[:, columns].any(axis=1))
    settled = np.full(len(question.rows), -1)
    if not len(asking):
        return Settled(settled, {})
    movers, mask = _movers(index, area, question, columns, (toward, away), moves)
    component = _component(index, area, question, (asking, movers, columns), mask)
    answer = solve_component(component, index.policy, effort="full", stop=_go_on)
    found = np.append(columns, -1)[answer.columns]
    settled[asking] = found[: len(asking)]
    after = found[len(asking) :]
    moved = {int(row): int(column) for row, column in zip(movers, after, strict=True) if area.column[row] != column}
    return Settled(settled, moved, answer.part.proven)


def _go_on() -> None:
    """Small problems are not cancelled."""


def _toward(area: Area, question: Question, moves: int) -> np.ndarray:
    """int (m,): fewest moves of others before somebody who needs a place presses on each mentor."""
    frontier = question.allowed.any(axis=0)
    found = np.where(frontier, 0, FAR)
    movable = movable_rows(area, question)
    for step in range(1, moves + 1):
        pressed = movable[np.isin(area.column[movable], np.flatnonzero(frontier))]
        frontier = area.allowed[pressed].any(axis=0) & (found == FAR)
        found[frontier] = step
    return found


def _movers(
    index: Index,
    area: Area,
    question: Question,
    columns: np.ndarray,
    hops: tuple[np.ndarray, np.ndarray],
    moves: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of those who may move, and bool (r, c) where to: for each step the `moves` best people."""
    toward, away = hops
    people = movable_rows(area, question)
    people = people[np.isin(area.column[people], columns)]
    if not moves or not len(people):
        return people[:0], np.zeros((0, len(columns)), dtype=bool)
    open_to = area.allowed[np.ix_(people, columns)] & (columns[None, :] != area.column[people][:, None])
    open_to &= toward[area.column[people]][:, None] + 1 + away[columns][None, :] <= moves
    people, open_to = people[open_to.any(axis=1)], open_to[open_to.any(axis=1)]
    words = pair_costs(index, area, people, columns) - own_costs(index, area, people)[:, :, None]
    chosen = _best_of_each_step(words, open_to, area.column[people], moves)
    kept = chosen.any(axis=1)
    return people[kept], chosen[kept]


def _best_of_each_step(words: np.ndarray, open_to: np.ndarray, homes: np.ndarray, count: int) -> np.ndarray:
    """bool (p, c): of all who could step from one mentor to another, the `count` best."""
    chosen = np.zeros_like(open_to)
    for home in np.unique(homes):
        mine = np.flatnonzero(homes == home)
        costs = np.where(open_to[mine], words[:, mine], NEVER)
        for _ in range(min(count, len(mine))):
            best = least(costs, axis=0)
            steps = np.arange(open_to.shape[1])
            possible = costs[0, best, steps] < NEVER
            chosen[mine[best[possible]], steps[possible]] = True
            costs[:, best, steps] = NEVER
    return chosen


def _component(
    index: Index,
    area: Area,
    question: Question,
    part: tuple[np.ndarray, np.ndarray, np.ndarray],
    mask: np.ndarray,
) -> Component:
    """The people who ask and those who may move, over these columns, everybody else a base."""
    asking, movers, columns = part
    rows = np.append(question.rows[asking], movers)
    place = np.full(len(area.mentors) + 1, -1)
    place[columns] = np.arange(len(columns))
    stays = question.stays[asking]
    current = np.where((stays >= 0) & (place[stays] < 0), -2, place[stays])
    home = place[area.column[movers]]
    allowed = np.vstack([question.allowed[np.ix_(asking, columns)], mask])
    allowed[len(asking) + np.arange(len(movers)), home] = True
    load = question.load - np.bincount(area.column[movers], minlength=len(area.mentors))
    mentees, mentors = area.mentees[rows], area.mentors[columns]
    tables = index.tables
    affinity = (tables.mentee_features[mentees] @ tables.mentor_features[mentors].T).toarray()
    scores = Scores(
        allowed, area.near[np.ix_(rows, columns)], share_table(tables, mentees, mentors), np.asarray(affinity)
    )
    return Component(
        tables=tables,
        mentees=mentees,
        mentors=mentors,
        current=np.append(current, home),
        wishful=(tables.wish_kind[mentees] == PREFER).any(axis=1),
        lots=tables.lots[mentees],
        base=load[columns],
        capacity=(question.load + question.free)[columns],
        minimum=tables.minimum[mentors],
        reach=allowed.sum(axis=0),
    ).with_scores(scores)
