"""What the engine answers: the pairs, how good they are, and what is proven about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mentoring.matching.engine.checker import Violation
from mentoring.matching.engine.proof import ComponentProof

LEVELS = (
    "unmatched",
    "moved",
    "lottery",
    "near",
    "undersized",
    "ignored",
    "quarter",
    "third",
    "half",
    "two_thirds",
    "three_quarters",
    "balance",
    "affinity",
)
"""The levels of the objective in order of importance; smaller is better in each.

unmatched: mentees without a mentor. moved: mentees who lose the mentor they have. lottery: sum of
the lots of those left out (0 under "wishes-first"). near: pairs in a near discipline.
undersized: groups in use below their minimum. ignored to three_quarters: mentees with that share
of their preferences honoured. balance: sum of squared group sizes. affinity: minus the sum of
affinity points.
"""

SHARE_LEVELS = LEVELS[5:11]
"""The levels that count mentees by their share of honoured preferences, worst share first."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """The engine's answer.

    pairs: mentee key -> mentor key. unmatched: mentee keys, sorted.
    vector: one integer for each of LEVELS. bounds: a vector that no allocation can beat,
    compared in order; equal to `vector` where `proven`.
    reserves: mentors with places and nobody, sorted. clashes: in tutor-group mode, rules of single
    members that their group's mentor breaks. second_mentors: where two mentors share a tutor group, mentee
    key -> the one who is not theirs in `pairs`.
    components: how many independent parts the problem has; proven_components: how many of them
    are proven optimal at every level. digest: of the input, see `problem.digest`.
    certificate: for each component its bound and the prices that prove it, in an order that depends
    on the input's people and seed only; see `certificate.verify_certificate`.
    """

    pairs: Mapping[str, str]
    unmatched: tuple[str, ...]
    vector: tuple[int, ...]
    bounds: tuple[int, ...]
    proven: bool
    digest: str
    components: int
    proven_components: int
    certificate: tuple[ComponentProof, ...] = ()
    reserves: tuple[str, ...] = ()
    clashes: tuple[Violation, ...] = ()
    second_mentors: Mapping[str, str] = field(default_factory=dict)

    def level(self, name: str) -> int:
        """One level of the vector by its name."""
        return self.vector[LEVELS.index(name)]
