"""The independent checker of hard rules, held against a third reading of them."""

import numpy as np

from mentoring.matching.engine import Rules, violations
from mentoring.matching.engine.checker import broken_rules
from mentoring.matching.engine.components import allowed_pairs
from mentoring.matching.engine.tables import build
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem


def test_broken_rules_agree_with_the_oracle_and_with_the_arrays() -> None:
    for seed in range(150):
        one = drawn(seed)
        tables = build(one)
        for i, student in enumerate(tables.mentees):
            for j, guide in enumerate(tables.mentors):
                broken = broken_rules(one.rules, student, guide)
                assert set(broken) == oracle.obstacles(one, student, guide)
                same_block = tables.block[0][i] == tables.block[1][j]
                pair = allowed_pairs(tables, np.array([i]), np.array([j]))[0][0, 0]
                assert (not broken) == bool(same_block and pair)


def test_violations_name_pair_places_lock_and_unknown_people() -> None:
    left = [mentee("a", discipline="art"), mentee("b", locked_to="n"), mentee("c")]
    right = [mentor("m", capacity=1), mentor("n")]
    found = violations(problem(left, right, Rules()), {"a": "m", "b": "m", "c": "ghost"})
    assert [(v.rule, v.mentee_key, v.mentor_key) for v in found] == [
        ("discipline", "a", "m"),
        ("lock", "b", "m"),
        ("unknown", "c", "ghost"),
        ("capacity", None, "m"),
    ]
