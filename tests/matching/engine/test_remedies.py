"""What would help: every remedy, applied and counted again by augmenting paths, does what it says."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from mentoring.matching.engine import Problem, Rules, Wish, applied, solve, what_would_help
from mentoring.matching.engine.remedies import most_matched
from tests.matching.engine import oracle
from tests.matching.engine.examples import drawn, mentee, mentor, problem

WOMAN = Wish("gender", "woman", must=True)


def _cases(count: int) -> Iterator[tuple[int, Problem]]:
    for seed in range(count):
        one = drawn(seed, mentees=10, mentors=4)
        yield seed, replace(one, mentees=tuple(replace(m, current=None) for m in one.mentees))


def test_every_remedy_is_exact_when_counted_again() -> None:
    seen: Counter[str] = Counter()
    for seed, one in _cases(200):
        now = oracle.most_matched(one)
        assert most_matched(one) == now, seed
        left_out = solve(one).unmatched
        for discipline in sorted({m.discipline for m in one.mentees}):
            for remedy in what_would_help(one, discipline, left_out):
                assert oracle.most_matched(applied(one, remedy)) == now + remedy.students > now, (seed, remedy)
                if remedy.kind == "places":
                    less = replace(remedy, students=remedy.students - 1)
                    assert oracle.most_matched(applied(one, less)) == now + less.students, seed
                seen[remedy.kind + ("+" if remedy.attributes else "")] += 1
    assert min(seen[kind] for kind in ("places", "places+", "near", "campus", "mode")) >= 5, seen


def test_all_places_together_leave_nobody_out() -> None:
    checked = 0
    for seed, one in _cases(100):
        left_out = solve(one).unmatched
        better = one
        for discipline in sorted({one.mentee(key).discipline for key in left_out}):
            for remedy in what_would_help(one, discipline, left_out):
                if remedy.kind == "places":
                    better = applied(better, remedy)
        assert oracle.most_matched(better) == len(one.mentees), seed
        checked += bool(left_out)
    assert checked > 50


def test_women_mentors_are_asked_for_only_where_no_other_place_would_do() -> None:
    keen = [mentee("a", wishes=(WOMAN,)), mentee("b", wishes=(WOMAN,))]
    one = problem([*keen, mentee("c")], [mentor("m", attributes={"gender": "man"}, capacity=1)], Rules(minimum=1))
    found = what_would_help(one, "law", solve(one).unmatched)
    assert [(r.kind, r.students, r.mentors, r.attributes) for r in found] == [("places", 2, 1, (("gender", "woman"),))]
    crowded = problem([*keen, mentee("c")], [mentor("her", attributes={"gender": "woman"}, capacity=2)])
    found = what_would_help(crowded, "law", solve(crowded).unmatched)
    assert [(r.kind, r.students, r.attributes) for r in found] == [("places", 1, ())]


def test_nothing_is_said_where_nobody_is_left_out() -> None:
    one = problem([mentee("a")], [mentor("m")])
    assert what_would_help(one, "law", ()) == ()


def test_near_discipline_with_room_is_named() -> None:
    left = [mentee(f"s{i}") for i in range(7)]
    one = problem(left, [mentor("m"), mentor("n", discipline="art"), mentor("o", discipline="sea", capacity=1)])
    found = what_would_help(one, "law", solve(one).unmatched)
    assert [(r.kind, r.other, r.students) for r in found] == [("places", "", 2), ("near", "art", 2), ("near", "sea", 1)]


def _without_room(one: Problem) -> Problem:
    return replace(one, rules=replace(one.rules, maximum=0))


def test_no_places_at_all() -> None:
    one = _without_room(problem([mentee("a")], [mentor("m")]))
    assert what_would_help(one, "law", ["a"]) == ()
