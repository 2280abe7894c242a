"""What changes from one set of pairs to another. Source: issue 3, "compare two drafts"."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """A mentor's group before and after; ``came`` and ``went`` are how many mentees."""

    mentor: int
    before: int
    after: int
    came: int
    went: int


@dataclass(frozen=True)
class Changes:
    """Mentees by what happened to them, each in order, and the groups that differ.

    ``matched`` had no mentor before and have one after; ``lost`` the other way round; ``moved``
    have another one; ``joined`` and ``gone`` are on one side only.
    """

    matched: tuple[int, ...]
    lost: tuple[int, ...]
    moved: tuple[int, ...]
    joined: tuple[int, ...]
    gone: tuple[int, ...]
    groups: tuple[Size, ...]

    @property
    def everybody(self) -> frozenset[int]:
        return frozenset((*self.matched, *self.lost, *self.moved, *self.joined, *self.gone))

    @property
    def is_nothing(self) -> bool:
        return not self.everybody


def changes_between(before: Mapping[int, int | None], after: Mapping[int, int | None]) -> Changes:
    """Both are mentee → mentor, or none. A mentee of one side only is not matched or lost, but joined or gone."""
    both = sorted(before.keys() & after.keys())
    return Changes(
        matched=tuple(m for m in both if before[m] is None and after[m] is not None),
        lost=tuple(m for m in both if before[m] is not None and after[m] is None),
        moved=tuple(m for m in both if None not in (before[m], after[m]) and before[m] != after[m]),
        joined=tuple(sorted(after.keys() - before.keys())),
        gone=tuple(sorted(before.keys() - after.keys())),
        groups=_groups(before, after),
    )


def _groups(before: Mapping[int, int | None], after: Mapping[int, int | None]) -> tuple[Size, ...]:
    old = {(mentor, mentee) for mentee, mentor in before.items() if mentor is not None}
    new = {(mentor, mentee) for mentee, mentor in after.items() if mentor is not None}
    came, went = Counter(m for m, _ in new - old), Counter(m for m, _ in old - new)
    sizes_before, sizes_after = Counter(m for m, _ in old), Counter(m for m, _ in new)
    return tuple(
        Size(mentor, sizes_before[mentor], sizes_after[mentor], came[mentor], went[mentor])
        for mentor in sorted(came.keys() | went.keys())
    )
