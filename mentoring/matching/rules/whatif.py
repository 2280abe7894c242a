"""What would happen under other rules or with more places: another problem, never other data."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import permutations

from mentoring.matching.engine import Mentee, Mentor, Problem, Rules

NEW_MENTOR = "new-"
"""Keys of imagined mentors begin so; keys of people are numbers."""


@dataclass(frozen=True)
class WhatIf:
    """What is imagined.

    ``places`` more in every group of ``discipline`` (all, when empty); ``mentors`` more there, each
    with ``planned`` places and nothing known but discipline, campus and mode; ``minimum`` another
    smallest group; ``near`` disciplines that help each other out; ``without`` any of "campus",
    "mode" and "wishes" (a student's requirement becomes a preference, mentors' exceptions rest).
    """

    discipline: str = ""
    places: int = 0
    mentors: int = 0
    planned: int = 5
    minimum: int | None = None
    near: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def imagined(problem: Problem, what: WhatIf, *, now: Mapping[str, str], live: Mapping[str, int]) -> Problem:
    """The problem under what is imagined, with everybody's mentor of the draft as the one to keep.

    ``now`` is mentee → mentor as drafted, ``live`` how many mentees of before each mentor has. Keeping
    comes directly below the number left out, so what changes is caused by what is imagined.
    """
    known = {mentor.key for mentor in problem.mentors}
    mentees = tuple(
        replace(_softened(m, what), current=now[m.key] if now.get(m.key) in known else None) for m in problem.mentees
    )
    mentors = [_widened(mentor, what, live.get(mentor.key, 0)) for mentor in problem.mentors]
    mentors += _recruits(problem, what, now)
    return replace(problem, mentees=mentees, mentors=tuple(mentors), rules=_rules(problem.rules, what))


def _rules(rules: Rules, what: WhatIf) -> Rules:
    return replace(
        rules,
        maximum=rules.maximum + what.places,
        minimum=rules.minimum if what.minimum is None else what.minimum,
        near=rules.near | frozenset(permutations(what.near, 2)),
        campus_hard=rules.campus_hard and "campus" not in what.without,
        mode_hard=rules.mode_hard and "mode" not in what.without,
    )


def _softened(mentee: Mentee, what: WhatIf) -> Mentee:
    if "wishes" not in what.without:
        return mentee
    return replace(mentee, wishes=tuple(replace(wish, must=False) for wish in mentee.wishes))


def _widened(mentor: Mentor, what: WhatIf, has: int) -> Mentor:
    concerned = not what.discipline or mentor.discipline == what.discipline
    more = what.places if concerned and mentor.capacity is not None else 0
    return replace(
        mentor,
        capacity=None if mentor.capacity is None else mentor.capacity + more,
        minimum=mentor.minimum if what.minimum is None else max(0, what.minimum - has),
        exceptions=frozenset() if "wishes" in what.without else mentor.exceptions,
    )


def _recruits(problem: Problem, what: WhatIf, now: Mapping[str, str]) -> list[Mentor]:
    """Mentors who do not exist yet, where most of the unmatched are."""
    waiting = [m for m in problem.mentees if m.discipline == what.discipline and m.key not in now]
    where = Counter((m.campus, m.mode) for m in waiting).most_common(1)
    (campus, mode) = where[0][0] if where else ("", "")
    return [
        Mentor(f"{NEW_MENTOR}{n}", what.discipline, campus, mode, capacity=what.planned, minimum=0)
        for n in range(1, what.mentors + 1)
    ]
