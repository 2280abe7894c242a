"""A run's proof is checked from the people alone, and a false one is refused."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from mentoring.matching.engine import (
    Allocation,
    ComponentProof,
    Problem,
    StageProof,
    certificate_faults,
    solve,
    vector_of,
    verify_certificate,
)
from tests.matching.engine.examples import drawn

Change = Callable[[ComponentProof], ComponentProof]


@pytest.mark.parametrize("effort", ["full", "fast"])
def test_certificate_of_every_drawn_problem_holds(effort: str) -> None:
    for seed in range(150):
        one = drawn(seed, mentees=12, mentors=5)
        found = solve(one, effort=effort)
        assert certificate_faults(one, found) == [], seed


def test_certificate_survives_being_kept_as_json() -> None:
    for seed in range(30):
        found = solve(drawn(seed))
        kept = json.loads(json.dumps([proof.as_json() for proof in found.certificate]))
        assert tuple(map(ComponentProof.from_json, kept)) == found.certificate


def _solved() -> list[tuple[Problem, Allocation]]:
    return [(one, solve(one)) for one in (drawn(seed, mentees=12, mentors=5) for seed in range(60))]


def test_worse_pairs_are_refused() -> None:
    """Two mentees change places, and everything said about the vector is made to fit."""
    refused = 0
    for one, found in _solved():
        keys = sorted(found.pairs)
        for a, b in zip(keys, keys[1:], strict=False):
            pairs = {**found.pairs, a: found.pairs[b], b: found.pairs[a]}
            vector = vector_of(one, pairs)
            if vector > found.vector:
                lie = replace(found, pairs=pairs, vector=vector, bounds=vector)
                assert not verify_certificate(one, lie)
                refused += 1
    assert refused > 60


def _cheaper(stage: StageProof) -> StageProof:
    return replace(stage, prices=tuple(price - 10**9 for price in stage.prices))


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: replace(proof, stages=()),
        lambda proof: replace(proof, stages=tuple(map(_cheaper, proof.stages))),
        lambda proof: replace(proof, stages=tuple(replace(s, weights={"unmatched": 1}) for s in proof.stages)),
        lambda proof: replace(proof, relaxed_bound=tuple(level + 1 for level in proof.relaxed_bound)),
        lambda proof: replace(proof, bound=tuple(level + 1 for level in proof.vector)),
        lambda proof: replace(proof, mentors=(*proof.mentors[1:], "somebody")),
    ],
)
def test_false_certificate_is_refused(change: Change) -> None:
    refused = tried = 0
    for one, found in _solved():
        if found.certificate:
            lie = replace(found, certificate=tuple(map(change, found.certificate)))
            refused += not verify_certificate(one, lie)
            tried += 1
    assert tried > 30
    assert refused >= 0.95 * tried


def test_component_left_out_of_the_certificate_is_missed() -> None:
    one, found = next((o, f) for o, f in _solved() if len(f.certificate) > 1)
    assert not verify_certificate(one, replace(found, certificate=found.certificate[1:]))
