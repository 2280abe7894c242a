"""The engine against full enumeration; MATCHING_ENUMERATE=20000 tries that many problems."""

import os

import pytest

from mentoring.matching.engine import solve, vector_of, violations
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn

PROBLEMS = int(os.environ.get("MATCHING_ENUMERATE", "3000"))
BATCHES = 12


@pytest.mark.parametrize("batch", range(BATCHES))
def test_solve_tiny_problem_matches_enumeration(batch: int) -> None:
    for seed in range(batch, PROBLEMS, BATCHES):
        problem = drawn(seed)
        found = solve(problem)
        assert found.vector == oracle.judge(problem, found.pairs), seed
        assert found.vector == oracle.best(problem), seed
        assert found.proven, seed
        assert found.bounds == found.vector, seed
        assert vector_of(problem, found.pairs) == found.vector, seed
        assert violations(problem, found.pairs) == [], seed


def test_drawn_problems_bind_the_rules_they_are_meant_to_test() -> None:
    seen = {"undersized": 0, "unmatched": 0, "locked": 0, "near": 0, "ignored": 0}
    for seed in range(200):
        problem = drawn(seed)
        found = solve(problem)
        seen["locked"] += any(m.locked_to for m in problem.mentees)
        for level in seen.keys() - {"locked"}:
            seen[level] += found.level(level) > 0
    assert min(seen.values()) >= 10, seen
