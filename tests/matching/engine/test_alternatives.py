"""What an alternative costs the others: exact, counted apart, and silent about everybody."""

from collections import Counter
from dataclasses import replace

import pytest

from mentoring.matching.engine import Problem, Rules, Wish, cost_of_alternative, solve, violations
from mentoring.matching.engine.outcome import LEVELS
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem

WOMAN = {"gender": "woman"}


def _forced(one: Problem, pairs: dict[str, str], student: str, guide: str) -> Problem:
    """The same problem with the pair given and everybody else rather staying."""
    people = [
        replace(m, current=None, locked_to=guide) if m.key == student else replace(m, current=pairs.get(m.key))
        for m in one.mentees
    ]
    return replace(one, mentees=tuple(people))


def test_cost_is_that_of_the_best_answer_with_the_pair_given() -> None:
    checked = Counter()
    for seed in range(240):
        one = drawn(seed)
        now = dict(solve(one).pairs)
        for person in one.mentees[:2]:
            for guide in one.mentors:
                cost = cost_of_alternative(one, now, person.key, guide.key)
                room = oracle.limits(one, guide)[1] - sum(
                    m.locked_to == guide.key and m.key != person.key for m in one.mentees
                )
                barred = oracle.obstacles(one, person, guide) or room < 1
                assert cost.possible == (not barred and person.locked_to in (None, guide.key)), seed
                if not cost.possible:
                    continue
                forced = _forced(one, now, person.key, guide.key)
                after = {k: v for k, v in {**now, **cost.changes, person.key: guide.key}.items() if v is not None}
                assert violations(forced, after) == []
                assert oracle.judge(forced, after) == oracle.best(forced), seed
                _hold_counts(one, now, after, person.key, cost)
                checked["moved" if cost.moved else "lost" if cost.lost else "free"] += 1
    assert min(checked[kind] for kind in ("moved", "lost", "free")) > 12, checked


def _hold_counts(one: Problem, now: dict[str, str], after: dict[str, str], student: str, cost) -> None:
    others = [m.key for m in one.mentees if m.key != student]
    assert cost.moved == sum(k in now and k in after and now[k] != after[k] for k in others)
    assert cost.lost == sum(k in now and k not in after for k in others)
    assert cost.gained == sum(k not in now and k in after for k in others)
    plain = replace(one, mentees=tuple(replace(m, current=None, locked_to=None) for m in one.mentees))
    guides = {m.key: m for m in one.mentors}
    ranks = [
        [
            oracle.pair_cost(plain, m, guides.get(pairs.get(m.key, "")), 0)[:11]
            for m in plain.mentees
            if m.key != student
        ]
        for pairs in (now, after)
    ]
    assert cost.worse == sum(b > a for a, b in zip(*ranks, strict=True))
    assert cost.better == sum(b < a for a, b in zip(*ranks, strict=True))
    assert sum(cost.worse_to.values()) == cost.worse
    total = [oracle.judge(plain, pairs) for pairs in (now, after)]
    whole = [b - a for a, b in zip(*total, strict=True)]
    whole[LEVELS.index("lottery")] = 0
    assert [a + b for a, b in zip(cost.own, cost.others, strict=True)] == whole


def test_free_place_costs_nobody_anything() -> None:
    one = problem([mentee(f"s{i}") for i in range(4)], [mentor("m"), mentor("n")], Rules(minimum=1))
    pairs = {"s0": "m", "s1": "m", "s2": "n", "s3": "n"}
    cost = cost_of_alternative(one, pairs, "s0", "n")
    assert cost.is_free
    assert (cost.moved, cost.lost, cost.worse, cost.changes) == (0, 0, 0, {})


def test_leaving_a_group_of_three_makes_it_too_small() -> None:
    one = problem([mentee(f"s{i}") for i in range(6)], [mentor("m"), mentor("n")])
    pairs = {f"s{i}": "mn"[i % 2] for i in range(6)}
    cost = cost_of_alternative(one, pairs, "s0", "n")
    assert not cost.is_free
    assert cost.others[LEVELS.index("undersized")] == 1


def test_somebody_must_give_way_in_a_full_group() -> None:
    keen = mentee("b", wishes=(Wish("gender", "woman"),))
    guides = [mentor("her", attributes=WOMAN, capacity=1), mentor("him", capacity=1)]
    one = problem([mentee("a"), keen], guides, Rules(minimum=1))
    cost = cost_of_alternative(one, {"a": "him", "b": "her"}, "a", "her")
    assert (cost.moved, cost.lost, cost.worse, cost.worse_to) == (1, 0, 1, {"ignored": 1})
    assert cost.changes == {"b": "him"}


@pytest.mark.parametrize(
    ("student", "guide", "codes"),
    [
        ({"blocked": frozenset("m")}, {}, ("other-rule",)),
        ({"discipline": "art"}, {}, ("discipline",)),
        ({}, {"capacity": 0}, ("capacity",)),
    ],
)
def test_pair_that_may_not_be_made_says_which_rule(student, guide, codes) -> None:
    one = problem([mentee("s", **student)], [mentor("m", **guide), mentor("n")])
    cost = cost_of_alternative(one, {"s": "n"}, "s", "m")
    assert (cost.broken, cost.possible, cost.is_free) == (codes, False, False)


def test_group_made_larger_by_hand_need_not_shrink() -> None:
    one = problem([mentee(f"s{i}") for i in range(4)], [mentor("m", capacity=2), mentor("n")], Rules(minimum=1))
    cost = cost_of_alternative(one, {"s0": "m", "s1": "m", "s2": "m", "s3": "n"}, "s0", "n")
    assert cost.is_free
