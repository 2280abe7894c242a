"""Solve a matching problem: check, split, solve each part, put the answer together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mentoring.matching.engine import checker
from mentoring.matching.engine.columns import Columns, check_columns
from mentoring.matching.engine.components import Component, pair_scores, split
from mentoring.matching.engine.gap import Gap
from mentoring.matching.engine.levels import Policy
from mentoring.matching.engine.measure import AFFINITY, BALANCE, UNDERSIZED, Vector
from mentoring.matching.engine.outcome import LEVELS, SHARE_LEVELS, Allocation
from mentoring.matching.engine.problem import BrokenLock, Cancelled, Problem, check, digest
from mentoring.matching.engine.proof import ComponentProof, StageProof
from mentoring.matching.engine.root import Root, Settled, finish, solve_root
from mentoring.matching.engine.tables import FULL_SHARE, PREFER, Tables, arrange, build
from mentoring.matching.engine.thin_groups import Part, Search

NODE_LIMIT = 300
"""Flows of branch and bound before the integer programme takes over."""

FEW = 4
"""Groups left undersized by the flow up to which their states are tried one by one before closing them."""

COARSE = 16
"""Points of affinity to which a fast run rounds: assignment over few distinct costs is far quicker."""

Effort = Literal["fast", "full"]
Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]
Stop = Callable[[], None]


def solve(
    problem: Problem,
    *,
    effort: Effort = "full",
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Allocation:
    """The best allocation under the levels of `outcome.LEVELS`, and what is proven about it.

    effort: "full" proves every level where it can; "fast" is for looking at many variants: all levels
    down to the shares of wishes as in a full run, groups nearly even, the affinity only roughly.
    progress: called with (components done, components in all). cancelled: asked often; true raises
    Cancelled. Raises ProblemError for contradictory input and BrokenLock for a locked pair that
    breaks a hard rule. The order of the input and the number of processors change nothing.
    """
    check(problem)
    _check_locks(problem)
    return solve_tables(build(problem), digest(problem), effort=effort, progress=progress, cancelled=cancelled)


def solve_columns(
    columns: Columns,
    *,
    effort: Effort = "full",
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Allocation:
    """As `solve` for people given as columns of numbers; the digest is left empty.

    Raises ProblemError for contradictory columns. Locks are taken as they are.
    """
    check_columns(columns)
    return solve_tables(arrange(columns), "", effort=effort, progress=progress, cancelled=cancelled)


def solve_tables(
    tables: Tables,
    identity: str,
    *,
    effort: Effort = "full",
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Allocation:
    """As `solve` for arrays in their final order; identity: the digest of the input."""

    def stop() -> None:
        if cancelled is not None and cancelled():
            raise Cancelled

    policy = Policy(wishes_first=tables.wishes_first, spread=tables.spread)
    components = list(split(tables))
    answers = []
    for component in components:
        stop()
        answers.append(solve_component(component, policy, effort=effort, stop=stop))
        component.forget()
        if progress is not None:
            progress(len(answers), len(components))
    return _allocation(tables, identity, policy, components, answers)


@dataclass(frozen=True)
class Answer:
    """One component's answer: the part, its columns with ties broken, and what proves it."""

    part: Part
    columns: np.ndarray
    proof: ComponentProof


def solve_component(component: Component, policy: Policy, *, effort: Effort, stop: Stop) -> Answer:
    """The best solution of one component and what is proven about it."""
    fast = effort == "fast"
    root = solve_root(component, policy, unit=COARSE if fast else 1)
    search = Search(root, stop)
    open_levels = _levels_held(root, fast=fast)
    if component.small:
        many = len(search.thin(search.root)) > FEW
        part = search.run(NODE_LIMIT, level=min(BALANCE, open_levels), quick=fast or many)
    else:
        part = search.run(0, level=UNDERSIZED + 1, quick=True)
    if part.bound[:open_levels] != part.vector[:open_levels] and component.small:
        part = Gap(search, part).close(open_levels)
    flow = search.best
    columns, stages = finish(root, flow, tie=not fast)
    if search.measured(columns) > search.vector:
        flow = search.settled()
        columns, stages = finish(root, flow, tie=not fast)
    part = _with_rest(search, part, columns, exact=not fast)
    return Answer(part, columns, _proof(component, root, search, part, stages if flow is root.flow else ()))


def _levels_held(root: Root, *, fast: bool) -> int:
    """How many of LEVELS the search can prove: those that the flow holds, or are to be proven at all."""
    missing = {name for packing in root.rest for name in packing.weights}
    held = next((k for k, name in enumerate(LEVELS) if name in missing), len(LEVELS))
    return min(held, BALANCE) if fast else held


