"""Why this pair: the mentee's own wishes, and what both share (R36, R37).

Only the mentee's own wishes and values that stand on both sides are named, never an attribute of
another person, a mentor's exception or a block.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mentoring.matching.engine.checker import broken_rules
from mentoring.matching.engine.problem import Mentee, Mentor, Problem, groups_of, places
from mentoring.matching.engine.score import affinity, honoured_share
from mentoring.matching.engine.several_groups import undersized_groups

Strength = Literal["weak", "fair", "strong"]

MUCH_SHARED = 2
"""This many things in common make a pair without missed preferences a strong one."""


@dataclass(frozen=True, slots=True)
class PairReasons:
    """What speaks for a pair.

    honoured, missed: attribute names of the mentee's own wishes (required ones are honoured, or
    the pair would not exist). shared: (kind, value), weightiest first. near: the mentor's
    discipline is a near one. strength: a weak pair ignores every preference, or is in a near
    discipline; with nothing asked and nothing known a pair on one course is fair.
    """

    honoured: tuple[str, ...]
    missed: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]
    same_discipline: bool
    near: bool
    strength: Strength


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mentor with room for a mentee, and why."""

    mentor_key: str
    places_left: int
    reasons: PairReasons


def explain_pair(problem: Problem, mentee_key: str, mentor_key: str) -> PairReasons:
    """Reasons for one pair; KeyError for an unknown key."""
    return reasons_for(problem, problem.mentee(mentee_key), problem.mentor(mentor_key))


def reasons_for(problem: Problem, mentee: Mentee, mentor: Mentor) -> PairReasons:
    """Reasons for a pair whose people are at hand."""
    held = {wish: mentor.attributes.get(wish.attribute) == wish.value for wish in mentee.wishes}
    shared = _shared(problem, mentee, mentor)
    same = mentee.discipline == mentor.discipline
    preferences = [kept for wish, kept in held.items() if not wish.must]
    return PairReasons(
        honoured=tuple(wish.attribute for wish, kept in held.items() if kept),
        missed=tuple(wish.attribute for wish, kept in held.items() if not kept),
        shared=shared,
        same_discipline=same,
        near=not same and (mentee.discipline, mentor.discipline) in problem.rules.near,
        strength=_strength(preferences, len(shared), same),
    )


def rank_mentors(problem: Problem, mentee_key: str, pairs: Mapping[str, str]) -> list[Candidate]:
    """Mentors with a free place for this mentee who break no hard rule, best first.

    pairs: mentee key -> mentor key as things stand; the mentee's present mentor is left out. The
    order is that of the objective for this one change: same discipline, no undersized group,
    share of wishes honoured, group size, affinity, seeded tie-break.
    """
    mentee = problem.mentee(mentee_key)
    load = Counter(mentor_key for key, mentor_key in pairs.items() if key != mentee_key)
    rules = problem.rules
    able = [
        mentor
        for mentor in problem.mentors
        if load[mentor.key] < places(mentor, rules)
        and mentor.key != pairs.get(mentee_key)
        and not broken_rules(rules, mentee, mentor)
    ]
    able.sort(key=lambda mentor: _rank(problem, mentee, mentor, load[mentor.key]))
    return [
        Candidate(mentor.key, places(mentor, rules) - load[mentor.key], reasons_for(problem, mentee, mentor))
        for mentor in able
    ]


def _rank(problem: Problem, mentee: Mentee, mentor: Mentor, load: int) -> tuple[int, ...]:
    tie = hashlib.sha256(f"{problem.seed}\0{mentee.key}\0{mentor.key}".encode()).digest()
    return (
        int(mentee.discipline != mentor.discipline),
        _thin_after(load + 1, groups_of(mentor, problem.rules)),
        -honoured_share(mentee, mentor),
        load,
        -affinity(problem, mentee, mentor),
        int.from_bytes(tie[:8], "big"),
    )


def _thin_after(size: int, groups: tuple[tuple[int, int], ...]) -> int:
    """How the number of undersized groups changes when a mentor's mentees grow to this number."""
    return undersized_groups(size, groups) - undersized_groups(size - 1, groups)


def _shared(problem: Problem, mentee: Mentee, mentor: Mentor) -> tuple[tuple[str, str], ...]:
    weights = problem.rules.affinity_weights
    both = [
        (kind, value)
        for kind, values in mentee.affinities.items()
        if weights.get(kind)
        for value in values & mentor.affinities.get(kind, frozenset())
    ]
    return tuple(sorted(both, key=lambda item: (-weights[item[0]], item)))


def _strength(preferences: list[bool], shared: int, same_discipline: bool) -> Strength:
    if not same_discipline or (preferences and not any(preferences)):
        return "weak"
    return "strong" if all(preferences) and shared >= MUCH_SHARED else "fair"
