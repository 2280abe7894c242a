"""Tutor groups: one mentor each, everyone follows, clashes few and named."""

from dataclasses import replace
from itertools import permutations
from random import Random

import pytest

from mentoring.matching.engine import BrokenLock, Problem, ProblemError, Rules, Wish, match_groups
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem


def _grouped(seed: int) -> Problem:
    one = drawn(seed, mentees=9, mentors=4)
    random = Random(seed)
    students = tuple(replace(m, group=random.choice("xyz"), locked_to=None) for m in one.mentees)
    return replace(one, mentees=students)


def _cost(one: Problem, group: str, guide) -> tuple[int, ...] | None:
    """What a mentor means for a group, read person by person; None if never."""
    members = [m for m in one.mentees if m.group == group]
    if guide is None:
        return (1, 0, 0, *[0] * 6, 0)
    broken = [oracle.obstacles(one, m, guide) for m in members]
    if any("other-rule" in rules for rules in broken) or all("discipline" in rules for rules in broken):
        return None
    plain = replace(one, rules=replace(one.rules, shortage="lottery"))
    parts = [oracle.pair_cost(plain, m, guide, 0) for m in members]
    near = sum(
        m.discipline != guide.discipline and "discipline" not in rules for m, rules in zip(members, broken, strict=True)
    )
    shares = [sum(part[5 + k] for part in parts) for k in range(6)]
    return (0, sum(map(bool, broken)), near, *shares, sum(part[-1] for part in parts))


def _best(one: Problem) -> tuple[int, ...]:
    groups = sorted({m.group for m in one.mentees})
    found = []
    for chosen in permutations([*one.mentors, *[None] * len(groups)], len(groups)):
        costs = [_cost(one, group, guide) for group, guide in zip(groups, chosen, strict=True)]
        if None not in costs:
            found.append(tuple(map(sum, zip(*costs, strict=True))))
    return min(found)


def test_groups_match_enumeration() -> None:
    for seed in range(60):
        one = _grouped(seed)
        found = match_groups(one)
        assert found.vector == _best(one), seed
        assert len(set(found.mentors.values())) == len(found.mentors)
        assert all(found.pairs.get(m.key) == found.mentors.get(m.group) for m in one.mentees)
        shuffled = replace(one, mentees=one.mentees[::-1], mentors=one.mentors[::-1])
        assert match_groups(shuffled) == found


def test_member_whose_wish_the_group_mentor_cannot_meet_is_named() -> None:
    strict = mentee("b", group="g", wishes=(Wish("gender", "woman", must=True),))
    found = match_groups(problem([mentee("a", group="g"), strict], [mentor("m")]))
    assert found.pairs == {"a": "m", "b": "m"}
    assert [(c.mentee_key, c.rule) for c in found.clashes] == [("b", "must:gender")]


def test_blocked_mentor_never_gets_the_group() -> None:
    students = [mentee("a", group="g"), mentee("b", group="g", blocked=frozenset({"m"}))]
    found = match_groups(problem(students, [mentor("m")]))
    assert (found.mentors, found.unmatched) == ({}, ("g",))


def test_lock_of_one_member_holds_for_the_group() -> None:
    students = [mentee("a", group="g", locked_to="n"), mentee("b", group="g"), mentee("c", group="h")]
    found = match_groups(problem(students, [mentor("m"), mentor("n")], Rules(), seed=4))
    assert found.mentors == {"g": "n", "h": "m"}


def test_contradictory_or_impossible_input_is_refused() -> None:
    guides = [mentor("m"), mentor("n")]
    apart = [mentee("a", group="g", locked_to="m"), mentee("b", group="g", locked_to="n")]
    shared = [mentee("a", group="g", locked_to="m"), mentee("b", group="h", locked_to="m")]
    for students in (apart, shared, [mentee("a")]):
        with pytest.raises(ProblemError):
            match_groups(problem(students, guides))
    with pytest.raises(BrokenLock):
        match_groups(problem([mentee("a", group="g", locked_to="m", blocked=frozenset("m"))], guides))
