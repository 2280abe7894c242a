"""An independent check of pairs against every hard rule, one pair at a time.

Written apart from the arrays of components.py: tests hold one against the other, and the product
asks it before a pair made by hand is accepted. Causes that would reveal something about another
person (a mentor's exception, a block) are the one neutral code "other-rule".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from mentoring.matching.engine.problem import Mentee, Mentor, Problem, Rules, groups_of, places
from mentoring.matching.engine.several_groups import undersized_groups

OTHER_RULE = "other-rule"


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken hard rule. rule: a code of `broken_rules`, or "capacity", "lock", "unknown"."""

    rule: str
    mentor_key: str
    mentee_key: str | None = None


def broken_rules(rules: Rules, mentee: Mentee, mentor: Mentor) -> tuple[str, ...]:
    """Codes of the hard rules that this pair would break, sorted; empty if it may be made.

    Codes: "discipline", "campus", "mode", "must:<attribute>", "other-rule". In tutor-group mode a
    student follows their group, so only what belongs to another person forbids a pair (R30).
    """
    clashing = clashing_rules(rules, mentee, mentor)
    if rules.unit == "tutor-group":
        return tuple(rule for rule in clashing if rule == OTHER_RULE)
    return clashing


def clashing_rules(rules: Rules, mentee: Mentee, mentor: Mentor) -> tuple[str, ...]:
    """Codes of the rules of matching that the two do not fit, whether or not the mode makes them hard."""
    broken = set()
    if mentee.discipline != mentor.discipline and (mentee.discipline, mentor.discipline) not in rules.near:
        broken.add("discipline")
    if rules.campus_hard and mentee.campus != mentor.campus:
        broken.add("campus")
    if rules.mode_hard and mentee.mode != mentor.mode:
        broken.add("mode")
    for wish in mentee.wishes:
        if wish.must and mentor.attributes.get(wish.attribute) != wish.value:
            broken.add(f"must:{wish.attribute}")
    if mentor.key in mentee.blocked or _excepted(mentee, mentor):
        broken.add(OTHER_RULE)
    return tuple(sorted(broken))


def violations(problem: Problem, pairs: Mapping[str, str]) -> list[Violation]:
    """Every hard rule that the pairs break, in order of mentee, then of mentor for places.

    pairs: mentee key -> mentor key. A pair with an unknown key is "unknown"; a lock that is not
    kept is "lock" (only where the mentee is paired otherwise).
    """
    mentees = {mentee.key: mentee for mentee in problem.mentees}
    mentors = {mentor.key: mentor for mentor in problem.mentors}
    found = []
    for mentee_key in sorted(pairs):
        mentor_key = pairs[mentee_key]
        if mentee_key not in mentees or mentor_key not in mentors:
            found.append(Violation("unknown", mentor_key, mentee_key))
            continue
        mentee = mentees[mentee_key]
        found += [
            Violation(rule, mentor_key, mentee_key) for rule in broken_rules(problem.rules, mentee, mentors[mentor_key])
        ]
        if mentee.locked_to not in (None, mentor_key):
            found.append(Violation("lock", mentor_key, mentee_key))
    return found + _overfull(problem, pairs)


def undersized(problem: Problem, pairs: Mapping[str, str]) -> list[str]:
    """Keys of mentors who have a group that is in use but below its minimum, sorted."""
    load = Counter(pairs.values())
    return sorted(m.key for m in problem.mentors if undersized_groups(load[m.key], groups_of(m, problem.rules)))


def _overfull(problem: Problem, pairs: Mapping[str, str]) -> list[Violation]:
    load = Counter(pairs.values())
    over = [mentor for mentor in problem.mentors if load[mentor.key] > places(mentor, problem.rules)]
    return [Violation("capacity", mentor.key) for mentor in sorted(over, key=lambda m: m.key)]


def _excepted(mentee: Mentee, mentor: Mentor) -> bool:
    """Whether the mentor asked not to be matched across an attribute, and this would be (R34)."""
    for attribute in mentor.exceptions:
        own = mentor.attributes.get(attribute)
        if not own or mentee.attributes.get(attribute) != own:
            return True
    return False
