"""What a run keeps to prove its answer: prices, one for each mentor and stage, and the bounds they imply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StageProof:
    """One stage of a component's flow.

    weights: level -> weight in the stage's one cost, most important first. unit: affinity was rounded
    to multiples of it (1: exact). prices: one for each mentor of the component, then for "unmatched".
    """

    weights: Mapping[str, int]
    unit: int
    prices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ComponentProof:
    """One component's bound, and what it rests on.

    mentors: keys, in the order of the prices. stages: prove the relaxed solution, in which any group
    may have any size, optimal; no allocation is better than it. relaxed: that solution, for each mentee
    of the component in order of key the index of a mentor or -1; None where it is the answer itself.
    relaxed_bound: its vector, with the convex envelope of group sizes as balance. vector: of the
    answer. bound: what no allocation of the component can beat; above relaxed_bound it rests on
    branching and on the integer programme, not on prices.
    """

    mentors: tuple[str, ...]
    stages: tuple[StageProof, ...]
    relaxed: tuple[int, ...] | None
    vector: tuple[int, ...]
    bound: tuple[int, ...]
    relaxed_bound: tuple[int, ...]

    @property
    def proven(self) -> bool:
        """Optimal at every level."""
        return self.bound == self.vector

    def as_json(self) -> dict[str, Any]:
        """Plain values, for keeping with the run."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ComponentProof:
        """The proof that was kept."""
        relaxed = value["relaxed"]
        return cls(
            mentors=tuple(value["mentors"]),
            stages=tuple(
                StageProof(dict(stage["weights"]), stage["unit"], tuple(stage["prices"])) for stage in value["stages"]
            ),
            relaxed=None if relaxed is None else tuple(relaxed),
            vector=tuple(value["vector"]),
            bound=tuple(value["bound"]),
            relaxed_bound=tuple(value["relaxed_bound"]),
        )
