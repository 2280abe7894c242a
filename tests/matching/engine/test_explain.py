"""Reasons: true when checked by re-solving, and silent about everybody else."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from mentoring.matching.engine import (
    Allocation,
    Problem,
    Rules,
    UnmatchedReason,
    Wish,
    explain_all_unmatched,
    explain_pair,
    explain_unmatched,
    rank_mentors,
    solve,
)
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem

WOMAN = {"gender": "woman"}


def _left_out() -> Iterator[tuple[Problem, Allocation, str, UnmatchedReason]]:
    for seed in range(250):
        one = drawn(seed, mentees=9, mentors=4)
        found = solve(one)
        for key, reason in explain_all_unmatched(one, found.pairs).items():
            yield one, found, key, reason


def test_blocking_sets_are_exactly_the_minimal_ones() -> None:
    checked = 0
    for one, found, key, reason in _left_out():
        matched = len(found.pairs)
        for rules in reason.blocking:
            assert oracle.most_matched(one, {key: frozenset(rules)}) == matched + 1
            for spared in rules:
                assert oracle.most_matched(one, {key: frozenset(rules) - {spared}}) == matched
        if not reason.room:
            every = frozenset().union(*(oracle.obstacles(one, one.mentee(key), m) for m in one.mentors))
            assert oracle.most_matched(one, {key: every}) == matched
        checked += len(reason.blocking)
    assert checked > 200


def _rivals(one: Problem, pairs: Mapping[str, str], key: str) -> tuple[int, int]:
    """(students, places) of the set a student competes in, by growing it from the student, person by person."""
    able = {
        m.key: {g.key for g in one.mentors if not oracle.obstacles(one, m, g) and oracle.limits(one, g)[1]}
        for m in one.mentees
    }
    inside, grown = set(able[key]), True
    while grown:
        movers = [m.key for m in one.mentees if pairs.get(m.key) in inside and m.locked_to is None]
        reach = inside.union(*(able[mover] for mover in movers))
        grown, inside = reach != inside, reach
    held = sum(mentor_key in inside for mentor_key in pairs.values())
    waiting = [m.key for m in one.mentees if m.key not in pairs and able[m.key] and able[m.key] <= inside]
    return held + len(waiting), sum(oracle.limits(one, one.mentor(guide))[1] for guide in inside)


def test_competition_counts_people_confined_to_too_few_places() -> None:
    checked = 0
    for one, found, key, reason in _left_out():
        able = [m for m in one.mentors if not oracle.obstacles(one, one.mentee(key), m)]
        open_to = [m for m in able if oracle.limits(one, m)[1] > 0]
        assert (reason.kind == "competition") == bool(open_to)
        if reason.kind == "competition":
            assert (reason.students, reason.places) == _rivals(one, found.pairs, key)
            assert reason.students > reason.places > 0
            checked += 1
    assert checked > 50


def test_competition_of_one_discipline() -> None:
    left = [mentee(f"s{i}") for i in range(8)]
    right = [mentor("m", capacity=5), mentor("x", discipline="art")]
    one = problem(left, right)
    found = solve(one)
    reason = explain_unmatched(one, found, found.unmatched[0])
    assert (reason.kind, reason.discipline, reason.students, reason.places) == ("competition", "law", 8, 5)
    assert reason.blocking == (("discipline",),)


def test_no_mentor_in_the_discipline() -> None:
    one = problem([mentee("s", discipline="art")], [mentor("m")])
    assert explain_unmatched(one, solve(one), "s").kind == "no-mentor"


def test_required_wish_that_no_mentor_with_room_meets() -> None:
    keen = mentee("s", wishes=(Wish("gender", "woman", must=True),))
    one = problem([keen], [mentor("m", attributes={"gender": "man"})])
    reason = explain_unmatched(one, solve(one), "s")
    assert (reason.kind, reason.blocking, reason.within) == (
        "rules",
        (("must:gender",),),
        (("must:gender",),),
    )


def test_private_causes_read_alike() -> None:
    blocked = problem([mentee("s", blocked=frozenset({"m"}))], [mentor("m")])
    refused = problem(
        [mentee("s", attributes={"religion": "quaker"})],
        [mentor("m", attributes={"religion": "druid"}, exceptions=frozenset({"religion"}))],
    )
    reasons = [explain_unmatched(one, solve(one), "s") for one in (blocked, refused)]
    assert reasons[0] == reasons[1]
    assert reasons[0].blocking == (("other-rule",),)
    assert "druid" not in repr(reasons)
    assert "religion" not in repr(reasons)


def test_free_place_after_a_change_by_hand() -> None:
    one = problem([mentee("s"), mentee("t")], [mentor("m")])
    assert explain_all_unmatched(one, {"t": "m"})["s"].kind == "free-place"


def test_explain_unmatched_student_with_a_mentor_is_an_error() -> None:
    one = problem([mentee("s")], [mentor("m")])
    with pytest.raises(KeyError):
        explain_unmatched(one, solve(one), "s")


def test_pair_names_own_wishes_and_what_both_share() -> None:
    student = mentee(
        "s",
        attributes={"religion": "quaker"},
        wishes=(Wish("gender", "woman"), Wish("ethnicity", "x")),
        affinities={"interests": frozenset({"chess", "film"}), "college": frozenset({"north"})},
    )
    guide = mentor(
        "m",
        attributes={"gender": "woman", "ethnicity": "hidden", "religion": "druid"},
        affinities={"interests": frozenset({"chess", "opera"}), "college": frozenset({"north"})},
    )
    reasons = explain_pair(problem([student], [guide]), "s", "m")
    assert (reasons.honoured, reasons.missed) == (("gender",), ("ethnicity",))
    assert reasons.shared == (("college", "north"), ("interests", "chess"))
    assert reasons.same_discipline
    assert reasons.strength == "fair"
    for secret in ("hidden", "druid", "opera", "quaker"):
        assert secret not in repr(reasons)


@pytest.mark.parametrize(
    ("wishes", "interests", "discipline", "strength"),
    [
        ((Wish("gender", "man"),), "ab", "law", "weak"),
        ((Wish("gender", "woman"),), "ab", "law", "strong"),
        ((Wish("gender", "woman"),), "", "law", "fair"),
        ((Wish("gender", "woman", must=True),), "", "law", "fair"),
        ((), "a", "law", "fair"),
        ((), "", "law", "fair"),
        ((), "ab", "art", "weak"),
    ],
)
def test_strength_of_a_pair(wishes, interests, discipline, strength) -> None:
    student = mentee("s", wishes=wishes, affinities={"interests": frozenset(interests)}, discipline=discipline)
    guide = mentor("m", attributes=WOMAN, affinities={"interests": frozenset("abc")})
    one = problem([student], [guide], Rules(near=frozenset({("art", "law")})))
    reasons = explain_pair(one, "s", "m")
    assert reasons.strength == strength
    assert reasons.near == (discipline == "art")


def test_rank_mentors_lists_those_with_room_and_no_broken_rule() -> None:
    checked = 0
    for seed in range(120):
        one = drawn(seed)
        found = solve(one)
        for person in one.mentees:
            ranked = rank_mentors(one, person.key, found.pairs)
            load = [mentor_key for key, mentor_key in found.pairs.items() if key != person.key]
            wanted = {
                m.key: oracle.limits(one, m)[1] - load.count(m.key)
                for m in one.mentors
                if not oracle.obstacles(one, person, m) and m.key != found.pairs.get(person.key)
            }
            open_to = {key: left for key, left in wanted.items() if left > 0}
            assert {c.mentor_key: c.places_left for c in ranked} == open_to
            checked += len(ranked)
    assert checked > 50


def test_rank_mentors_puts_the_best_first() -> None:
    student = mentee("s", wishes=(Wish("gender", "woman"),), affinities={"interests": frozenset("a")})
    others = [mentee(f"o{i}") for i in range(9)]
    right = [
        mentor("empty", attributes=WOMAN),
        mentor("ignores"),
        mentor("honours", attributes=WOMAN),
        mentor("kin", attributes=WOMAN, affinities={"interests": frozenset("a")}),
    ]
    pairs = {f"o{i}": ("ignores", "honours", "kin")[i % 3] for i in range(9)}
    one = problem([student, *others], right)
    assert [c.mentor_key for c in rank_mentors(one, "s", pairs)] == ["kin", "honours", "ignores", "empty"]
    shuffled = replace(one, mentors=one.mentors[::-1])
    assert rank_mentors(shuffled, "s", pairs) == rank_mentors(one, "s", pairs)
