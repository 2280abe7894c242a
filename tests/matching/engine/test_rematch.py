"""Changes: the same answer as a whole matching in which everybody else would rather stay."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

from mentoring.matching.engine import LEVELS, Problem, Rules, Wish, instance, solve, violations
from mentoring.matching.engine.index import prepare
from mentoring.matching.engine.rematch import Rematch, Restriction, force, place, swap, withdraw
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem

FACULTY = Path(__file__).parents[2] / "data" / "matching" / "faculty250.json"
WISHED = ({"gender": "a"}, {"gender": "b"})
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
    guides = [mentor(f"m{j}", capacity=random.choice([1, 1, 2]), minimum=1, attributes=WISHED[j % 2]) for j in range(8)]
    keys = frozenset(m.key for m in guides)
    students = [
        mentee(
            f"s{i}", blocked=keys - set(random.sample(sorted(keys), 2)), wishes=(Wish("gender", random.choice("ab")),)
        )
        for i in range(9)
    ]
    return replace(one, mentors=tuple(guides), mentees=tuple(students))


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


def _first_come(one: Problem, late: set[str]) -> dict[str, str]:
    """Pairs as they come, good or not, so that places are where late joiners cannot use them."""
    pairs = {m.key: m.locked_to for m in one.mentees if m.locked_to}
    for person in one.mentees:
        for guide in one.mentors:
            taken = list(pairs.values()).count(guide.key)
            free = taken < oracle.limits(one, guide)[1] and not oracle.obstacles(one, person, guide)
            if free and person.key not in pairs and person.key not in late:
                pairs[person.key] = guide.key
    return pairs


def test_late_joiners_are_placed_as_in_the_whole() -> None:
    seen: Counter[int] = Counter()
    for seed in [*range(60), *range(60, 600, 3)]:
        one = _crowded(seed)
        late = {m.key for m in Random(seed).sample(one.mentees, min(4, len(one.mentees) // 2)) if m.locked_to is None}
        pairs = _first_come(one, late)
        found = place(prepare(one, pairs), late)
        seen[min(3, _hold(_full(one, pairs, late), pairs, found))] += 1
    assert min(seen[moved] for moved in (0, 1, 2, 3)) > 3, seen


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


def test_whole_group_goes_to_one_mentor_and_the_fewest_give_way() -> None:
    seen: Counter[str] = Counter()
    for seed in range(150):
        one, pairs = _standing(seed)
        index = prepare(one, pairs)
        left = one.mentors[0].key
        group = sorted(key for key, other in pairs.items() if other == left)
        for guide in one.mentors[1:4] if group else ():
            found = force(index, group, guide.key)
            kept = [m for m in one.mentees if m.locked_to == guide.key]
            barred = any(oracle.obstacles(one, one.mentee(key), guide) for key in group)
            assert (found is None) == (barred or oracle.limits(one, guide)[1] < len(group) + len(kept)), seed
            if found is None:
                continue
            whole = _full(one, pairs, set(group))
            people = [replace(m, locked_to=guide.key) if m.key in group else m for m in whole.mentees]
            _hold(replace(whole, mentees=tuple(people)), pairs, found)
            seen["free" if not found.moved else "lost" if None in found.moved.values() else "moved"] += 1
    assert min(seen[kind] for kind in ("free", "lost", "moved")) > 3, seen


def test_reason_of_a_swap_is_a_rule_for_that_mentee_alone() -> None:
    keen = mentee("s", campus="north", mode="part", wishes=(Wish("gender", "woman"), Wish("religion", "x")))
    guides = [
        mentor("now", capacity=1),
        mentor("before"),
        mentor("art", discipline="art", campus="north", mode="part"),
        mentor("north", campus="north"),
        mentor("part", mode="part"),
        mentor("wished", attributes={"gender": "woman", "religion": "x"}),
    ]
    one = problem([keen], guides, Rules(minimum=1, near=frozenset({("law", "art")})))
    index = prepare(one, {"s": "now"})

    def given(**rule: object) -> str:
        others = {"before", "wished", "north", "part"} - {str(rule.pop("keep", ""))}
        return swap(index, "s", Restriction(frozenset(others), **rule)).pairs.get("s", "")

    assert given() == "art"
    assert given(same_discipline=True) == ""
    assert given(keep="north", same_campus=True, same_discipline=True) == "north"
    assert given(keep="part", same_mode=True, same_discipline=True) == "part"
    assert given(keep="wished", every_wish=True) == "wished"
    assert given(keep="before", same_discipline=True) == "before"


def test_nobody_else_is_moved_while_there_is_a_free_place() -> None:
    one = problem([mentee(f"s{i}") for i in range(7)], [mentor("a"), mentor("b"), mentor("c")])
    pairs = {"s0": "a", "s1": "a", "s2": "a", "s3": "b", "s4": "b", "s5": "b"}
    found = place(prepare(one, pairs), ["s6", "s0"])
    assert found.moved == {}
    assert set(found.pairs) == {"s6"}


def test_change_touches_only_people_linked_by_discipline() -> None:
    one = problem([mentee("s"), mentee("t", discipline="art")], [mentor("m"), mentor("n", discipline="art")])
    index = prepare(one, {"s": "m", "t": "n"}, around="s")
    assert set(index.mentee_index) == {"s"}
    assert swap(index, "s").unmatched == ("s",)
    assert force(prepare(one, {"s": "m"}), ["s"], "n") is None


def test_every_swap_and_withdrawal_in_a_faculty_moves_at_most_one_other() -> None:
    one = instance.load(json.loads(FACULTY.read_text(encoding="utf-8"))).problem
    pairs = dict(solve(one).pairs)
    index = prepare(one, pairs)
    answers = [swap(index, key) for key in pairs] + [withdraw(index, key) for key in sorted(set(pairs.values()))]
    assert max(len(found.moved) for found in answers) <= 1
    for found in answers:
        after = {**pairs, **found.moved, **found.pairs}
        assert violations(one, {key: to for key, to in after.items() if key not in found.unmatched}) == []
    assert sum(bool(found.pairs) for found in answers) > 150
