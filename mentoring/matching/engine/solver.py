"""Solve a matching problem: check, split, solve each part, put the answer together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from mentoring.matching.engine import checker
from mentoring.matching.engine.components import Component, split
from mentoring.matching.engine.gap import Gap
from mentoring.matching.engine.levels import Policy
from mentoring.matching.engine.outcome import LEVELS, Allocation
from mentoring.matching.engine.problem import BrokenLock, Cancelled, Problem, check, digest
from mentoring.matching.engine.score import vector_of
from mentoring.matching.engine.tables import Tables, build
from mentoring.matching.engine.thin_groups import Part, Search

NODE_LIMIT = 100
"""Flows of branch and bound before the integer programme takes over."""
Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]


def solve(problem: Problem, *, progress: Progress | None = None, cancelled: IsCancelled | None = None) -> Allocation:
    """The best allocation under the levels of `outcome.LEVELS`, and what is proven about it.

    progress: called with (components done, components in all). cancelled: asked often; true
    raises Cancelled. Raises ProblemError for contradictory input and BrokenLock for a locked pair
    that breaks a hard rule. The order of the input and the number of processors change nothing.
    """
    check(problem)
    _check_locks(problem)
    tables = build(problem)
    policy = Policy(wishes_first=problem.rules.shortage == "wishes-first", spread=problem.rules.spread)
    components = list(split(tables))
    parts: list[Part] = []
    pairs = _locked_pairs(tables)

    def stop() -> None:
        if cancelled is not None and cancelled():
            raise Cancelled

    for component in components:
        stop()
        part = _solve_part(Search(component, policy, stop))
        parts.append(part)
        pairs.update(_pairs(tables, component, part))
        if progress is not None:
            progress(len(parts), len(components))
    return _allocation(problem, pairs, parts)


def _solve_part(search: Search) -> Part:
    part = search.run(NODE_LIMIT)
    return part if part.proven else Gap(search, part, search.root).close()


def _check_locks(problem: Problem) -> None:
    """Refuse locks that break a hard rule or exceed a mentor's places."""
    locked = {mentee.key: mentee.locked_to for mentee in problem.mentees if mentee.locked_to is not None}
    broken = checker.violations(problem, locked)
    if broken:
        first = broken[0]
        sharing = [key for key, mentor_key in locked.items() if mentor_key == first.mentor_key]
        mentee_key = first.mentee_key or min(sharing)
        raise BrokenLock(mentee_key, first.mentor_key, first.rule)


def _locked_pairs(tables: Tables) -> dict[str, str]:
    return {mentee.key: mentee.locked_to for mentee in tables.mentees if mentee.locked_to is not None}


def _pairs(tables: Tables, component: Component, part: Part) -> Mapping[str, str]:
    matched = np.flatnonzero(part.columns < len(component.mentors))
    return {
        tables.mentees[component.mentees[row]].key: tables.mentors[component.mentors[part.columns[row]]].key
        for row in matched
    }


def _allocation(problem: Problem, pairs: Mapping[str, str], parts: list[Part]) -> Allocation:
    """Add up: the bound is the measured vector less what the parts could still gain."""
    vector = vector_of(problem, pairs)
    gain = [sum(part.vector[level] - part.bound[level] for part in parts) for level in range(len(LEVELS))]
    proven = [part.proven for part in parts]
    return Allocation(
        pairs={key: pairs[key] for key in sorted(pairs)},
        unmatched=tuple(sorted(mentee.key for mentee in problem.mentees if mentee.key not in pairs)),
        vector=vector,
        bounds=tuple(value - less for value, less in zip(vector, gain, strict=True)),
        proven=all(proven),
        digest=digest(problem),
        components=len(parts),
        proven_components=sum(proven),
    )
