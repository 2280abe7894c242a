"""When something changes: a swap, late joiners, a mentor who leaves, a group to be kept together.

Each is the same question as a matching in which everybody else would rather stay: most placed, then the
fewest moved, then all other levels (R73 to R80). Prepare the cohort once (`prepare`), then ask; nothing
here changes the index, and no answer holds an attribute of anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mentoring.matching.engine.index import Area, Index
from mentoring.matching.engine.moves import Question
from mentoring.matching.engine.problem import Mentee, Mentor
from mentoring.matching.engine.score import honoured_share
from mentoring.matching.engine.settle import Settled, settle
from mentoring.matching.engine.tables import FULL_SHARE


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a reason to change asks for, as rules for one mentee alone.

    not_these: mentors never to be given again. same_discipline, same_campus, same_mode: as if hard
    for this mentee. every_wish: their preferences become requirements.
    """

    not_these: frozenset[str] = frozenset()
    same_discipline: bool = False
    same_campus: bool = False
    same_mode: bool = False
    every_wish: bool = False


FREELY = Restriction()


@dataclass(frozen=True, slots=True)
class Rematch:
    """The answer: pairs, asked-about mentee -> mentor; unmatched, those for whom there is no place;
    moved, others -> the mentor they would have, None for nobody. proven: best at every level."""

    pairs: Mapping[str, str]
    unmatched: tuple[str, ...] = ()
    moved: Mapping[str, str | None] = field(default_factory=dict)
    proven: bool = True


def swap(index: Index, mentee_key: str, restriction: Restriction = FREELY) -> Rematch:
    """Another mentor for one mentee: never the present one, nor those that the restriction names.

    A lock of the mentee is set aside. KeyError for an unknown mentee.
    """
    i = index.mentee_index[mentee_key]
    area = index.area_of(i)
    rows = area.rows(np.array([i]))
    present = area.column[rows]
    allowed = _restricted(index, area, int(rows[0]), restriction)
    allowed[present[present >= 0]] = False
    return _ask(index, area, rows, allowed[None, :])


def place(index: Index, mentee_keys: Collection[str], restrictions: Mapping[str, Restriction] | None = None) -> Rematch:
    """Places for people who have no mentor, late joiners for instance, all together.

    Those of them who have a mentor already keep them. KeyError for an unknown mentee.
    """
    asked = sorted(index.mentee_index[key] for key in mentee_keys)
    seekers = np.array([i for i in asked if index.mentor_of[i] < 0], dtype=np.int64)
    blocks = index.tables.block[0][seekers]
    parts = []
    for block in np.unique(blocks):
        mine = seekers[blocks == block]
        area = index.area_of(int(mine[0]))
        rows = area.rows(mine)
        wanted = [restrictions.get(index.tables.mentees[i].key, FREELY) if restrictions else FREELY for i in mine]
        allowed = np.array([_restricted(index, area, int(r), w) for r, w in zip(rows, wanted, strict=True)])
        parts.append(_ask(index, area, rows, allowed))
    return _together(parts)


def withdraw(index: Index, mentor_key: str) -> Rematch:
    """New mentors for the group of a mentor who leaves, each as well as can be; nobody is given to them.

    Locks to this mentor are set aside. KeyError for an unknown mentor.
    """
    j = index.mentor_index[mentor_key]
    group = np.flatnonzero(index.mentor_of == j)
    if not len(group):
        return Rematch({})
    area = index.area_of(int(group[0]))
    rows = area.rows(group)
    allowed = area.allowed[rows]
    allowed[:, np.searchsorted(area.mentors, j)] = False
    return _ask(index, area, rows, allowed, closed=int(np.searchsorted(area.mentors, j)))


