"""Tutor groups: one mentor each, everyone follows, clashes few and named."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, product
from random import Random

import pytest

from mentoring.matching.engine import BrokenLock, Problem, ProblemError, Rules, Wish, match_groups
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem


def _grouped(seed: int, groups: str = "xyz") -> Problem:
    one = drawn(seed, mentees=9, mentors=4)
    random = Random(seed)
    students = tuple(replace(m, group=random.choice(groups), locked_to=None) for m in one.mentees)
    return replace(one, mentees=students)


def _cost(one: Problem, group: str, guide) -> tuple[int, ...] | None:
    """What a mentor means for a group, read person by person; None if never."""
    members = [m for m in one.mentees if m.group == group]
    broken = [oracle.obstacles(one, m, guide) for m in members]
    if any("other-rule" in rules for rules in broken) or all("discipline" in rules for rules in broken):
        return None
    plain = replace(one, rules=replace(one.rules, shortage="lottery"))
    parts = [oracle.pair_cost(plain, m, guide, 0) for m in members]
    near = sum(
        m.discipline != guide.discipline and "discipline" not in rules for m, rules in zip(members, broken, strict=True)
    )
    shares = [sum(part[5 + k] for part in parts) for k in range(6)]
    return (0, 0, 0, sum(map(bool, broken)), near, *shares, sum(part[-1] for part in parts))


def _best(one: Problem) -> tuple[int, ...]:
    """The vector of the best way to give mentors to groups, by trying every one."""
    groups = sorted({m.group for m in one.mentees})
    seats, turns = one.rules.group_mentors, one.rules.mentor_groups
    costs = {(group, guide.key): _cost(one, group, guide) for group in groups for guide in one.mentors}
    teams = [team for size in range(seats + 1) for team in combinations([m.key for m in one.mentors], size)]
    found = []
    for chosen in product(teams, repeat=len(groups)):
        taken = Counter(key for team in chosen for key in team)
        given = [costs[group, key] for group, team in zip(groups, chosen, strict=True) for key in team]
        if None in given or max(taken.values(), default=0) > turns:
            continue
        none = sum(not team for team in chosen)
        alone = sum(0 < len(team) < seats for team in chosen)
        rest = [sum(cost[k] for cost in given) for k in range(3, 12)]
        found.append((none, alone, sum(n > 1 for n in taken.values()), *rest))
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


def test_two_mentors_to_a_group_match_enumeration() -> None:
    shared = 0
    for seed in range(60):
        one = _grouped(seed, "xy")
        one = replace(one, rules=replace(one.rules, group_mentors=2))
        found = match_groups(one)
        assert found.vector == _best(one), seed
        taken = [*found.mentors.values(), *found.second.values()]
        assert len(set(taken)) == len(taken)
        for group, second in found.second.items():
            own = Counter(found.pairs[m.key] for m in one.mentees if m.group == group)
            assert set(own) <= {found.mentors[group], second}
            assert max(own.values()) <= (sum(own.values()) + 1) // 2
            shared += 1
        for student, other in found.second_mentors.items():
            group = one.mentee(student).group
            assert {found.pairs[student], other} == {found.mentors[group], found.second[group]}
    assert shared > 10


def test_mentor_with_two_groups_only_where_mentors_are_short() -> None:
    doubled = 0
    for seed in range(60):
        one = _grouped(seed)
        one = replace(one, rules=replace(one.rules, mentor_groups=2))
        found = match_groups(one)
        assert found.vector == _best(one), seed
        doubled += found.vector[2]
    assert doubled > 10
    spare = [mentee("a", group="g"), mentee("b", group="h")]
    found = match_groups(problem(spare, [mentor("m"), mentor("n")], Rules(mentor_groups=2)))
    assert set(found.mentors.values()) == {"m", "n"}


def test_half_of_the_members_who_wish_so_have_the_mentor_they_wished_for() -> None:
    keen = [mentee(key, group="g", wishes=(Wish("gender", "woman"),)) for key in "ab"]
    others = [mentee(key, group="g") for key in "cd"]
    guides = [mentor("her", attributes={"gender": "woman"}), mentor("him", attributes={"gender": "man"})]
    found = match_groups(problem([*keen, *others], guides, Rules(group_mentors=2)))
    assert found.pairs == {"a": "her", "b": "her", "c": "him", "d": "him"}
    locked = [replace(m, locked_to="him") if m.key == "a" else m for m in keen]
    assert match_groups(problem([*locked, *others], guides, Rules(group_mentors=2))).pairs["a"] == "him"


def test_two_and_two_at_once_is_refused() -> None:
    with pytest.raises(ProblemError):
        match_groups(problem([mentee("a", group="g")], [mentor("m")], Rules(group_mentors=2, mentor_groups=2)))


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
