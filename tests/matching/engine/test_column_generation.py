"""Large components are solved over a few pairs at a time; the answer is that of the whole table."""

import pytest

from mentoring.matching.engine import Rules, column_generation, solve
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem


def test_pricing_pairs_gives_the_answer_of_the_whole_table(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [drawn(seed, mentees=16, mentors=7) for seed in range(80)]
    whole = [solve(one) for one in problems]
    monkeypatch.setattr(column_generation, "DENSE", 0)
    monkeypatch.setattr(column_generation, "PROMISING", 1)
    assert [solve(one).vector for one in problems] == [found.vector for found in whole]


def test_pricing_pairs_matches_enumeration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_generation, "DENSE", 0)
    monkeypatch.setattr(column_generation, "PROMISING", 2)
    for seed in range(150):
        one = drawn(seed)
        found = solve(one)
        assert found.vector == oracle.judge(one, found.pairs) == oracle.best(one), seed
        assert found.proven, seed


def test_one_component_of_two_thousand_identical_people() -> None:
    left = [mentee(f"s{i}") for i in range(2000)]
    right = [mentor(f"m{j}", capacity=4) for j in range(450)]
    found = solve(problem(left, right, Rules(), seed=3))
    assert len(found.unmatched) == 200
    assert found.level("undersized") == 0
    assert found.proven
