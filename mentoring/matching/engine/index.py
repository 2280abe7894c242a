"""A cohort as it stands, prepared once, so that each change afterwards is answered in milliseconds.

`prepare` turns people and present pairs into arrays. What a single change can touch lies within one
block of hard keys (linked disciplines, hard campus, hard mode); a block's table of allowed pairs
is worked out when it is first asked for and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from mentoring.matching.engine.components import allowed_pairs
from mentoring.matching.engine.levels import Policy
from mentoring.matching.engine.problem import Mentee, Mentor, Problem, check, linked_disciplines
from mentoring.matching.engine.tables import Tables, build, lots


@dataclass(frozen=True)
class Area:
    """One block: mentees, mentors: int (n,), (m,), indexes into the tables, ascending.

    allowed, near: bool (n, m); a pair that stands is allowed. column: int (n,), the present
    mentor's column or -1. movable: bool (n,), has a mentor and no lock.
    """

    mentees: np.ndarray
    mentors: np.ndarray
    allowed: np.ndarray
    near: np.ndarray
    column: np.ndarray
    movable: np.ndarray

    def rows(self, mentees: np.ndarray) -> np.ndarray:
        """Rows of these mentees of the block, table indexes."""
        return np.searchsorted(self.mentees, mentees)


@dataclass(frozen=True)
class Index:
    """The prepared cohort. mentor_of: int (n,), table index or -1; load, capacity: int (m,), the
    capacity of a group made larger by hand being its size."""

    problem: Problem
    pairs: Mapping[str, str]
    tables: Tables
    policy: Policy
    mentee_index: Mapping[str, int]
    mentor_index: Mapping[str, int]
    mentor_of: np.ndarray
    load: np.ndarray
    capacity: np.ndarray
    areas: dict[int, Area] = field(default_factory=dict)

    def area_of(self, mentee: int) -> Area:
        """The block of a mentee, by table index."""
        number = int(self.tables.block[0][mentee])
        if number not in self.areas:
            self.areas[number] = self._area(number)
        return self.areas[number]

    def _area(self, number: int) -> Area:
        mentees = np.flatnonzero(self.tables.block[0] == number)
        mentors = np.flatnonzero(self.tables.block[1] == number)
        allowed, near = allowed_pairs(self.tables, mentees, mentors)
        place = np.full(len(self.load) + 1, -1)
        place[mentors] = np.arange(len(mentors))
        column = place[self.mentor_of[mentees]]
        held = np.flatnonzero(column >= 0)
        allowed[held, column[held]] = True
        movable = (column >= 0) & (self.tables.locked[mentees] < 0)
        return Area(mentees, mentors, allowed, near, column, movable)


def prepare(problem: Problem, pairs: Mapping[str, str], *, around: str | None = None) -> Index:
    """Arrays for a cohort and the pairs that stand, mentee key -> mentor key.

    Mentees without a pair may be asked about later. around: a mentee; only the people whom a change for
    them can reach are prepared. ProblemError for contradictory input, KeyError for an unknown key. Cost
    grows with people, not with pairs of people.
    """
    check(problem)
    part = problem if around is None else neighbours(problem, problem.mentee(around))
    tables = build(part)
    if part is not problem:
        tables = replace(tables, lots=_lots_in_the_whole(problem, tables))
    mentors = {mentor.key: j for j, mentor in enumerate(tables.mentors)}
    standing = {m.key: pairs[m.key] for m in tables.mentees if m.key in pairs}
    mentor_of = np.array(
        [mentors[standing[m.key]] if m.key in standing else -1 for m in tables.mentees], dtype=np.int64
    )
    load = np.bincount(mentor_of[mentor_of >= 0], minlength=len(mentors))
    return Index(
        problem=part,
        pairs=standing,
        tables=tables,
        policy=Policy(wishes_first=problem.rules.shortage == "wishes-first", spread=problem.rules.spread),
        mentee_index={mentee.key: i for i, mentee in enumerate(tables.mentees)},
        mentor_index=mentors,
        mentor_of=mentor_of,
        load=load,
        capacity=np.maximum(tables.capacity, load),
    )


def neighbours(problem: Problem, mentee: Mentee) -> Problem:
    """The part of a problem that a change for this mentee can reach: linked by hard keys."""
    rules = problem.rules
    root = linked_disciplines(rules.near)

    def key(person: Mentee | Mentor) -> tuple[str, str, str]:
        campus = person.campus if rules.campus_hard else ""
        return root.get(person.discipline, person.discipline), campus, person.mode if rules.mode_hard else ""

    own = key(mentee)
    return replace(
        problem,
        mentees=tuple(m for m in problem.mentees if key(m) == own),
        mentors=tuple(m for m in problem.mentors if key(m) == own),
    )


def _lots_in_the_whole(problem: Problem, tables: Tables) -> np.ndarray:
    """int (n,): lots as they were drawn among everybody, not among the part."""
    lot = dict(zip((m.key for m in problem.mentees), lots(problem.mentees, problem.seed).tolist(), strict=True))
    return np.array([lot[m.key] for m in tables.mentees], dtype=np.int64)