def force(index: Index, mentee_keys: Sequence[str], mentor_key: str, *, waiting: bool = False) -> Rematch | None:
    """These mentees, all of one block, to this mentor, and the fewest moves that make it possible.

    waiting: others of the block without a mentor may get a place that becomes free. None if a pair
    breaks a hard rule or the mentor's places, those of locked pairs taken off, do not suffice.
    Whoever must give way and finds no place is in `moved` with None. KeyError for unknown keys.
    """
    people = np.array(sorted(index.mentee_index[key] for key in mentee_keys), dtype=np.int64)
    area = index.area_of(int(people[0]))
    rows = area.rows(people)
    column = int(np.searchsorted(area.mentors, index.mentor_index[mentor_key]))
    if not _may_have(index, area, people, mentor_key):
        return None
    load = _load(index, area, rows)
    load[column] += len(rows)
    here = np.flatnonzero((area.column == column) & area.movable & ~np.isin(np.arange(len(area.column)), rows))
    room = index.capacity[area.mentors[column]] - (load[column] - len(here))
    if room < 0:
        return None
    give_way = here if room < len(here) else here[:0]
    load[column] -= len(give_way)
    asking = give_way
    if waiting:
        others = np.flatnonzero((area.column < 0) & area.allowed.any(axis=1))
        asking = np.union1d(give_way, np.setdiff1d(others, rows))
    pairs = {index.tables.mentees[i].key: mentor_key for i in people}
    if not len(asking):
        return Rematch(pairs)
    question = Question(asking, area.allowed[asking], area.column[asking], load, index.capacity[area.mentors] - load)
    found = _read(index, area, question, settle(index, area, question))
    changed = {key: found.pairs.get(key) for key in (*found.pairs, *found.unmatched)}
    now = {index.tables.mentees[area.mentees[r]].key: int(area.column[r]) for r in asking}
    names = {index.tables.mentors[j].key: k for k, j in enumerate(area.mentors)}
    others_moved = {key: to for key, to in changed.items() if (-1 if to is None else names[to]) != now[key]}
    return Rematch(pairs, (), {**found.moved, **others_moved}, found.proven)


def _may_have(index: Index, area: Area, people: np.ndarray, mentor_key: str) -> bool:
    """Whether the mentor is in the block and none of these pairs breaks a hard rule."""
    j = index.mentor_index[mentor_key]
    if j not in area.mentors or (index.tables.block[0][people] != index.tables.block[0][people[0]]).any():
        return False
    return bool(area.allowed[area.rows(people), np.searchsorted(area.mentors, j)].all())


def _restricted(index: Index, area: Area, row: int, restriction: Restriction) -> np.ndarray:
    """bool (m,): mentors allowed for this mentee under the rules of their own."""
    allowed = area.allowed[row].copy()
    if restriction == FREELY:
        return allowed
    mentee = index.tables.mentees[area.mentees[row]]
    for k in np.flatnonzero(allowed):
        allowed[k] = keeps(restriction, mentee, index.tables.mentors[area.mentors[k]])
    return allowed


def keeps(restriction: Restriction, mentee: Mentee, mentor: Mentor) -> bool:
    """Whether a pair keeps the rules that a reason to change makes for this mentee."""
    return (
        mentor.key not in restriction.not_these
        and (not restriction.same_discipline or mentor.discipline == mentee.discipline)
        and (not restriction.same_campus or mentor.campus == mentee.campus)
        and (not restriction.same_mode or mentor.mode == mentee.mode)
        and (not restriction.every_wish or honoured_share(mentee, mentor) == FULL_SHARE)
    )


def _ask(index: Index, area: Area, rows: np.ndarray, allowed: np.ndarray, closed: int | None = None) -> Rematch:
    load = _load(index, area, rows)
    free = index.capacity[area.mentors] - load
    if closed is not None:
        free[closed] = 0
    question = Question(rows, allowed, np.full(len(rows), -1), load, free)
    return _read(index, area, question, settle(index, area, question))


def _load(index: Index, area: Area, rows: np.ndarray) -> np.ndarray:
    """int (m,): group sizes without these people."""
    columns = area.column[rows]
    return index.load[area.mentors] - np.bincount(columns[columns >= 0], minlength=len(area.mentors))


def _read(index: Index, area: Area, question: Question, found: Settled) -> Rematch:
    mentees = [index.tables.mentees[i].key for i in area.mentees[question.rows]]
    keys = [index.tables.mentors[j].key for j in area.mentors]
    columns = found.columns.tolist()
    return Rematch(
        pairs={key: keys[c] for key, c in zip(mentees, columns, strict=True) if c >= 0},
        unmatched=tuple(sorted(key for key, c in zip(mentees, columns, strict=True) if c < 0)),
        moved={index.tables.mentees[area.mentees[row]].key: keys[c] for row, c in found.moved.items()},
        proven=found.proven,
    )


def _together(parts: Sequence[Rematch]) -> Rematch:
    return Rematch(
        pairs={key: value for part in parts for key, value in part.pairs.items()},
        unmatched=tuple(sorted(key for part in parts for key in part.unmatched)),
        moved={key: value for part in parts for key, value in part.moved.items()},
        proven=all(part.proven for part in parts),
    )
