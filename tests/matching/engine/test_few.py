"""A few people are seated as the best of all ways to seat them."""

from itertools import product

import numpy as np
import pytest

from mentoring.matching.engine import few


def _cost(pairs: np.ndarray, sizes: np.ndarray, columns: tuple[int, ...]) -> tuple[int, ...] | None:
    """Words of one way of sitting, added up person by person; None if it is not allowed."""
    people = range(pairs.shape[1])
    counts = np.bincount(columns, minlength=pairs.shape[2])
    parts = [pairs[:, i, columns[i]] for i in people] + [sizes[:, n, k] for k, n in enumerate(counts.tolist()) if n]
    if any(part[0] >= few.NEVER for part in parts):
        return None
    return tuple(sum(int(part[word]) for part in parts) for word in range(pairs.shape[0]))


def _question(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Up to four people and mentors; few distinct costs, so that ties are common, and completed groups gain."""
    people, columns = int(random.integers(1, 5)), int(random.integers(1, 5))
    pairs = random.integers(0, 3, (3, people, columns)).astype(np.int64)
    pairs[2] = random.integers(0, 1000, (people, columns))
    pairs[:, random.random((people, columns)) < 0.25] = few.NEVER
    sizes = random.integers(-2, 3, (3, people + 1, columns)).astype(np.int64)
    sizes[2] = 0
    room = random.integers(0, people + 1, columns)
    sizes[:, np.arange(people + 1)[:, None] > room] = few.NEVER
    return pairs, sizes


def test_is_the_best_of_all_ways() -> None:
    random = np.random.default_rng(7)
    seated, refused = 0, 0
    for _ in range(400):
        pairs, sizes = _question(random)
        ways = product(range(pairs.shape[2]), repeat=pairs.shape[1])
        costs = [cost for way in ways if (cost := _cost(pairs, sizes, way)) is not None]
        if costs:
            found = tuple(few.seated(pairs, sizes).tolist())
            assert _cost(pairs, sizes, found) == min(costs)
            seated += 1
        else:
            with pytest.raises(ValueError, match="not enough free places"):
                few.seated(pairs, sizes)
            refused += 1
    assert seated > 100
    assert refused > 50


def test_the_most_people_among_many_mentors() -> None:
    random = np.random.default_rng(3)
    pairs = random.integers(0, 100, (3, few.MOST, 300)).astype(np.int64)
    sizes = np.zeros((3, few.MOST + 1, 300), dtype=np.int64)
    sizes[0, 2:] = few.NEVER
    columns = few.seated(pairs, sizes)
    assert len(set(columns.tolist())) == few.MOST
    first = pairs[0, np.arange(few.MOST), columns].sum()
    assert first == pairs[0].min(axis=1).sum() == 0
