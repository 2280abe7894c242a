"""The bounding flow in all the ways it can be solved: one table, a few pairs at a time, level by level."""

from dataclasses import replace

import numpy as np
import pytest

from mentoring.matching.engine import Rules, components, levels, root, solve, verify_certificate
from mentoring.matching.engine.components import split
from mentoring.matching.engine.tables import build
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem

POLICY = levels.Policy(wishes_first=True, spread=True)


def test_pricing_pairs_gives_the_answer_of_the_whole_table(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [drawn(seed, mentees=16, mentors=7) for seed in range(60)]
    whole = [solve(one) for one in problems]
    monkeypatch.setattr(root, "DENSE", 0)
    monkeypatch.setattr(root, "PROMISING", 1)
    assert [solve(one).vector for one in problems] == [found.vector for found in whole]


def test_component_without_a_table_is_solved_in_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no group can be undersized the answer in bands is the answer, tie-break left aside."""
    problems = [replace(one, rules=replace(one.rules, minimum=0)) for one in map(drawn, range(120))]
    problems = [replace(one, mentors=tuple(replace(m, minimum=0) for m in one.mentors)) for one in problems]
    whole = [solve(one) for one in problems]
    monkeypatch.setattr(components, "TABLE", 0)
    monkeypatch.setattr(components, "BAND", 5)
    monkeypatch.setattr(root, "PROMISING", 1)
    for one, known in zip(problems, whole, strict=True):
        found = solve(one)
        assert found.vector == known.vector
        assert found.proven
        assert verify_certificate(one, found)


def test_bands_never_break_a_rule_or_claim_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "TABLE", 0)
    for seed in range(120):
        one = drawn(seed)
        found = solve(one)
        best = oracle.best(one)
        assert found.bounds <= best <= found.vector == oracle.judge(one, found.pairs), seed


@pytest.mark.parametrize("wide", [2**55, 1])
def test_weights_beyond_the_exact_range_take_one_stage_a_level(monkeypatch: pytest.MonkeyPatch, wide: int) -> None:
    """wide = 1: not even int64 holds all levels, so what lies below the first is settled afterwards."""
    problems = [drawn(seed) for seed in range(150)]
    monkeypatch.setattr(root, "EXACT", 1)
    monkeypatch.setattr(root, "WIDE", wide)
    for one in problems:
        found, best = solve(one), oracle.best(one)
        assert found.bounds <= best <= found.vector == oracle.judge(one, found.pairs)
        assert found.vector == best or (wide == 1 and not found.proven)
        assert verify_certificate(one, found)


def test_real_overflow_is_detected_and_solved_in_stages() -> None:
    left = [mentee(f"s{i}", affinities={"interests": frozenset({str(i % 5)})}) for i in range(12)]
    right = [mentor(f"m{j}", affinities={"interests": frozenset({str(j), str(j + 2)})}) for j in range(3)]
    huge = Rules(affinity_weights={"interests": 10**14})
    one, plain = problem(left, right, huge), problem(left, right, Rules(affinity_weights={"interests": 1}))
    (component,) = split(build(one))
    assert len(levels.pack(levels.cycle_ranges(component, levels.Policy(wishes_first=False, spread=True)))) > 1
    found, known = solve(one), solve(plain)
    assert found.level("affinity") == known.level("affinity") * 10**14
    assert found.proven
    assert verify_certificate(one, found)


def test_prices_of_a_worse_flow_do_not_exist() -> None:
    refuted = 0
    for seed in range(60):
        for component in split(build(drawn(seed, mentees=14, mentors=6))):
            found = root.solve_root(component, POLICY)
            costs = root.Costs.of(component, POLICY, found.packing)
            assert costs.table is not None
            for worse in _swaps(found.flow.columns, costs.table):
                refuted += 1
                with pytest.raises(root.NotOptimal):
                    root.prices_of(*root.dense_arcs(costs.table, worse), found.flow.opening, found.flow.closing)
    assert refuted > 100


def _swaps(columns: np.ndarray, cost: np.ndarray) -> list[np.ndarray]:
    """Assignments in which two people changed places and the cost rose."""
    people = np.arange(len(columns))
    worse = []
    for i in people:
        for k in people[:i]:
            other = columns.copy()
            other[[i, k]] = columns[[k, i]]
            if (cost[people, other] < root.NEVER).all() and cost[people, other].sum() > cost[people, columns].sum():
                worse.append(other)
    return worse


def test_one_component_of_two_thousand_identical_people() -> None:
    left = [mentee(f"s{i}") for i in range(2000)]
    right = [mentor(f"m{j}", capacity=4) for j in range(450)]
    found = solve(problem(left, right, Rules(), seed=3))
    assert len(found.unmatched) == 200
    assert found.level("undersized") == 0
    assert found.proven
