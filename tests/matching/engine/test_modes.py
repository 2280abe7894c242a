"""One engine, several ways to run a scheme, each against full enumeration of tiny problems."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from mentoring.matching.engine import (
    LEVELS,
    Problem,
    ProblemError,
    Rules,
    Wish,
    explain_all_unmatched,
    solve,
    undersized,
    vector_of,
    violations,
)
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem

BALANCE = LEVELS.index("balance")


def _judged(one: Problem) -> None:
    found = solve(one)
    assert found.vector == oracle.judge(one, found.pairs) == oracle.best(one)
    assert found.vector == vector_of(one, found.pairs) == found.bounds
    assert found.proven
    assert violations(one, found.pairs) == []


def test_one_to_one() -> None:
    for seed in range(80):
        one = drawn(seed)
        rules = replace(one.rules, minimum=1, maximum=1)
        free = tuple(replace(m, locked_to=None) for m in one.mentees)
        _judged(replace(one, rules=rules, mentees=free))
        assert max(Counter(solve(replace(one, rules=rules, mentees=free)).pairs.values()).values(), default=1) == 1


def _with_two_groups(seed: int) -> Problem:
    """Some mentors offer a second group; nobody is locked, so every way to part people is open."""
    one, random = drawn(seed, mentees=7, mentors=3), Random(seed)
    guides = [
        replace(m, further_groups=((random.choice([1, 2, 3]), random.choice([1, 2, 3])),))
        if random.random() < 0.6
        else m
        for m in one.mentors
    ]
    free = tuple(replace(m, locked_to=None, current=None) for m in one.mentees)
    return replace(one, mentees=free, mentors=tuple(guides))


def test_mentor_with_two_groups() -> None:
    used = 0
    for seed in range(120):
        one = _with_two_groups(seed)
        _judged(one)
        load = Counter(solve(one).pairs.values())
        first = {m.key: oracle.limits(one, replace(m, further_groups=()))[1] for m in one.mentors}
        used += any(load[key] > most for key, most in first.items())
    assert used > 20


def test_two_groups_of_three_to_five_each_keep_their_own_minimum() -> None:
    guides = [mentor("m", capacity=5, further_groups=((5, 3),))]
    for count, left in ((4, 0), (6, 0), (8, 0), (10, 0), (11, 1)):
        one = problem([mentee(f"s{i:02}") for i in range(count)], guides)
        found = solve(one)
        assert len(found.unmatched) == left
        assert undersized(one, found.pairs) == []
    assert undersized(one, {"s01": "m", "s02": "m"}) == ["m"]


def test_kept_group_of_a_mentor_with_two_stays_and_says_that_it_is_not_proven() -> None:
    guides = [mentor("m", further_groups=((5, 3),)), mentor("n")]
    kept = [mentee(f"k{i}", locked_to="m") for i in range(4)]
    one = problem([*kept, *[mentee(f"s{i}", blocked=frozenset({"n"})) for i in range(3)]], guides)
    found = solve(one)
    assert set(found.pairs.values()) == {"m"}
    assert not found.proven
    assert found.vector == vector_of(one, found.pairs)
    barred = replace(one, mentees=tuple(replace(m, blocked=frozenset({"m"}), locked_to=None) for m in one.mentees))
    assert set(solve(barred).pairs.values()) == {"n"}


def _fewest_used(one: Problem) -> int:
    """Mentors used, and twice the people beyond the target, of the best way to fill groups, by trying every one."""
    target = one.rules.target or 0
    lots = oracle.lots(one.mentees, one.seed).tolist()
    choices = []
    for person, lot in zip(one.mentees, lots, strict=True):
        able = [m for m in one.mentors if not oracle.obstacles(one, person, m)]
        able = [m for m in able if person.locked_to in (None, m.key)]
        options = [(m.key, oracle.pair_cost(one, person, m, lot)) for m in able]
        choices.append(options if person.locked_to else [*options, ("", oracle.pair_cost(one, person, None, lot))])
    room = {m.key: oracle.limits(one, m)[1] for m in one.mentors}
    found = []
    for cost, load in oracle._all(choices, room, (0,) * len(LEVELS)):
        whole = oracle.add(cost, oracle.group_cost(one, load))
        used = sum(n > 0 for n in load.values())
        found.append((whole[:BALANCE], used + 2 * sum(max(0, n - target) for n in load.values())))
    return min(found)[1]


def _roomy(one: Problem) -> Problem:
    """The same people with more mentors than they need."""
    mentors = tuple(replace(m, discipline="law", minimum=1, capacity=3, exceptions=frozenset()) for m in one.mentors)
    mentees = tuple(replace(m, discipline="law", blocked=m.blocked, wishes=m.wishes[:1]) for m in one.mentees)
    return replace(one, mentors=mentors, mentees=mentees)


def test_groups_are_filled_to_the_target_and_the_rest_are_reserves() -> None:
    reserves = 0
    for seed in range(100):
        one = drawn(seed, mentees=6, mentors=4)
        one = _roomy(one) if seed % 2 else one
        free = tuple(replace(m, current=None, locked_to=None) for m in one.mentees)
        one = replace(one, mentees=free, rules=replace(one.rules, target=Random(seed).choice([2, 3, 4])))
        spread = solve(replace(one, rules=replace(one.rules, target=None)))
        found = solve(one)
        assert found.vector[:BALANCE] == spread.vector[:BALANCE], seed
        assert found.vector == oracle.judge(one, found.pairs), seed
        load = Counter(found.pairs.values())
        beyond = sum(max(0, n - (one.rules.target or 0)) for n in load.values())
        assert len(load) + 2 * beyond == _fewest_used(one), seed
        idle = {m.key for m in one.mentors if not load[m.key] and oracle.limits(one, m)[1]}
        assert set(found.reserves) == idle
        reserves += len(found.reserves) > len(spread.reserves)
    assert reserves >= 10


def test_spread_uses_every_mentor_and_target_names_reserves() -> None:
    left = [mentee(f"s{i:02}") for i in range(12)]
    right = [mentor(f"m{j}") for j in range(4)]
    spread = solve(problem(left, right))
    filled = solve(problem(left, right, Rules(target=4)))
    assert (sorted(Counter(spread.pairs.values()).values()), spread.reserves) == ([3, 3, 3, 3], ())
    assert sorted(Counter(filled.pairs.values()).values()) == [4, 4, 4]
    assert len(filled.reserves) == 1


def test_tutor_groups_answer_like_any_other_mode() -> None:
    students = [mentee(f"s{i}", group="xy"[i % 2]) for i in range(8)]
    one = problem(
        [*students, mentee("alone")], [mentor("m"), mentor("n"), mentor("o")], Rules(unit="tutor-group", minimum=1)
    )
    found = solve(one)
    assert found.unmatched == ("alone",)
    assert {found.pairs[f"s{i}"] for i in (0, 2, 4, 6)} != {found.pairs[f"s{i}"] for i in (1, 3, 5, 7)}
    assert len(set(found.pairs.values())) == 2
    assert len(found.reserves) == 1
    assert found.vector == vector_of(one, found.pairs)
    shared = solve(replace(one, rules=replace(one.rules, group_mentors=2)))
    assert len(shared.second_mentors) == 4
    assert shared.reserves == ()


def test_student_follows_the_group_and_is_told_why_where_there_is_no_mentor() -> None:
    rules = Rules(unit="tutor-group", minimum=1, maximum=20)
    keen = mentee("b", group="x", discipline="art", wishes=(Wish("gender", "woman", must=True),))
    left = [mentee("a", group="x"), keen, mentee("c", group="y"), mentee("d")]
    one = problem(left, [mentor("m")], rules)
    pairs = {"a": "m", "b": "m"}
    assert violations(one, pairs) == []
    assert violations(replace(one, rules=replace(rules, unit="student")), pairs) != []
    barred = replace(keen, blocked=frozenset({"m"}))
    assert [v.rule for v in violations(problem([left[0], barred], [mentor("m")], rules), pairs)] == ["other-rule"]
    reasons = explain_all_unmatched(one, pairs)
    assert {key: reason.kind for key, reason in reasons.items()} == {"c": "group", "d": "no-group"}
    assert (reasons["c"].students, reasons["c"].places) == (2, 1)


def test_soft_campus_and_mode_prefer_and_never_forbid() -> None:
    rules = Rules(minimum=1, affinity_weights={"campus": 4, "mode": 4})
    here, there = ({"campus": frozenset({name})} for name in ("north", "south"))
    left = [mentee("a", campus="north", affinities=here), mentee("b", campus="south", affinities=there)]
    right = [
        mentor("n", campus="north", affinities=here, capacity=1),
        mentor("s", campus="south", affinities=there, capacity=1),
    ]
    assert solve(problem(left, right, rules)).pairs == {"a": "n", "b": "s"}
    assert solve(problem(left[:1], right[1:], rules)).pairs == {"a": "s"}
    assert solve(problem(left[:1], right[1:], replace(rules, campus_hard=True))).pairs == {}


@pytest.mark.parametrize("rules", [Rules(target=0), Rules(unit="class"), Rules(group_mentors=3)])
def test_rules_that_mean_nothing_are_refused(rules: Rules) -> None:
    with pytest.raises(ProblemError):
        solve(problem([mentee("a", group="g")], [mentor("m")], rules))
