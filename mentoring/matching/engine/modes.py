"""One engine, several ways to run a scheme: `solve` looks at the rules and the mentors and takes the way.

Students or tutor groups (R30), mentors with several groups, groups spread evenly or filled to a target size;
all of them end in the same `Allocation`, judged by the same levels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mentoring.matching.engine import solver
from mentoring.matching.engine.outcome import Allocation
from mentoring.matching.engine.problem import Problem, check, digest, places
from mentoring.matching.engine.reserves import close_reserves
from mentoring.matching.engine.score import vector_of
from mentoring.matching.engine.several_groups import expand
from mentoring.matching.engine.solver import Effort, IsCancelled, Progress
from mentoring.matching.engine.tutor_groups import match_groups


def solve(
    problem: Problem,
    *,
    effort: Effort = "full",
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Allocation:
    """The best allocation in the mode that the rules name, with the mentors who are not needed as reserves.

    Arguments, errors and guarantees as `solver.solve`. A target size is kept as far as no level above the
    size of groups gets worse.
    """
    check(problem)
    if problem.rules.unit == "tutor-group":
        found = _by_tutor_group(problem)
    elif any(mentor.further_groups for mentor in problem.mentors):
        found = _by_several_groups(problem, effort, progress, cancelled)
    else:
        found = _to_size(problem, effort, progress, cancelled)
    return replace(found, reserves=reserves(problem, found.pairs))


def reserves(problem: Problem, pairs: Mapping[str, str]) -> tuple[str, ...]:
    """Mentors who offer places and have nobody, sorted."""
    used = set(pairs.values())
    return tuple(sorted(m.key for m in problem.mentors if m.key not in used and places(m, problem.rules)))


def _to_size(problem: Problem, effort: Effort, progress: Progress | None, cancelled: IsCancelled | None) -> Allocation:
    found = solver.solve(problem, effort=effort, progress=progress, cancelled=cancelled)
    if problem.rules.target is None:
        return found
    return close_reserves(problem, found, cancelled)


def _by_several_groups(
    problem: Problem, effort: Effort, progress: Progress | None, cancelled: IsCancelled | None
) -> Allocation:
    """Every group as a mentor of its own, folded back; unproven where locks decide how people are parted."""
    expanded = expand(problem)
    found = _to_size(expanded.problem, effort, progress, cancelled)
    pairs = {mentee: expanded.owner[group] for mentee, group in found.pairs.items()}
    vector = vector_of(problem, pairs)
    bounds = tuple(v - (a - b) for v, a, b in zip(vector, found.vector, found.bounds, strict=True))
    proven = found.proven and expanded.exact
    return replace(
        found, pairs=pairs, vector=vector, bounds=bounds, proven=proven, digest=digest(problem), certificate=()
    )


def _by_tutor_group(problem: Problem) -> Allocation:
    """Whole tutor groups; students who are in none stay without a mentor."""
    grouped = replace(problem, mentees=tuple(m for m in problem.mentees if m.group))
    found = match_groups(grouped)
    vector = vector_of(problem, found.pairs)
    return Allocation(
        pairs=found.pairs,
        unmatched=tuple(sorted(m.key for m in problem.mentees if m.key not in found.pairs)),
        vector=vector,
        bounds=vector,
        proven=True,
        digest=digest(problem),
        components=1,
        proven_components=1,
        clashes=found.clashes,
        second_mentors=found.second_mentors,
    )
