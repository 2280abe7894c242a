"""What would help those who are left out: more places, other mentors, near disciplines, softer rules.

Each remedy is exact: applied to the problem (`applied`), and to nothing else, it lets exactly that many more
students have a mentor, and one place fewer lets one student fewer. Only the number of students with a
mentor is at stake here, so a largest matching decides, not the whole objective.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from mentoring.matching.engine.components import allowed_pairs
from mentoring.matching.engine.problem import Mentee, Mentor, Problem, linked_disciplines, places
from mentoring.matching.engine.tables import Tables, build

Kind = Literal["places", "near", "campus", "mode"]

NEAR_TRIED = 5
"""Other disciplines that are tried as near ones: those with the most free places."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that would help, and how many more students of the cohort would then have a mentor.

    kind: "places", that many more places with mentors of this profile; "near", mentors of `other` allowed
    for the discipline; "campus", "mode", that rule made soft. students: how many more have a mentor.
    mentors: for "places", how many new mentors that is at the usual group size. campus, mode: of the
    profile, where they are hard. attributes: what students require of the mentor, attribute and value,
    in order; empty where any mentor of the discipline would do.
    """

    kind: Kind
    discipline: str
    students: int
    mentors: int = 0
    other: str = ""
    campus: str = ""
    mode: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


def most_matched(problem: Problem) -> int:
    """How many mentees can have a mentor at once, every hard rule and lock kept (Hopcroft and Karp 1973)."""
    tables = build(problem)
    locked = tables.locked >= 0
    free = tables.capacity - np.bincount(tables.locked[locked], minlength=len(tables.mentors))
    return int(locked.sum()) + sum(_matched(tables, int(block), free) for block in np.unique(tables.block[1]))


def _matched(tables: Tables, block: int, free: np.ndarray) -> int:
    """Size of a largest matching of the mentees without a lock in one block."""
    mentees = np.flatnonzero((tables.block[0] == block) & (tables.locked < 0))
    mentors = np.flatnonzero((tables.block[1] == block) & (free > 0))
    allowed, _ = allowed_pairs(tables, mentees, mentors)
    owner = np.repeat(np.arange(len(mentors)), np.minimum(free[mentors], allowed.sum(axis=0)))
    graph = sparse.csr_array(allowed[:, owner].astype(np.int8))
    return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum()) if graph.nnz else 0


def what_would_help(problem: Problem, discipline: str, left_out: Iterable[str]) -> tuple[Remedy, ...]:
    """Remedies for the students of one discipline, best first within their kind; none if all are matched.

    left_out: keys of mentees without a mentor, as in `Allocation.unmatched`; others are ignored.
    """
    keys = set(left_out)
    waiting = [m for m in problem.mentees if m.key in keys and m.discipline == discipline]
    if not waiting:
        return ()
    part = _linked(problem, {discipline})
    found = [*_more_places(part, discipline, waiting), *_near(problem, discipline), *_softer(problem, discipline)]
    return tuple(found)


def applied(problem: Problem, remedy: Remedy) -> Problem:
    """The problem as it would be with this remedy; new mentors have keys that start with "new "."""
    rules = problem.rules
    if remedy.kind == "near":
        return replace(problem, rules=replace(rules, near=rules.near | {(remedy.discipline, remedy.other)}))
    if remedy.kind == "campus":
        return replace(problem, rules=replace(rules, campus_hard=False))
    if remedy.kind == "mode":
        return replace(problem, rules=replace(rules, mode_hard=False))
    size = max(rules.maximum, 1)
    known = {mentor.key for mentor in problem.mentors}
    names = (f"new {number}" for number in range(len(known) + remedy.students + 1))
    unused = (name for name in names if name not in known)
    added = [
        Mentor(
            key=next(unused),
            discipline=remedy.discipline,
            campus=remedy.campus,
            mode=remedy.mode,
            attributes=dict(remedy.attributes),
            capacity=min(size, remedy.students - taken),
        )
        for taken in range(0, remedy.students, size)
    ]
    return replace(problem, mentors=(*problem.mentors, *added))


def _more_places(problem: Problem, discipline: str, waiting: list[Mentee]) -> Iterator[Remedy]:
    """Places of the plainest profile first: others then move and make room for those who require more."""
    profiles: Counter[tuple[str, str, tuple[tuple[str, str], ...]]] = Counter()
    for mentee in waiting:
        where = _where(problem, mentee)
        profiles[(*where, ())] += 1
        profiles[(*where, _required(mentee))] += 1
    now = most_matched(problem)
    for campus, mode, attributes in sorted(profiles, key=lambda profile: (len(profile[2]), profile)):
        wanted = profiles[campus, mode, attributes]
        size = max(problem.rules.maximum, 1)
        remedy = Remedy("places", discipline, wanted, 0, "", campus, mode, attributes)
        gain = most_matched(applied(problem, remedy)) - now
        if gain:
            remedy = replace(remedy, students=gain, mentors=-(-gain // size))
            problem, now = applied(problem, remedy), now + gain
            yield remedy


def _near(problem: Problem, discipline: str) -> list[Remedy]:
    """Other disciplines with free places whose mentors would take students of this one."""
    allowed = {theirs for own, theirs in problem.rules.near if own == discipline}
    others = {m.discipline for m in problem.mentors} - allowed - {discipline}
    offered: Counter[str] = Counter()
    for mentor in problem.mentors:
        offered[mentor.discipline] += places(mentor, problem.rules)
    offered.subtract(Counter(m.discipline for m in problem.mentees))
    tried = sorted(others, key=lambda name: (-offered[name], name))[:NEAR_TRIED]
    found = []
    for other in tried:
        part = _linked(problem, {discipline, other})
        remedy = Remedy("near", discipline, 0, other=other)
        gain = most_matched(applied(part, remedy)) - most_matched(part)
        if gain:
            found.append(replace(remedy, students=gain))
    return sorted(found, key=lambda remedy: (-remedy.students, remedy.other))


def _softer(problem: Problem, discipline: str) -> Iterator[Remedy]:
    part = _linked(problem, {discipline})
    hard: tuple[tuple[Kind, bool], ...] = (("campus", problem.rules.campus_hard), ("mode", problem.rules.mode_hard))
    for kind, is_hard in hard:
        if is_hard:
            remedy = Remedy(kind, discipline, 0)
            gain = most_matched(applied(part, remedy)) - most_matched(part)
            if gain:
                yield replace(remedy, students=gain)


def _linked(problem: Problem, disciplines: set[str]) -> Problem:
    """The people of these disciplines and of all that the near map joins to them."""
    root = linked_disciplines(problem.rules.near)
    wanted = {root.get(name, name) for name in disciplines}

    def inside(person: Mentee | Mentor) -> bool:
        return root.get(person.discipline, person.discipline) in wanted

    return replace(
        problem,
        mentees=tuple(m for m in problem.mentees if inside(m)),
        mentors=tuple(m for m in problem.mentors if inside(m)),
    )


def _where(problem: Problem, mentee: Mentee) -> tuple[str, str]:
    rules = problem.rules
    return mentee.campus if rules.campus_hard else "", mentee.mode if rules.mode_hard else ""


def _required(mentee: Mentee) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((wish.attribute, wish.value) for wish in mentee.wishes if wish.must))
