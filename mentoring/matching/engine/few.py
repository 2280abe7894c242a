"""A few people into free places while nobody else moves: every way of sitting together is tried.

People who go to the same mentor are a *block*; a way of sitting is a partition into blocks, each with a
mentor of its own. What a block costs at a mentor (a group completed or begun, shares, evenness, affinity,
tie-break) depends on nobody outside it, so of b blocks each only looks at its b best mentors: were the
best answer elsewhere, one of those b would be free and no worse. A group of five has 52 partitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

NEVER = np.int64(2**60)
"""Cost of what is not allowed."""

MOST = 6
"""People seated this way; the partitions of more are too many."""

Words = tuple[int, ...]
Block = tuple[int, ...]


def seated(pairs: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """int (k,): the best column for each of at most MOST people, all of whom can be seated.

    pairs: int64 (w, k, m), what pairs cost as words compared first to last, NEVER where not allowed.
    sizes: int64 (w, k + 1, m), what so many more members cost each column, NEVER where there is no room.
    ValueError if there is no way to seat them all.
    """
    people = pairs.shape[1]
    choices = {block: _choices(pairs, sizes, block, people) for block in _blocks(range(people))}
    ways = [way for way in _partitions(tuple(range(people))) if all(choices[block] for block in way)]
    ways.sort(key=lambda way: (_total(choices[block][0][0] for block in way), way))
    best: tuple[Words, dict[int, int]] | None = None
    for way in ways:
        best = _best_of(way, [choices[block] for block in way], best)
    if best is None:
        raise ValueError("There are not enough free places for these people.")
    return np.array([best[1][person] for person in range(people)], dtype=np.int64)


def _blocks(people: Sequence[int]) -> Iterator[Block]:
    """Every set of at least one of them."""
    for bits in range(1, 2 ** len(people)):
        yield tuple(person for person in people if bits >> person & 1)


def _partitions(people: Block) -> Iterator[tuple[Block, ...]]:
    """Every way to part them into blocks."""
    if not people:
        yield ()
        return
    first, rest = people[0], people[1:]
    for bits in range(2 ** len(rest)):
        block = (first, *(person for k, person in enumerate(rest) if bits >> k & 1))
        others = tuple(person for k, person in enumerate(rest) if not bits >> k & 1)
        for way in _partitions(others):
            yield (block, *way)


def _choices(pairs: np.ndarray, sizes: np.ndarray, block: Block, people: int) -> list[tuple[Words, int]]:
    """(cost, column) of the block's best columns, as many as there can be blocks beside it, best first."""
    open_to = (pairs[0, list(block)] < NEVER).all(axis=0) & (sizes[0, len(block)] < NEVER)
    columns = np.flatnonzero(open_to)
    words = pairs[:, list(block)][:, :, columns].sum(axis=1) + sizes[:, len(block), columns]
    order = np.lexsort(words[::-1])[: people - len(block) + 1]
    return [(tuple(words[:, k].tolist()), int(columns[k])) for k in order.tolist()]


def _best_of(
    way: Sequence[Block], choices: Sequence[list[tuple[Words, int]]], best: tuple[Words, dict[int, int]] | None
) -> tuple[Words, dict[int, int]] | None:
    """The best mentors for these blocks if they are better than the best so far, depth first under a bound."""
    zero = (0,) * len(choices[0][0][0])
    least = [zero]
    for options in reversed(choices):
        least.append(_add(least[-1], options[0][0]))
    least.reverse()

    def descend(k: int, cost: Words, taken: dict[int, Block]) -> None:
        nonlocal best
        if best is not None and _add(cost, least[k]) >= best[0]:
            return
        if k == len(way):
            best = (cost, {person: column for column, block in taken.items() for person in block})
            return
        for words, column in choices[k]:
            if column not in taken:
                descend(k + 1, _add(cost, words), {**taken, column: way[k]})

    descend(0, zero, {})
    return best


def _add(first: Words, second: Words) -> Words:
    return tuple(a + b for a, b in zip(first, second, strict=True))


def _total(costs: Iterator[Words]) -> Words:
    return tuple(map(sum, zip(*costs, strict=True)))
