"""The objective vector of any set of pairs, counted person by person.

Written apart from the solver, so that it can judge it and so that pairs moved by hand can be
compared with what the engine proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from mentoring.matching.engine.outcome import LEVELS, SHARE_LEVELS
from mentoring.matching.engine.problem import Mentee, Mentor, Problem, groups_of
from mentoring.matching.engine.several_groups import split_sizes, thin
from mentoring.matching.engine.tables import FULL_SHARE, SHARES, lots


def vector_of(problem: Problem, pairs: Mapping[str, str]) -> tuple[int, ...]:
    """One integer for each of LEVELS; pairs: mentee key -> mentor key. Hard rules are not judged."""
    mentors = {mentor.key: mentor for mentor in problem.mentors}
    wishes_first = problem.rules.shortage == "wishes-first"
    totals: Counter[str] = Counter()
    drawn = lots(problem.mentees, problem.seed).tolist()
    lot = {mentee.key: rank for mentee, rank in zip(problem.mentees, drawn, strict=True)}
    for mentee in problem.mentees:
        mentor = mentors.get(pairs.get(mentee.key, ""))
        totals["moved"] += mentee.current is not None and (mentor is None or mentor.key != mentee.current)
        if mentor is not None:
            _add_pair(totals, problem, mentee, mentor)
            continue
        totals["unmatched"] += 1
        if wishes_first:
            totals["ignored"] += any(not wish.must for wish in mentee.wishes)
        else:
            totals["lottery"] += lot[mentee.key]
    _add_groups(totals, problem, Counter(pairs.values()))
    return tuple(totals[name] for name in LEVELS)


def honoured_share(mentee: Mentee, mentor: Mentor) -> int:
    """Index into SHARES of the mentee's preferences that the mentor honours, or FULL_SHARE."""
    prefers = [wish for wish in mentee.wishes if not wish.must]
    got = sum(mentor.attributes.get(wish.attribute) == wish.value for wish in prefers)
    if got == len(prefers):
        return FULL_SHARE
    return next(k for k, (p, q) in enumerate(SHARES) if got * q == p * len(prefers))


def affinity(problem: Problem, mentee: Mentee, mentor: Mentor) -> int:
    """Points for what both share, by the policy's weights."""
    weights = problem.rules.affinity_weights
    return sum(
        weights.get(kind, 0) * len(values & mentor.affinities.get(kind, frozenset()))
        for kind, values in mentee.affinities.items()
    )


def _add_pair(totals: Counter[str], problem: Problem, mentee: Mentee, mentor: Mentor) -> None:
    totals["near"] += mentee.discipline != mentor.discipline
    share = honoured_share(mentee, mentor)
    if share != FULL_SHARE:
        totals[SHARE_LEVELS[share]] += 1
    totals["affinity"] -= affinity(problem, mentee, mentor)


def _add_groups(totals: Counter[str], problem: Problem, load: Counter[str]) -> None:
    for mentor in problem.mentors:
        groups = groups_of(mentor, problem.rules)
        sizes = split_sizes(load[mentor.key], groups, spread=problem.rules.spread)
        totals["undersized"] += thin(sizes, groups)
        if problem.rules.spread:
            totals["balance"] += sum(size * size for size in sizes)
