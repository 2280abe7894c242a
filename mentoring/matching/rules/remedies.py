"""What would help those left out, as codes that a coordinator may read (matching.md §4, §7.3).

Gender is the one thing asked of new mentors that is ever named, and only where it is about many
students: ethnicity, country and religion are nobody's business but the student's own.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from mentoring.lib.small_numbers import HIDDEN_BELOW
from mentoring.matching.engine import Mentee, Mentor, Problem, Remedy, what_would_help
from mentoring.matching.engine.problem import linked_disciplines
from mentoring.matching.engine.remedies import most_matched
from mentoring.matching.rules.groups import PRIVATE, Sizes

NAMED_FROM = HIDDEN_BELOW
"""So many students must require a gender before it is named: fewer could be told by their names (trust.md §1, 23)."""

Codes = dict[str, Any]


def remedies_for(problem: Problem, unmatched: Iterable[str], sizes: Sizes) -> list[Codes]:
    """Remedies by discipline, for every discipline with somebody left out; each is exact on its own."""
    if problem.rules.unit == "tutor-group":  # who is left out there has no mentor of their group, and moves with it
        return []
    left_out = set(unmatched)
    disciplines = sorted({m.discipline for m in problem.mentees if m.key in left_out})
    found: list[Codes] = []
    for discipline in disciplines:
        remedies = what_would_help(problem, discipline, left_out)
        found += [remedy_codes(remedy, sizes) for remedy in remedies if remedy.kind != "near"]
        found += _near(discipline, [remedy for remedy in remedies if remedy.kind == "near"])
        if gain := _gain_of_wider_groups(problem, discipline, sizes):
            found.append({"kind": "wider", "discipline": discipline, "students": gain, "size": sizes.most + 1})
    return found


def remedy_codes(remedy: Remedy, sizes: Sizes) -> Codes:
    """What is kept of a remedy. ``mentors`` counts new mentors with the planned places."""
    told: Codes = {"kind": remedy.kind, "discipline": remedy.discipline, "students": remedy.students}
    if remedy.kind != "places":
        return told
    told |= {"mentors": -(-remedy.students // sizes.most), "campus": remedy.campus, "mode": remedy.mode}
    if [name for name, _value in remedy.attributes] == ["gender"] and remedy.students >= NAMED_FROM:
        return {**told, "gender": remedy.attributes[0][1]}
    return {**told, "who": PRIVATE} if remedy.attributes else told


def _near(discipline: str, remedies: list[Remedy]) -> list[Codes]:
    """Near disciplines as one remedy, naming all that help most: which are near is for a person to say."""
    most = max((remedy.students for remedy in remedies), default=0)
    others = [remedy.other for remedy in remedies if remedy.students == most]
    return [{"kind": "near", "discipline": discipline, "students": most, "others": others}] if others else []


def _gain_of_wider_groups(problem: Problem, discipline: str, sizes: Sizes) -> int:
    """How many more are matched when every mentor of the discipline takes one more; 0 at the hard maximum."""
    if sizes.most >= sizes.hardest:
        return 0
    root = linked_disciplines(problem.rules.near)

    def inside(person: Mentee | Mentor) -> bool:
        return root.get(person.discipline, person.discipline) == root.get(discipline, discipline)

    mentees = tuple(filter(inside, problem.mentees))
    mentors = tuple(filter(inside, problem.mentors))
    wider = tuple(
        replace(m, capacity=m.capacity + 1) if m.discipline == discipline and m.capacity is not None else m
        for m in mentors
    )
    part = replace(problem, mentees=mentees, mentors=mentors)
    return most_matched(replace(part, mentors=wider)) - most_matched(part)
