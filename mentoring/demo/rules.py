"""The five steps of the demo's tour, and where one is in it."""

from collections.abc import Collection
from dataclasses import dataclass

STEPS = ("import", "match", "publish", "answer", "log")


@dataclass(frozen=True)
class Step:
    """One step: its key in ``STEPS``, whether it has been done, and whether it is the one to do now."""

    key: str
    is_done: bool
    is_next: bool


def steps(done: Collection[str]) -> list[Step]:
    """The steps in their order; the first that was not done is the next, whatever was done after it."""
    first = next((key for key in STEPS if key not in done), None)
    return [Step(key, key in done, key == first) for key in STEPS]
