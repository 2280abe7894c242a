"""Check a run's proof, from the people and the pairs alone.

Written apart from the solver: costs, ranges, places and prices are worked out here again, over every
pair of a component, in int64. What holds here is proven whatever the solver did: no allocation has
a vector below the relaxed bound of any component. Where `bound` says more than that, branching or the
integer programme found it, and it is only checked to be no contradiction.

Why prices suffice: a flow is cheapest if every pair costs, with its price, at least what the mentee
now has, every place taken is worth its price and every place left free is not. A cheapest flow is
best level by level if each weight exceeds what all levels below can change along one cycle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mentoring.matching.engine.checker import violations
from mentoring.matching.engine.evidence import Evidence, Part
from mentoring.matching.engine.outcome import LEVELS, Allocation
from mentoring.matching.engine.problem import Problem
from mentoring.matching.engine.proof import ComponentProof, StageProof
from mentoring.matching.engine.score import vector_of

AFFINITY = LEVELS.index("affinity")


def verify_certificate(problem: Problem, allocation: Allocation) -> bool:
    """Whether the pairs keep every rule and the certificate proves the bounds it claims from prices."""
    return not certificate_faults(problem, allocation)


def certificate_faults(problem: Problem, allocation: Allocation) -> list[str]:
    """What is wrong with a run's proof, in words for an engineer; empty if nothing is."""
    faults = [f"broken rule {found.rule}" for found in violations(problem, allocation.pairs)]
    if vector_of(problem, allocation.pairs) != allocation.vector:
        faults.append("the vector is not that of the pairs")
    gain = [0] * len(LEVELS)
    for proof in allocation.certificate:
        gain = [a + v - b for a, v, b in zip(gain, proof.vector, proof.bound, strict=True)]
    if tuple(v - g for v, g in zip(allocation.vector, gain, strict=True)) != allocation.bounds:
        faults.append("the bounds are not those of the components")
    if allocation.proven != all(proof.proven for proof in allocation.certificate):
        faults.append("what is called proven is not")
    evidence = Evidence(problem, allocation.pairs)
    if not {key for proof in allocation.certificate for key in proof.mentors} <= evidence.mentors.keys():
        return [*faults, "a component has an unknown mentor"]
    faults += evidence.strays([proof.mentors for proof in allocation.certificate])
    for number, proof in enumerate(allocation.certificate):
        faults += [f"component {number}: {fault}" for fault in _component(evidence, proof)]
    return faults


def _component(evidence: Evidence, proof: ComponentProof) -> Iterator[str]:
    if not proof.stages:
        yield "there are no prices"
        return
    part = evidence.part(proof.mentors)
    answer = part.answer
    relaxed = answer if proof.relaxed is None else np.array(proof.relaxed, dtype=np.int64)
    if len(relaxed) != len(answer) or ((relaxed < -1) | (relaxed >= len(proof.mentors))).any():
        yield "the relaxed solution is of other people"
        return
    if part.vector(answer, enveloped=False) != proof.vector:
        yield "the vector is not that of its pairs"
    if part.vector(relaxed, enveloped=True) != proof.relaxed_bound:
        yield "the relaxed bound is not that of the relaxed solution"
    exact = all(stage.unit == 1 for stage in proof.stages)
    sure = len(LEVELS) if exact else AFFINITY
    if not exact and proof.bound[AFFINITY] > -part.most_points():
        yield "the affinity is bounded by rounded points"
    if not proof.relaxed_bound[:sure] <= proof.bound[:sure] or not proof.bound <= proof.vector:
        yield "the bounds are out of order"
    yield from _weights(part, proof)
    yield from _stages(part, proof, np.where(relaxed < 0, len(proof.mentors), relaxed))


def _weights(part: Part, proof: ComponentProof) -> Iterator[str]:
    """Every level is there, in order, and outweighs what lies below it in its stage."""
    named = [name for stage in proof.stages for name in stage.weights]
    ranges = {name: reach for name, reach in part.ranges(proof.stages[0].unit).items() if reach}
    if [name for name in named if name != "tie" and name in ranges] != list(ranges):
        yield "levels are missing or out of order"
    for stage in proof.stages:
        below = 0
        for name, weight in reversed(list(stage.weights.items())):
            if weight <= below:
                yield f"the weight of {name} is too small"
            below += weight * ranges.get(name, 0)


def _stages(part: Part, proof: ComponentProof, columns: np.ndarray) -> Iterator[str]:
    """Each stage's prices prove the columns cheapest among all optima of the stages before."""
    face = _Face(part)
    for number, stage in enumerate(proof.stages):
        if len(stage.prices) != len(proof.mentors) + 1:
            yield f"stage {number} lacks prices"
            return
        yield from (f"stage {number}: {fault}" for fault in face.narrow(stage, columns))


@dataclass
class _Places:
    """fewest, most: int (m,), places that must and can be taken on the face so far."""

    fewest: np.ndarray
    most: np.ndarray


class _Face:
    """All solutions that are optimal so far: allowed pairs and places of mentors."""

    def __init__(self, part: Part) -> None:
        self.part = part
        everyone = np.ones((len(part.allowed), 1), dtype=bool)
        self.allowed = np.hstack([part.allowed, everyone])
        self.places = _Places(np.zeros_like(part.room), part.room.copy())

    def narrow(self, stage: StageProof, columns: np.ndarray) -> Iterator[str]:
        """Faults of one stage; afterwards the face is that of its optima."""
        price = np.array(stage.prices, dtype=np.int64)
        rows = np.arange(len(columns))
        with_price = self.part.cost(stage.weights, stage.unit) + price[None, :]
        best = np.where(self.allowed, with_price, np.iinfo(np.int64).max).min(axis=1)
        if not self.allowed[rows, columns].all():
            yield "a pair is not allowed, or was excluded by a stage above"
        if (with_price[rows, columns] != best).any():
            yield "a pair is cheaper than the one chosen"
        load = np.bincount(columns, minlength=len(price))
        if price[-1] > 0 or (price[-1] < 0 and load[-1]):
            yield "being unmatched has a wrong price"
        yield from self._place_faults(stage.weights, price[:-1], load[:-1])
        self.allowed &= with_price == best[:, None]
        self.allowed[:, -1] &= price[-1] == 0

    def _place_faults(self, weights: Mapping[str, int], price: np.ndarray, load: np.ndarray) -> Iterator[str]:
        fewest, most = self.places.fewest, self.places.most
        if (load < fewest).any() or (load > most).any():
            yield "a group is too small or too large"
        charge = self.part.charges(weights.get("balance", 0))
        number = np.arange(charge.shape[1])[None, :]
        open_to = (number >= fewest[:, None]) & (number < most[:, None])
        taken = number < load[:, None]
        if (open_to & taken & (charge > price[:, None])).any():
            yield "a place is dearer than its price"
        if (open_to & ~taken & (charge < price[:, None])).any():
            yield "a free place is cheaper than its price"
        must = (number < fewest[:, None]) | (open_to & (charge < price[:, None]))
        may = (number < fewest[:, None]) | (open_to & (charge <= price[:, None]))
        self.places = _Places(must.sum(axis=1), may.sum(axis=1))
