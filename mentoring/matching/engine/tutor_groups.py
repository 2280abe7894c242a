"""Tutor-group mode: exactly one mentor for each personal tutor group; all members follow (R30).

A mentor takes one group or none, whatever its size. A mentor whom a block or an exception keeps
from one member, or whose discipline suits no member, never gets the group; other rules that single
members would break are *clashes*: as few as possible, and named, so that a coordinator can act.

One assignment per level, each on the optimal face of the one before, as in flow.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mentoring.matching.engine import flow
from mentoring.matching.engine.checker import OTHER_RULE, Violation, broken_rules
from mentoring.matching.engine.components import share_table
from mentoring.matching.engine.flow import Stage, solve_stage
from mentoring.matching.engine.problem import BrokenLock, Problem, ProblemError, check
from mentoring.matching.engine.rule_masks import RULES, RuleMasks
from mentoring.matching.engine.tables import SHARES, Tables, build, group_hashes

OTHER = 1 << RULES.index(OTHER_RULE)
DISCIPLINE = 1 << RULES.index("discipline")

GROUP_LEVELS = ("unmatched", "clashes", "near", *("share" for _ in SHARES), "affinity")


@dataclass(frozen=True, slots=True)
class GroupAllocation:
    """mentors: group -> mentor key. unmatched: groups without a mentor, sorted. pairs: mentee key
    -> mentor key. clashes: rules of single members that their group's mentor breaks.
    vector: unmatched groups, clashing members, members in a near discipline, members at each share
    of honoured preferences from the worst, minus affinity."""

    mentors: Mapping[str, str]
    unmatched: tuple[str, ...]
    pairs: Mapping[str, str]
    clashes: tuple[Violation, ...]
    vector: tuple[int, ...]


def match_groups(problem: Problem) -> GroupAllocation:
    """The best mentor for each group named by `Mentee.group`.

    ProblemError if a mentee has no group or members are locked to different mentors; BrokenLock if
    a lock gives a group a mentor it may never have. Order of input changes nothing.
    """
    check(problem)
    tables = build(problem)
    groups = sorted({mentee.group for mentee in tables.mentees})
    if "" in groups:
        raise ProblemError("Every mentee needs a tutor group in this mode.")
    number = {group: g for g, group in enumerate(groups)}
    group_of = np.array([number[mentee.group] for mentee in tables.mentees], dtype=np.int64)
    costs, allowed = _costs(problem, tables, group_of, len(groups))
    _lock(tables, groups, group_of, allowed)
    columns = _assign([*costs, group_hashes(groups, tables, problem.seed)], allowed)
    return _allocation(problem, tables, groups, columns, costs)


def _costs(problem: Problem, tables: Tables, group_of: np.ndarray, count: int) -> tuple[list[np.ndarray], np.ndarray]:
    """int64 (groups, mentors + 1) for each level below "unmatched", and what is allowed."""
    m = len(tables.mentors)
    totals = np.zeros((len(GROUP_LEVELS) - 1, count, m), dtype=np.int64)
    forbidden = np.zeros((count, m), dtype=bool)
    suited = np.zeros((count, m), dtype=bool)
    rule_masks = RuleMasks(problem, tables)
    everyone = np.arange(m)
    for i, g in enumerate(group_of):
        masks = rule_masks.masks(tables, i)
        share = share_table(tables, np.array([i]), everyone)[0]
        forbidden[g] |= masks & OTHER > 0
        suited[g] |= masks & DISCIPLINE == 0
        totals[0, g] += masks > 0
        totals[1, g] += (tables.discipline[1] != tables.discipline[0][i]) & (masks & DISCIPLINE == 0)
        for k in range(len(SHARES)):
            totals[2 + k, g] += share == k
        totals[-1, g] -= (tables.mentee_features[[i]] @ tables.mentor_features.T).toarray()[0]
    unmatched = np.zeros((len(totals), count, 1), dtype=np.int64)
    return list(np.concatenate([totals, unmatched], axis=2)), suited & ~forbidden


def _lock(tables: Tables, groups: list[str], group_of: np.ndarray, allowed: np.ndarray) -> None:
    """Leave a group with a locked member only that member's mentor, and the mentor only that group."""
    chosen: dict[int, int] = {}
    for i in np.flatnonzero(tables.locked >= 0):
        g, j = int(group_of[i]), int(tables.locked[i])
        if chosen.setdefault(g, j) != j or any(k == j and h != g for h, k in chosen.items()):
            raise ProblemError(f"The locks of tutor group {groups[g]} contradict each other.")
        if not allowed[g, j]:
            raise BrokenLock(tables.mentees[i].key, tables.mentors[j].key, OTHER_RULE)
    for g, j in chosen.items():
        allowed[g, :] = False
        allowed[:, j] = False
        allowed[g, j] = True


def _assign(costs: list[np.ndarray], allowed: np.ndarray) -> np.ndarray:
    """int (groups,): a mentor's column for each group, or the number of mentors for none."""
    count, m = allowed.shape
    left_out = flow.unavoidable(allowed, np.ones(m, dtype=np.int64))
    owner = np.append(np.arange(m), np.full(left_out, m))
    places = flow.Places(owner, np.zeros(len(owner), dtype=np.int64), np.zeros(len(owner), dtype=bool))
    open_to = np.hstack([allowed, np.ones((count, 1), dtype=bool)])
    columns = np.full(count, m, dtype=np.int64)
    for cost in costs:
        reach = 2 * (int(np.abs(cost).max(initial=0)) + 1) * (count + 1)
        stage = Stage(("group",), cost, 0, reach)
        found = solve_stage(cost, open_to, places, stage)
        if found is None:
            raise ArithmeticError("A largest matching always exists.")
        columns = found
        proof = flow.prices(columns, cost, open_to, places, stage)
        open_to, places = flow.face(proof, cost, open_to, places, stage)
    return columns


def _allocation(
    problem: Problem, tables: Tables, groups: list[str], columns: np.ndarray, costs: list[np.ndarray]
) -> GroupAllocation:
    m = len(tables.mentors)
    given = {group: tables.mentors[j] for group, j in zip(groups, columns.tolist(), strict=True) if j < m}
    members = sorted((mentee for mentee in tables.mentees if mentee.group in given), key=lambda p: p.key)
    clashes = tuple(
        Violation(rule, given[mentee.group].key, mentee.key)
        for mentee in members
        for rule in broken_rules(problem.rules, mentee, given[mentee.group])
    )
    rows = np.arange(len(groups))
    return GroupAllocation(
        mentors={group: mentor.key for group, mentor in given.items()},
        unmatched=tuple(group for group in groups if group not in given),
        pairs={mentee.key: given[mentee.group].key for mentee in members},
        clashes=clashes,
        vector=(int((columns == m).sum()), *(int(cost[rows, columns].sum()) for cost in costs)),
    )
