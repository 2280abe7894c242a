"""Changes: the same answer as a whole matching in which everybody else would rather stay."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from random import Random

from mentoring.matching.engine import LEVELS, Problem, solve, violations
from mentoring.matching.engine.index import prepare
from mentoring.matching.engine.rematch import Rematch, place, swap, withdraw
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn

CROWDED = {"mentees": 14, "mentors": 6}


def _full(one: Problem, pairs: Mapping[str, str], seekers: set[str], **changes: dict) -> Problem:
    """The whole matching: those with a mentor would rather stay, the seekers want a place, nobody else counts."""
    people = []
    for m in one.mentees:
        if m.key in seekers:
            people.append(replace(m, current=None, locked_to=None, **changes.get(m.key, {})))
        elif m.key in pairs:
            people.append(replace(m, current=pairs[m.key]))
    return replace(one, mentees=tuple(people))


def _hold(whole: Problem, pairs: Mapping[str, str], found: Rematch) -> int:
    """The rematch, put into the pairs that stand, is the best answer of the whole; returns how many moved."""
    after = {k: v for k, v in {**pairs, **found.moved, **found.pairs}.items() if v is not None}
    for key in found.unmatched:
        after.pop(key, None)
    after = {k: v for k, v in after.items() if k in {m.key for m in whole.mentees}}
    best = solve(whole)
    assert violations(whole, after) == []
    assert found.proven
    assert _without_lots(oracle.judge(whole, after)) == _without_lots(best.vector)
    return len(found.moved)


def _without_lots(vector: tuple[int, ...]) -> tuple[int, ...]:
    """Ranks of lots are drawn among other people in the whole than in the cohort."""
    return tuple(value for name, value in zip(LEVELS, vector, strict=True) if name != "lottery")


def _crowded(seed: int) -> Problem:
    """A problem with little room; every third has few places and few pairs, so that chains are long."""
    random, one = Random(seed), drawn(seed, **CROWDED)
    if seed % 3:
        return one
    keys = [m.key for m in one.mentors]
    guides = tuple(replace(m, discipline="law", capacity=random.choice([1, 1, 2])) for m in one.mentors)
    students = [
        replace(
            m,
            discipline="law",
            locked_to=None,
            wishes=m.wishes[:1],
            blocked=frozenset(random.sample(keys, len(keys) // 2)),
        )
        for m in one.mentees[:9]
    ]
    return replace(one, mentors=guides, mentees=tuple(students))


def _standing(seed: int) -> tuple[Problem, dict[str, str]]:
    """A crowded problem and its pairs."""
    one = _crowded(seed)
    one = replace(one, mentees=tuple(replace(m, current=None) for m in one.mentees))
    return one, dict(solve(one).pairs)


def test_swap_is_the_best_answer_of_the_whole() -> None:
    seen: Counter[str] = Counter()
    for seed in range(150):
        one, pairs = _standing(seed)
        index = prepare(one, pairs)
        for key in list(pairs)[:3]:
            found = swap(index, key)
            blocked = one.mentee(key).blocked | {pairs[key]}
            whole = _full(one, pairs, {key}, **{key: {"blocked": blocked}})
            moved = _hold(whole, pairs, found)
            seen["none" if found.unmatched else f"moved {min(moved, 2)}"] += 1
    assert min(seen[kind] for kind in ("none", "moved 0", "moved 1", "moved 2")) > 5, seen


def test_late_joiners_are_placed_as_in_the_whole() -> None:
    seen: Counter[int] = Counter()
    for seed in range(150):
        one = _crowded(seed)
        late = {m.key for m in Random(seed).sample(one.mentees, min(4, len(one.mentees) // 2)) if m.locked_to is None}
        early = replace(one, mentees=tuple(replace(m, current=None) for m in one.mentees if m.key not in late))
        pairs = dict(solve(early).pairs)
        found = place(prepare(one, pairs), late)
        seen[min(2, _hold(_full(one, pairs, late), pairs, found))] += 1
    assert min(seen[moved] for moved in (0, 1, 2)) > 5, seen


def test_withdrawal_is_the_best_answer_of_the_whole() -> None:
    seen: Counter[int] = Counter()
    for seed in range(150):
        one, pairs = _standing(seed)
        index = prepare(one, pairs)
        for guide in one.mentors[:3]:
            found = withdraw(index, guide.key)
            group = {key for key, other in pairs.items() if other == guide.key}
            assert set(found.pairs) | set(found.unmatched) == group
            whole = _full(one, pairs, group)
            whole = replace(whole, mentors=tuple(m for m in one.mentors if m.key != guide.key))
            seen[min(2, _hold(whole, pairs, found))] += 1
    assert min(seen[moved] for moved in (0, 1)) > 5, seen
