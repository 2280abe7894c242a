"""Pure decision: who counts as trained (R17 to R20)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """What one mentor has done: the topics of the sessions they attended, and whether somebody vouches for them."""

    covered: frozenset[str] = frozenset()
    is_vouched_for: bool = False


def lacking(record: Record, required: AbstractSet[str]) -> frozenset[str]:
    """The required topics that a mentor has still to hear of; none for one trained elsewhere."""
    return frozenset() if record.is_vouched_for else frozenset(required) - record.covered


def is_trained(record: Record, required: AbstractSet[str], *, attended: bool = True) -> bool:
    """Nobody is trained without having been to a training session or being vouched for (R17).

    ``attended`` matters where a scheme requires no topic: being there is then what counts.
    """
    if record.is_vouched_for:
        return True
    return attended and not lacking(record, required)
