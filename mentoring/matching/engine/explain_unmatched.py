"""Why a student has no mentor: rules that stand in the way, or more students than places.

Exact, not a guess: relaxing one of the sets named gives a place without anyone losing theirs, and
relaxing less does not; tests re-solve to check. What belongs to another person (a mentor's
exception, a block) appears only as "other-rule".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mentoring.matching.engine.outcome import Allocation
from mentoring.matching.engine.problem import Problem
from mentoring.matching.engine.reach import rivals, standing
from mentoring.matching.engine.rule_masks import RULES, RuleMasks
from mentoring.matching.engine.tables import build

Kind = Literal["no-mentor", "competition", "rules", "free-place", "no-group", "group"]


@dataclass(frozen=True, slots=True)
class UnmatchedReason:
    """Why one student is left out.

    kind: "no-mentor", nobody offers a place in the discipline or a near one; "competition", the
    student's possible mentors are full, and `students` people are confined to `places` places;
    "rules", no mentor with any place satisfies every rule; "free-place", there is room after all
    (only where pairs were changed by hand). In tutor-group mode: "no-group", the student is in
    none; "group", no mentor may have or is left for the group, `students` groups wanting `places` mentors.
    blocking: minimal sets of rule codes, each of which, relaxed for this student, gives a place
    without anyone losing theirs; sets with "discipline" last. room: whether there is such a set.
    within: for "rules", the minimal sets against the mentors of the discipline (and near ones),
    whether or not they have room: what a coordinator can say first.
    """

    kind: Kind
    discipline: str
    blocking: tuple[tuple[str, ...], ...] = ()
    room: bool = False
    within: tuple[tuple[str, ...], ...] = ()
    students: int = 0
    places: int = 0


def explain_unmatched(problem: Problem, allocation: Allocation, mentee_key: str) -> UnmatchedReason:
    """Reason for one student; KeyError if the student is unknown or has a mentor."""
    return explain_all_unmatched(problem, allocation.pairs)[mentee_key]


def explain_all_unmatched(problem: Problem, pairs: Mapping[str, str]) -> dict[str, UnmatchedReason]:
    """Mentee key -> reason, for every student without a mentor, in order of key.

    pairs: mentee key -> mentor key, the engine's or changed by hand. One pass for everyone: cost
    grows with pairs, not with pairs times the unmatched.
    """
    if problem.rules.unit == "tutor-group":
        return _without_group_mentor(problem, pairs)
    tables = build(problem)
    now = standing(tables, pairs)
    rule_masks = RuleMasks(problem, tables)
    found = {}
    for i in np.flatnonzero(now.mentor_of < 0):
        mentee = tables.mentees[i]
        masks = rule_masks.masks(tables, int(i))
        usable = tables.capacity > 0
        reason = _reason(masks, usable, now.reachable, mentee.discipline)
        if reason.kind == "competition":
            students, places = rivals(tables, now, int(i))
            reason = replace(reason, students=students, places=places)
        found[mentee.key] = reason
    return {key: found[key] for key in sorted(found)}


def _without_group_mentor(problem: Problem, pairs: Mapping[str, str]) -> dict[str, UnmatchedReason]:
    """In tutor-group mode a student is left out with the group, or for want of one."""
    wanting = len({mentee.group for mentee in problem.mentees if mentee.group}) * problem.rules.group_mentors
    mentors = len(problem.mentors) * problem.rules.mentor_groups
    found = {}
    for mentee in sorted(problem.mentees, key=lambda m: m.key):
        if mentee.key not in pairs:
            kind: Kind = "group" if mentee.group else "no-group"
            found[mentee.key] = UnmatchedReason(kind, mentee.discipline, students=wanting, places=mentors)
    return found


def _reason(masks: np.ndarray, usable: np.ndarray, reachable: np.ndarray, discipline: str) -> UnmatchedReason:
    in_discipline = usable & (masks & 1 == 0)
    eligible = usable & (masks == 0)
    blocking = _minimal(masks[reachable])
    room = bool(blocking)
    if (eligible & reachable).any():
        return UnmatchedReason("free-place", discipline, room=True)
    if not in_discipline.any():
        return UnmatchedReason("no-mentor", discipline, blocking, room)
    if eligible.any():
        return UnmatchedReason("competition", discipline, blocking, room)
    return UnmatchedReason("rules", discipline, blocking, room, _minimal(masks[in_discipline]))


def _minimal(masks: np.ndarray) -> tuple[tuple[str, ...], ...]:
    """The minimal sets among bit masks, as sorted codes; smallest first, "discipline" last."""
    kept: list[int] = []
    for mask in sorted({int(mask) for mask in masks}, key=lambda mask: (mask.bit_count(), mask)):
        if not any(mask & other == other for other in kept):
            kept.append(mask)
    kept.sort(key=lambda mask: (mask & 1, mask.bit_count(), mask))
    return tuple(tuple(RULES[bit] for bit in range(len(RULES)) if mask >> bit & 1) for mask in kept)
