"""A mentor with two groups: each is a mentor of its own while the engine works (R29).

Whom a mentor has says nothing about which of their groups each belongs to, so a set of pairs is judged by
the best way to part it: fewest undersized groups, then the most even ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mentoring.matching.engine.problem import Mentee, Mentor, Problem, groups_of

Groups = Sequence[tuple[int, int]]
"""(fewest, most) of each group."""


def split_sizes(people: int, groups: Groups, *, spread: bool = True) -> tuple[int, ...]:
    """Sizes of a mentor's groups, one for each: fewest undersized, then most even, then first ones first.

    People beyond all places are counted with the first group.
    """
    if len(groups) == 1:
        return (people,)
    extra = max(0, people - sum(most for _, most in groups))
    best: dict[int, tuple[int, ...]] = {0: ()}
    for number, (_, most) in enumerate(groups):
        grown: dict[int, tuple[int, ...]] = {}
        for total, sizes in best.items():
            for size in range(min(most, people - extra - total) + 1):
                one = (*sizes, size)
                known = grown.get(total + size)
                if known is None or _order(one, groups[: number + 1], spread) < _order(
                    known, groups[: number + 1], spread
                ):
                    grown[total + size] = one
        best = grown
    sizes = best[people - extra]
    return (sizes[0] + extra, *sizes[1:])


def thin(sizes: Sequence[int], groups: Groups) -> int:
    """How many of these groups are in use but below their minimum."""
    return sum(0 < size < least for size, (least, _) in zip(sizes, groups, strict=True))


def undersized_groups(people: int, groups: Groups) -> int:
    """How many undersized groups a mentor with so many mentees has at least."""
    return thin(split_sizes(people, groups), groups)


def _order(sizes: tuple[int, ...], groups: Groups, spread: bool) -> tuple[int, int, tuple[int, ...]]:
    return thin(sizes, groups), sum(size * size for size in sizes) if spread else 0, tuple(-size for size in sizes)


@dataclass(frozen=True)
class Expanded:
    """problem: every group a mentor of its own. owner: key of a group -> key of its mentor. exact: whether
    no lock and no present pair decides beforehand how a mentor's people are parted."""

    problem: Problem
    owner: Mapping[str, str]
    exact: bool


def expand(problem: Problem) -> Expanded:
    """Mentors with several groups become several mentors; locks and present pairs fill the first groups first."""
    groups = {mentor.key: _groups(problem, mentor) for mentor in problem.mentors}
    seats = {mentor: [one.key for one in found for _ in range(one.capacity or 0)] for mentor, found in groups.items()}
    several = {key for key, found in groups.items() if len(found) > 1}
    locked = _seated({m.key: m.locked_to for m in problem.mentees}, seats, several)
    current = _seated({m.key: m.current for m in problem.mentees}, seats, several)
    mentees = [
        replace(_mentee(m, groups, several), locked_to=locked[m.key], current=current[m.key]) for m in problem.mentees
    ]
    return Expanded(
        problem=replace(
            problem, mentees=tuple(mentees), mentors=tuple(one for found in groups.values() for one in found)
        ),
        owner={one.key: mentor for mentor, found in groups.items() for one in found},
        exact=not any({m.locked_to, m.current} & several for m in problem.mentees),
    )


def _groups(problem: Problem, mentor: Mentor) -> list[Mentor]:
    sizes = groups_of(mentor, problem.rules)
    return [
        replace(
            mentor,
            key=mentor.key if number == 0 else f"{mentor.key} group {number + 1}",
            capacity=most,
            minimum=least,
            further_groups=(),
        )
        for number, (least, most) in enumerate(sizes)
    ]


def _mentee(mentee: Mentee, groups: Mapping[str, list[Mentor]], several: set[str]) -> Mentee:
    """The mentee, with a blocked mentor's further groups blocked as well."""
    further = {one.key for key in mentee.blocked & several for one in groups[key][1:]}
    return replace(mentee, blocked=mentee.blocked | further) if further else mentee


def _seated(
    wanted: Mapping[str, str | None], seats: Mapping[str, list[str]], several: set[str]
) -> dict[str, str | None]:
    """Keys of mentors with several groups become keys of groups, seat by seat, in order of the mentees' keys."""
    left = {key: list(seats[key]) for key in several}
    named = dict(wanted)
    for mentee, mentor in sorted(wanted.items()):
        if mentor in several and left[mentor]:
            named[mentee] = left[mentor].pop(0)
    return named
