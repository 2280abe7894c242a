"""Tutor-group mode: one mentor for each personal tutor group, or two, and all members follow (R30).

A mentor takes one group or none, whatever its size; or, if the policy allows, two, but only where that
leaves fewer groups without anybody. A mentor whom a block or an exception keeps from one member, or
whose discipline suits no member, never gets the group; other rules that single members would break are
*clashes*: as few as possible, and named, so that a coordinator can act. Where two mentors share a group
both are there for everybody, and each member has one of them as their own, half and half.

One assignment per level, each on the optimal face of the one before, as in flow.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mentoring.matching.engine import flow
from mentoring.matching.engine.checker import OTHER_RULE, Violation, clashing_rules
from mentoring.matching.engine.components import share_table
from mentoring.matching.engine.flow import Stage, solve_stage
from mentoring.matching.engine.problem import BrokenLock, Problem, ProblemError, check
from mentoring.matching.engine.rule_masks import RULES, RuleMasks
from mentoring.matching.engine.tables import SHARES, Tables, build, group_hashes, pair_hashes

OTHER = 1 << RULES.index(OTHER_RULE)
DISCIPLINE = 1 << RULES.index("discipline")

GROUP_LEVELS = ("unmatched", "alone", "doubled", "clashes", "near", *("share" for _ in SHARES), "affinity")


@dataclass(frozen=True, slots=True)
class GroupAllocation:
    """mentors: group -> mentor key; second: group -> the other mentor, where two share it. unmatched:
    groups without a mentor, sorted. pairs: mentee key -> mentor key, the member's own of the two;
    second_mentors: mentee key -> the other one. clashes: rules of single members that a mentor of
    their group breaks. vector: groups without a mentor, groups with one of the two wanted, mentors with
    two groups, clashes, members in a near discipline, members at each share of honoured preferences
    from the worst, minus affinity; where two share a group, counted with both."""

    mentors: Mapping[str, str]
    unmatched: tuple[str, ...]
    pairs: Mapping[str, str]
    clashes: tuple[Violation, ...]
    vector: tuple[int, ...]
    second: Mapping[str, str] = field(default_factory=dict)
    second_mentors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Groups:
    """names: groups, sorted. of: int (n,), each mentee's group. costs: int64 (levels, g, m).

    allowed, forbidden: bool (g, m), the latter only by a block or an exception. seats: how many
    mentors a group wants; turns: how many groups a mentor may take.
    """

    names: list[str]
    of: np.ndarray
    costs: np.ndarray
    allowed: np.ndarray
    forbidden: np.ndarray
    seats: int
    turns: int


def match_groups(problem: Problem) -> GroupAllocation:
    """The best mentor, or two mentors, for each group named by `Mentee.group`.

    ProblemError if a mentee has no group or members are locked to too many mentors; BrokenLock if
    a lock gives a group a mentor it may never have. Order of input changes nothing.
    """
    check(problem)
    tables = build(problem)
    names = sorted({mentee.group for mentee in tables.mentees})
    if "" in names:
        raise ProblemError("Every mentee needs a tutor group in this mode.")
    number = {group: g for g, group in enumerate(names)}
    group_of = np.array([number[mentee.group] for mentee in tables.mentees], dtype=np.int64)
    costs, allowed, forbidden = _costs(problem, tables, group_of, len(names))
    groups = _Groups(
        names, group_of, costs, allowed, forbidden, problem.rules.group_mentors, problem.rules.mentor_groups
    )
    chosen = _chosen(groups, _locks(tables, groups), group_hashes(names, tables, problem.seed))
    return _allocation(problem, tables, groups, chosen)


def _costs(
    problem: Problem, tables: Tables, group_of: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """int64 (levels, groups, mentors) from "clashes" down, what is allowed, and what a private rule forbids."""
    m = len(tables.mentors)
    totals = np.zeros((len(GROUP_LEVELS) - 3, count, m), dtype=np.int64)
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
    return totals, suited & ~forbidden, forbidden


def _locks(tables: Tables, groups: _Groups) -> dict[int, list[int]]:
    """Group -> the mentors its members are locked to; refused where they are too many."""
    chosen: dict[int, list[int]] = {}
    for i in np.flatnonzero(tables.locked >= 0):
        g, j = int(groups.of[i]), int(tables.locked[i])
        if groups.forbidden[g, j]:
            raise BrokenLock(tables.mentees[i].key, tables.mentors[j].key, OTHER_RULE)
        if j not in chosen.setdefault(g, []):
            chosen[g].append(j)
        taken = sum(j in mentors for mentors in chosen.values())
        if len(chosen[g]) > groups.seats or taken > groups.turns:
            raise ProblemError(f"The locks of tutor group {groups.names[g]} contradict each other.")
    return chosen


def _chosen(groups: _Groups, locks: dict[int, list[int]], hashes: np.ndarray) -> np.ndarray:
    """int (groups, seats): a mentor for each seat, or the number of mentors for none."""
    count, m = groups.allowed.shape
    allowed = np.repeat(groups.allowed, groups.seats, axis=0)
    locked = np.zeros(len(allowed), dtype=bool)
    for g, mentors in locks.items():
        allowed[g * groups.seats : (g + 1) * groups.seats, mentors] = False
        for seat, j in enumerate(mentors):
            row = g * groups.seats + seat
            allowed[row], allowed[row, j], locked[row] = False, True, True
    costs = [_left_empty(locked, m), _left_empty(np.arange(len(allowed)) % groups.seats == 0, m)]
    unmatched = np.zeros((len(allowed), 1), dtype=np.int64)
    costs += [np.hstack([np.repeat(cost, groups.seats, axis=0), unmatched]) for cost in groups.costs]
    costs.append(np.repeat(hashes, groups.seats, axis=0))
    return _assign(costs, allowed, groups.turns).reshape(count, groups.seats)


def _left_empty(rows: np.ndarray, m: int) -> np.ndarray:
    """int64 (r, m + 1): one for each of these rows that gets nobody."""
    cost = np.zeros((len(rows), m + 1), dtype=np.int64)
    cost[rows, m] = 1
    return cost


def _assign(costs: Sequence[np.ndarray], allowed: np.ndarray, turns: int) -> np.ndarray:
    """int (rows,): a column for each row, or the number of columns for none; each column `turns` times,
    the second time only where it must be. costs: int64 (rows, columns + 1), most important first."""
    count, m = allowed.shape
    left_out = flow.unavoidable(allowed, np.full(m, turns, dtype=np.int64))
    owner = np.append(np.repeat(np.arange(m), turns), np.full(left_out, m))
    again = np.append(np.tile(np.arange(turns), m), np.zeros(left_out, dtype=np.int64))
    places = flow.Places(owner, again, np.zeros(len(owner), dtype=bool))
    open_to = np.hstack([allowed, np.ones((count, 1), dtype=bool)])
    columns = np.full(count, m, dtype=np.int64)
    # Who is locked and who comes first in a group precede the number of mentors with two groups.
    stages = [(cost, 0) for cost in costs[:2]] + [(np.zeros_like(costs[0]), 1)] + [(cost, 0) for cost in costs[2:]]
    for cost, balance in stages:
        reach = 2 * (int(np.abs(cost).max(initial=0)) + 1) * (count + 1)
        stage = Stage(("group",), cost, balance, reach)
        found = solve_stage(cost, open_to, places, stage)
        if found is None:
            raise ArithmeticError("A largest matching always exists.")
        columns = found
        proof = flow.prices(columns, cost, open_to, places, stage)
        open_to, places = flow.face(proof, cost, open_to, places, stage)
    return columns


def _allocation(problem: Problem, tables: Tables, groups: _Groups, chosen: np.ndarray) -> GroupAllocation:
    m = len(tables.mentors)
    given = {name: [int(j) for j in row if j < m] for name, row in zip(groups.names, chosen, strict=True)}
    own = _own_mentors(problem, tables, groups, [given[name] for name in groups.names])
    keys = [mentor.key for mentor in tables.mentors]
    members = sorted(
        (i for i, mentee in enumerate(tables.mentees) if given[mentee.group]), key=lambda i: tables.mentees[i].key
    )
    clashes = tuple(
        Violation(rule, keys[j], tables.mentees[i].key)
        for i in members
        for j in given[tables.mentees[i].group]
        for rule in clashing_rules(problem.rules, tables.mentees[i], tables.mentors[j])
    )
    others = {tables.mentees[i].key: keys[j] for i in members for j in given[tables.mentees[i].group] if j != own[i]}
    return GroupAllocation(
        mentors={group: keys[mentors[0]] for group, mentors in given.items() if mentors},
        unmatched=tuple(group for group, mentors in given.items() if not mentors),
        pairs={tables.mentees[i].key: keys[own[i]] for i in members},
        clashes=clashes,
        vector=_vector(groups, given, m),
        second={group: keys[mentors[1]] for group, mentors in given.items() if len(mentors) > 1},
        second_mentors=others,
    )


def _vector(groups: _Groups, given: Mapping[str, list[int]], m: int) -> tuple[int, ...]:
    taken = np.bincount([j for mentors in given.values() for j in mentors], minlength=m)
    pairs = [(g, j) for g, name in enumerate(groups.names) for j in given[name]]
    rows, columns = (np.array(part, dtype=np.int64) for part in zip(*pairs, strict=True)) if pairs else ([], [])
    return (
        sum(not mentors for mentors in given.values()),
        sum(0 < len(mentors) < groups.seats for mentors in given.values()),
        int((taken > 1).sum()),
        *(int(cost[rows, columns].sum()) if pairs else 0 for cost in groups.costs),
    )


def _own_mentors(problem: Problem, tables: Tables, groups: _Groups, given: list[list[int]]) -> dict[int, int]:
    """Mentee -> which of their group's mentors is their own: half and half, locks kept, wishes as ever."""
    own: dict[int, int] = {}
    for g, mentors in enumerate(given):
        members = np.flatnonzero(groups.of == g)
        if len(mentors) == 1:
            own |= dict.fromkeys(members.tolist(), mentors[0])
        elif mentors:
            own |= _halves(problem, tables, members, np.array(mentors))
    return own


def _halves(problem: Problem, tables: Tables, members: np.ndarray, mentors: np.ndarray) -> dict[int, int]:
    rule_masks = RuleMasks(problem, tables)
    broken = np.array([rule_masks.masks(tables, int(i))[mentors] > 0 for i in members])
    locked = tables.locked[members]
    missed = (locked >= 0)[:, None] & (locked[:, None] != mentors[None, :])
    share = share_table(tables, members, mentors)
    affinity = (tables.mentee_features[members] @ tables.mentor_features[mentors].T).toarray()
    hashes = pair_hashes(tables, members, mentors)[:, :-1]
    levels = [missed, broken, *(share == k for k in range(len(SHARES))), -affinity, hashes]
    # Locks may make one half larger; else the halves differ by one at most.
    most = max((len(members) + 1) // 2, *(int((locked == j).sum()) for j in mentors))
    nobody = np.zeros((len(members), 1), dtype=np.int64)
    costs = [np.hstack([np.asarray(level, dtype=np.int64), nobody]) for level in levels]
    columns = _assign(costs, np.ones((len(members), 2), dtype=bool), most)
    return dict(zip(members.tolist(), mentors[columns].tolist(), strict=True))
