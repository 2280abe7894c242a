"""Each method of the engine on its own, where the usual path would hide it."""

from functools import partial

import numpy as np
import pytest

from mentoring.matching.engine import Rules, balance_bound, flow, gap, group_states, levels, solve, solver, thin_groups
from mentoring.matching.engine.components import split
from mentoring.matching.engine.tables import build
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem

POLICY = levels.Policy(wishes_first=True, spread=True)


def test_integer_programme_alone_matches_enumeration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without branch and bound every undersized group goes to the programme."""
    monkeypatch.setattr(solver, "NODE_LIMIT", 0)
    calls = []
    improve = gap.Gap.improve
    monkeypatch.setattr(gap.Gap, "improve", lambda self, *a: calls.append(a) or improve(self, *a))
    for seed in range(250):
        one = drawn(seed)
        found = solve(one)
        assert found.vector == oracle.judge(one, found.pairs), seed
        assert found.vector == oracle.best(one), seed
        assert found.bounds == found.vector, seed
    assert len(calls) > 20


def test_one_stage_for_each_level_gives_the_same_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens when packed weights would leave the exact range of doubles."""
    problems = [drawn(seed, mentees=14, mentors=6) for seed in range(60)]
    packed = [solve(one) for one in problems]
    monkeypatch.setattr(thin_groups, "pack", partial(levels.pack, limit=1))
    monkeypatch.setattr(gap, "pack", partial(levels.pack, limit=1))
    assert [solve(one).vector for one in problems] == [found.vector for found in packed]


def test_prices_prove_the_flow_and_refute_a_worse_one() -> None:
    refuted = 0
    for seed in range(80):
        for component in split(build(drawn(seed, mentees=14, mentors=6))):
            allowed = flow.all_allowed(component)
            left_out = flow.unavoidable(component.allowed, component.capacity - component.base)
            states = np.zeros(len(component.mentors), dtype=np.int8)
            places = group_states.places_of(component, states, left_out)
            for stage in levels.pack(component, POLICY):
                columns = flow.solve_stage(stage.cost, allowed, places, stage)
                assert columns is not None
                found = flow.prices(columns, stage.cost, allowed, places, stage)
                assert flow.verify(found, columns, stage.cost, allowed, places, stage)
                for worse in _swaps(columns, allowed, stage):
                    refuted += 1
                    assert not flow.verify(found, worse, stage.cost, allowed, places, stage)
                    with pytest.raises(flow.NotOptimal):
                        flow.prices(worse, stage.cost, allowed, places, stage)
    assert refuted > 100


def _swaps(columns: np.ndarray, allowed: np.ndarray, stage: levels.Stage) -> list[np.ndarray]:
    """Assignments in which two people changed places and the cost rose."""
    people = np.arange(len(columns))
    cost = stage.cost[people, columns].sum()
    worse = []
    for i in people:
        for k in people[:i]:
            other = columns.copy()
            other[[i, k]] = columns[[k, i]]
            if allowed[people, other].all() and stage.cost[people, other].sum() > cost:
                worse.append(other)
    return worse


def test_least_balance_never_exceeds_the_truth_and_is_reached() -> None:
    for seed in range(80):
        for component in split(build(drawn(seed, mentees=10, mentors=4))):
            part = thin_groups.Search(component, POLICY, lambda: None).run(500)
            matched = len(component.mentees) - part.vector[0]
            thin, balance = part.vector[4], part.vector[11]
            assert balance_bound.least_balance(component, matched, thin) <= balance


def test_least_balance_of_forty_mentees_and_twenty_mentors_needs_whole_groups() -> None:
    whole = problem([mentee(f"s{i}") for i in range(40)], [mentor(f"m{j}") for j in range(20)], Rules())
    (component,) = split(build(whole))
    assert balance_bound.least_balance(component, 40, 0) == 12 * 9 + 16
    assert balance_bound.least_balance(component, 40, 1) == 13 * 9 + 1
    assert balance_bound.least_balance(component, 2, 0) == balance_bound.NONE
