"""Each method of the engine on its own, where the usual path would hide it."""

import numpy as np
import pytest

from mentoring.matching.engine import Rules, gap, lagrange, levels, programme, solve, solver, thin_groups
from mentoring.matching.engine.components import split
from mentoring.matching.engine.exchange import Exchange, Table
from mentoring.matching.engine.group_states import CLOSED, FREE
from mentoring.matching.engine.root import Costs, Places, Settled, dense_arcs, prices_of, solve_root, solve_stage
from mentoring.matching.engine.tables import build
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem

POLICY = levels.Policy(wishes_first=True, spread=True)


def test_integer_programme_alone_matches_enumeration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without branch and bound every undersized group goes to the programme."""
    monkeypatch.setattr(solver, "NODE_LIMIT", 0)
    monkeypatch.setattr(thin_groups.Search, "dive", lambda self, node: None)
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


def test_changed_flow_costs_what_solving_again_costs() -> None:
    """Closing and freeing groups one after the other, mended by shortest paths, against a new assignment."""
    changed = 0
    for seed in range(40):
        for component in split(build(drawn(seed, mentees=14, mentors=6))):
            found = solve_root(component, POLICY)
            flow = found.flow.copy()
            costs = Costs.of(component, POLICY, found.packing)
            for j in (*range(len(component.mentors)), 0):
                state = FREE if flow.ladder.states[j] == CLOSED else CLOSED
                assert flow.change(j, state)
                columns, _, _ = solve_stage(costs, Places.of(flow.ladder, found.packing))
                assert _cost(costs, flow.columns, flow) == _cost(costs, columns, flow)
                _hold(costs, flow)
                changed += 1
    assert changed > 100


def _cost(costs: Costs, columns: np.ndarray, flow: Exchange) -> int:
    assert costs.table is not None
    load = np.bincount(columns, minlength=costs.table.shape[1])
    charges = sum(flow.ladder.charge(j, k)[1] for j, n in enumerate(load) for k in range(1, n + 1))
    return int(costs.table[np.arange(len(columns)), columns].sum()) + charges


def _hold(costs: Costs, flow: Exchange) -> None:
    """Prices that prove the flow cheapest, and arcs that are those of its pairs."""
    assert costs.table is not None
    reduced = costs.table + flow.price
    assert (reduced[np.arange(len(reduced)), flow.columns] == reduced.min(axis=1)).all()
    assert (flow.closing <= flow.price).all()
    assert (flow.price <= flow.opening).all()
    assert (flow.arcs == Table(costs.table).arcs(flow.columns, flow.own)).all()


def test_prices_describe_every_optimum_of_a_stage() -> None:
    """One level a stage, each on the face of those above, gives the vector of all levels in one cost."""
    for seed in range(60):
        for component in split(build(drawn(seed, mentees=14, mentors=6))):
            whole = solve_root(component, POLICY)
            ranges = levels.cycle_ranges(component, POLICY)
            stages: tuple[Settled, ...] = ()
            for packing in levels.pack(ranges, 1):
                costs = Costs.of(component, POLICY, packing, stages)
                places = Places.of(whole.flow.ladder, packing, stages)
                columns, price, _ = solve_stage(costs, places)
                stages = (*stages, Settled(packing, price))
            one = Costs.of(component, POLICY, whole.packing)
            assert _cost(one, columns, whole.flow) == _cost(one, whole.flow.columns, whole.flow)
            assert one.table is not None
            charges = whole.flow.ladder.charges(np.bincount(columns, minlength=one.table.shape[1]))
            prices_of(*dense_arcs(one.table, columns), *charges)


def _thin_face(seed: int) -> tuple[gap.Gap, gap.Face] | None:
    for component in split(build(drawn(seed, mentees=12, mentors=5))):
        search = thin_groups.Search(solve_root(component, POLICY), lambda: None)
        part = search.run(2000, level=13, quick=False)
        if len(search.thin(search.root)) and part.proven and part.vector[:11] == search.root.bound[:11]:
            closing = gap.Gap(search, part)
            return closing, closing.face(closing.settled(gap.AFFINITY))
    return None


def test_group_prices_bound_the_best_affinity_and_keep_its_pairs() -> None:
    tried = 0
    for seed in range(400):
        found = _thin_face(seed)
        if found is None:
            continue
        closing, face = found
        groups, start = closing.groups(face), closing.flow_prices(face)
        best = closing.vector[gap.AFFINITY]
        prices = lagrange.improve(groups, start, best, lambda: None)
        bound = lagrange.bound(groups, prices)
        assert lagrange.bound(groups, start).value <= bound.value <= best * lagrange.SCALE
        columns = closing.search.best.columns
        matched = np.flatnonzero(columns < len(closing.component.mentors))
        assert (bound.pairs[columns[matched], matched] <= best * lagrange.SCALE).all()
        tried += 1
    assert tried > 20


def test_forty_mentees_and_twenty_mentors_are_spread_in_whole_groups() -> None:
    whole = problem([mentee(f"s{i}") for i in range(40)], [mentor(f"m{j}") for j in range(20)], Rules())
    found = solve(whole)
    assert found.proven
    assert found.level("balance") == 12 * 9 + 16
    assert found.level("undersized") == 0


def test_programme_without_any_pair_has_no_solution() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    one = np.ones(1, dtype=np.int64)
    empty = programme.Programme(nothing, nothing, one, 0, nothing, nothing, one == 0, one, True, ())
    assert programme.minimise(empty, nothing, nothing, whole_pairs=False) == programme.Answer(None, None, None)
