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

from mentoring.matching.engine.checker import OTHER_RULE
from mentoring.matching.engine.outcome import Allocation
from mentoring.matching.engine.problem import ATTRIBUTES, Problem
from mentoring.matching.engine.reach import rivals, standing
from mentoring.matching.engine.tables import MUST, NOT_STATED, Tables, build

RULES = ("discipline", "campus", "mode", *(f"must:{name}" for name in ATTRIBUTES), OTHER_RULE)
"""Codes of hard rules, in the order of their bits."""

Kind = Literal["no-mentor", "competition", "rules", "free-place"]


@dataclass(frozen=True, slots=True)
class UnmatchedReason:
    """Why one student is left out.

    kind: "no-mentor", nobody offers a place in the discipline or a near one; "competition", the
    student's possible mentors are full, and `students` people are confined to `places` places;
    "rules", no mentor with any place satisfies every rule; "free-place", there is room after all
    (only where pairs were changed by hand).
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
    tables = build(problem)
    now = standing(tables, pairs)
    rule_masks = _RuleMasks(problem, tables)
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


class _RuleMasks:
    """Bit masks of broken rules; campus and mode count only where they are hard."""

    def __init__(self, problem: Problem, tables: Tables) -> None:
        hard = (("campus", problem.rules.campus_hard), ("mode", problem.rules.mode_hard))
        self.checks = []
        for name, wanted in hard:
            if wanted:
                left = np.array([getattr(person, name) for person in tables.mentees], dtype=object)
                right = np.array([getattr(person, name) for person in tables.mentors], dtype=object)
                self.checks.append((1 << RULES.index(name), left, right))

    def masks(self, tables: Tables, i: int) -> np.ndarray:
        """int (m,): bit mask of the rules that mentee i and each mentor would break."""
        own = int(tables.discipline[0][i])
        linked = [own, *(b for a, b in tables.near if a == own)]
        masks = (~np.isin(tables.discipline[1], linked)).astype(np.int64)
        for bit, left, right in self.checks:
            masks |= bit * (right != left[i]).astype(np.int64)
        other = np.zeros(len(masks), dtype=bool)
        other[tables.blocked[i]] = True
        for a in range(len(ATTRIBUTES)):
            theirs = tables.mentor_attributes[:, a]
            if tables.wish_kind[i, a] == MUST:
                masks |= (1 << 3 + a) * (theirs != tables.wish_value[i, a]).astype(np.int64)
            alike = (theirs == tables.mentee_attributes[i, a]) & (theirs != NOT_STATED)
            other |= tables.exceptions[:, a] & ~alike
        return masks | (1 << RULES.index(OTHER_RULE)) * other.astype(np.int64)