def _with_rest(search: Search, part: Part, columns: np.ndarray, *, exact: bool) -> Part:
    """The part with levels that only `finish` decided; a rounded affinity proves nothing about the true one.

    Nor is it ever above what everybody could share with whom they share most.
    """
    vector = search.measured(columns)
    most = -int(search.component.most_points().sum())
    bound = (*part.bound[:AFFINITY], max(part.bound[AFFINITY], most) if exact else most)
    if exact and vector < part.vector and not len(search.thin(search.root)):
        bound = vector
    return Part(columns, vector, min(bound, vector), part.nodes)


def _proof(component: Component, root: Root, search: Search, part: Part, stages: tuple[Settled, ...]) -> ComponentProof:
    """Prices of the root's stages, and of the tie-break in `stages`, which are those of the root's own flow.

    The prices of the tie-break hold on the face as the stage before describes it, so only where that is
    the root's one stage.
    """
    keys = component.tables.mentor_keys
    at_root = search.best is root.flow
    ties = tuple(stage for stage in stages if "tie" in stage.packing.weights) if len(root.stages) == 1 else ()
    chosen: tuple[int, ...] | None = None
    if not at_root:
        order = np.argsort(np.array([component.tables.mentee_keys[i] for i in component.mentees]))
        m = len(component.mentors)
        chosen = tuple(np.where(root.flow.columns == m, -1, root.flow.columns)[order].tolist())
    return ComponentProof(
        mentors=tuple(keys[j] for j in component.mentors),
        stages=tuple(
            StageProof(dict(s.packing.weights), s.packing.unit, tuple(s.price.tolist())) for s in (*root.stages, *ties)
        ),
        relaxed=chosen,
        vector=part.vector,
        bound=part.bound,
        relaxed_bound=search.root.bound,
    )


def _check_locks(problem: Problem) -> None:
    """Refuse locks that break a hard rule or exceed a mentor's places."""
    locked = {mentee.key: mentee.locked_to for mentee in problem.mentees if mentee.locked_to is not None}
    broken = checker.violations(problem, locked) if locked else []
    if broken:
        first = broken[0]
        sharing = [key for key, mentor_key in locked.items() if mentor_key == first.mentor_key]
        mentee_key = first.mentee_key or min(sharing)
        raise BrokenLock(mentee_key, first.mentor_key, first.rule)


def _allocation(
    tables: Tables, identity: str, policy: Policy, components: list[Component], answers: list[Answer]
) -> Allocation:
    """Add up: the bound is the measured vector less what the parts could still gain."""
    mentor_of = tables.locked.copy()
    for component, answer in zip(components, answers, strict=True):
        matched = np.flatnonzero(answer.columns < len(component.mentors))
        mentor_of[component.mentees[matched]] = component.mentors[answer.columns[matched]]
    vector = _vector(tables, policy, mentor_of)
    parts = [answer.part for answer in answers]
    gain = [sum(part.vector[level] - part.bound[level] for part in parts) for level in range(len(LEVELS))]
    proven = [part.proven for part in parts]
    pairs = {tables.mentee_keys[i]: tables.mentor_keys[j] for i, j in enumerate(mentor_of.tolist()) if j >= 0}
    return Allocation(
        pairs={key: pairs[key] for key in sorted(pairs)},
        unmatched=tuple(sorted(key for key, j in zip(tables.mentee_keys, mentor_of.tolist(), strict=True) if j < 0)),
        vector=vector,
        bounds=tuple(value - less for value, less in zip(vector, gain, strict=True)),
        proven=all(proven),
        digest=identity,
        components=len(parts),
        proven_components=sum(proven),
        certificate=tuple(answer.proof for answer in answers),
    )


def _vector(tables: Tables, policy: Policy, mentor_of: np.ndarray) -> Vector:
    """The objective vector of the whole allocation; mentor_of: int (n,), -1 for none."""
    m = len(tables.mentor_keys)
    rows = np.flatnonzero(mentor_of >= 0)
    left = np.flatnonzero(mentor_of < 0)
    share, near, affinity = pair_scores(tables, rows, mentor_of[rows])
    shares = np.bincount(share, minlength=FULL_SHARE + 1)[: len(SHARE_LEVELS)]
    if policy.wishes_first:
        shares[0] += int((tables.wish_kind[left] == PREFER).any(axis=1).sum())
    load = np.bincount(mentor_of[rows], minlength=m)
    return (
        len(left),
        int(((tables.current != -1) & (tables.current != mentor_of)).sum()),
        0 if policy.wishes_first else int(tables.lots[left].sum()),
        int(near.sum()),
        int(((load > 0) & (load < tables.minimum)).sum()),
        *shares.tolist(),
        int((load**2).sum()) if policy.spread else 0,
        -int(affinity.sum()),
    )
