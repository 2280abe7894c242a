"""What a coordinator may rely on: locks, blocks, exceptions, order, cancelling, odd input."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.matching.engine import (
    BrokenLock,
    Cancelled,
    Problem,
    ProblemError,
    Rules,
    Wish,
    digest,
    solve,
    undersized,
    violations,
)
from tests.matching.engine.examples import drawn, mentee, mentor, problem

WOMAN = {"gender": "woman"}
MAN = {"gender": "man"}


def _shuffled(given_problem: Problem, random: Random) -> Problem:
    left, right = list(given_problem.mentees), list(given_problem.mentors)
    random.shuffle(left)
    random.shuffle(right)
    return replace(given_problem, mentees=tuple(left), mentors=tuple(right))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), order=st.randoms(use_true_random=False))
def test_order_of_people_changes_nothing(seed: int, order: Random) -> None:
    one = drawn(seed, mentees=12, mentors=5)
    other = _shuffled(one, order)
    assert solve(other) == solve(one)
    assert digest(other) == digest(one)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_larger_random_problem_breaks_no_rule(seed: int) -> None:
    one = drawn(seed, mentees=25, mentors=9)
    found = solve(one)
    assert violations(one, found.pairs) == []
    assert found.bounds <= found.vector
    assert set(found.pairs) | set(found.unmatched) == {m.key for m in one.mentees}


def test_groups_of_three_to_five_within_the_discipline() -> None:
    left = [mentee(f"l{i}") for i in range(13)] + [mentee(f"a{i}", discipline="art") for i in range(4)]
    right = [mentor(f"l{j}") for j in range(4)] + [mentor(f"a{j}", discipline="art") for j in range(2)]
    found = solve(problem(left, right))
    sizes = sorted(list(found.pairs.values()).count(m.key) for m in right)
    assert found.unmatched == ()
    assert sizes == [0, 3, 3, 3, 4, 4] or sizes == [0, 4, 3, 3, 3, 4]
    assert all(key[0] == found.pairs[key][0] for key in found.pairs)


def test_lock_is_kept_although_another_mentor_fits_better() -> None:
    keen = mentee("s", wishes=(Wish("gender", "woman"),), locked_to="him")
    found = solve(problem([keen], [mentor("her", attributes=WOMAN), mentor("him", attributes=MAN)]))
    assert found.pairs == {"s": "him"}


@pytest.mark.parametrize(
    ("student", "guide", "rule"),
    [
        (mentee("s", discipline="art", locked_to="m"), mentor("m"), "discipline"),
        (
            mentee("s", wishes=(Wish("gender", "woman", must=True),), locked_to="m"),
            mentor("m"),
            "must:gender",
        ),
        (mentee("s", blocked=frozenset({"m"}), locked_to="m"), mentor("m"), "other-rule"),
        (
            mentee("s", attributes=MAN, locked_to="m"),
            mentor("m", attributes=WOMAN, exceptions=frozenset({"gender"})),
            "other-rule",
        ),
        (mentee("s", locked_to="m"), mentor("m", capacity=0), "capacity"),
    ],
)
def test_lock_that_breaks_a_rule_is_refused_by_name(student, guide, rule) -> None:
    with pytest.raises(BrokenLock) as caught:
        solve(problem([student], [guide]))
    assert (caught.value.mentee_key, caught.value.mentor_key, caught.value.rule) == ("s", "m", rule)


def test_blocked_pair_is_never_made() -> None:
    left = [mentee("s", blocked=frozenset({"m"}))]
    assert solve(problem(left, [mentor("m")])).unmatched == ("s",)


@pytest.mark.parametrize("attribute", ["gender", "religion"])
def test_mentor_exception_needs_the_same_stated_value(attribute: str) -> None:
    strict = mentor("m", attributes={attribute: "x"}, exceptions=frozenset({attribute}))
    left = [mentee("same", attributes={attribute: "x"}), mentee("other", attributes={attribute: "y"})]
    left += [mentee("silent"), mentee("empty", attributes={attribute: ""})]
    assert set(solve(problem(left, [strict], Rules(minimum=1))).pairs) == {"same"}


def test_exception_of_a_mentor_who_did_not_state_the_attribute_matches_nobody() -> None:
    strict = mentor("m", exceptions=frozenset({"religion"}))
    assert solve(problem([mentee("s")], [strict])).pairs == {}


def test_shortage_by_lot_ignores_wishes_and_wishes_first_does_not() -> None:
    wish = (Wish("gender", "woman"),)
    left = [mentee(f"w{i}", wishes=wish) for i in range(6)] + [mentee(f"n{i}") for i in range(6)]
    right = [mentor("m", attributes=WOMAN, capacity=5)]
    plain = [replace(m, wishes=()) for m in left]
    for seed in range(5):
        by_lot = solve(problem(left, right, Rules(), seed))
        assert by_lot.unmatched == solve(problem(plain, right, Rules(), seed)).unmatched
        first = solve(problem(left, right, Rules(shortage="wishes-first"), seed))
        assert sum(key.startswith("w") for key in first.unmatched) == 1
    draws = {solve(problem(left, right, Rules(), seed)).unmatched for seed in range(5)}
    assert len(draws) > 1


def test_one_to_one_leaves_no_group_undersized() -> None:
    left = [mentee(f"s{i}", affinities={"interests": frozenset({str(i % 4)})}) for i in range(9)]
    right = [mentor(f"m{j}", affinities={"interests": frozenset({str(j % 4)})}) for j in range(9)]
    found = solve(problem(left, right, Rules(minimum=1, maximum=1)))
    assert len(set(found.pairs.values())) == 9
    assert found.proven
    assert found.level("affinity") == -3 * 9


def test_undersized_group_only_where_a_student_would_be_left_out() -> None:
    found_problem = problem([mentee("a"), mentee("b")], [mentor("m")])
    found = solve(found_problem)
    assert found.unmatched == ()
    assert undersized(found_problem, found.pairs) == ["m"]
    assert found.level("undersized") == found.bounds[4] == 1


def test_current_mentor_is_kept_against_better_affinity() -> None:
    shared = {"interests": frozenset({"chess"})}
    left = [mentee(f"s{i}", current=f"m{i // 3}", affinities=shared if i > 2 else {}) for i in range(6)]
    right = [mentor("m0", affinities=shared), mentor("m1")]
    assert solve(problem(left, right)).pairs == {f"s{i}": f"m{i // 3}" for i in range(6)}


def test_attributes_without_wishes_change_nothing() -> None:
    values = [{"ethnicity": v, "home_country": v} for v in "abcdef" * 4]
    left = [mentee(f"s{i}", attributes=value) for i, value in enumerate(values)]
    right = [mentor(f"m{j}", attributes={"ethnicity": "a"}, capacity=4) for j in range(5)]
    turned = [replace(m, attributes=values[-i]) for i, m in enumerate(left)]
    assert solve(problem(left, right)).pairs == solve(problem(turned, right)).pairs


def test_cancelled_run_decides_nothing() -> None:
    asked = iter([False, True])
    left = [mentee("a"), mentee("b", discipline="art"), mentee("c", discipline="cs")]
    right = [mentor("a"), mentor("b", discipline="art"), mentor("c", discipline="cs")]
    with pytest.raises(Cancelled):
        solve(problem(left, right), cancelled=lambda: next(asked))


def test_progress_counts_components_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    left = [mentee("a"), mentee("b", discipline="art")]
    right = [mentor("a"), mentor("b", discipline="art")]
    solve(problem(left, right), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("left", "right"),
    [([], []), ([mentee("a")], []), ([], [mentor("m")]), ([mentee("a")], [mentor("m", capacity=0)])],
)
def test_nobody_to_match_is_an_answer(left, right) -> None:
    found = solve(problem(left, right))
    assert found.pairs == {}
    assert found.unmatched == tuple(m.key for m in left)
    assert found.proven


def test_places_beyond_all_people_and_minimum_beyond_places() -> None:
    left = [mentee(f"s{i}") for i in range(7)]
    generous = mentor("m", capacity=1000, minimum=5000)
    found = solve(problem(left, [generous], Rules(maximum=1000)))
    assert found.unmatched == ()
    assert found.level("undersized") == 1


def test_identical_people_are_spread_evenly() -> None:
    left = [mentee(f"s{i}") for i in range(300)]
    right = [mentor(f"m{j}") for j in range(80)]
    found = solve(problem(left, right))
    sizes = {list(found.pairs.values()).count(m.key) for m in right}
    assert found.proven
    assert sizes == {3, 4}


@pytest.mark.parametrize(
    "bad",
    [
        lambda: problem([mentee("a"), mentee("a")], [mentor("m")]),
        lambda: problem([mentee("a")], [mentor("m"), mentor("m")]),
        lambda: problem([mentee("a", locked_to="nobody")], [mentor("m")]),
        lambda: problem([mentee("a")], [mentor("m", capacity=-1)]),
        lambda: problem([mentee("a")], [mentor("m", exceptions=frozenset({"ethnicity"}))]),
        lambda: problem([mentee("a", wishes=(Wish("height", "tall"),))], [mentor("m")]),
        lambda: problem([mentee("a", wishes=(Wish("gender", "x"), Wish("gender", "y")))], [mentor("m")]),
        lambda: problem([mentee("a")], [mentor("m")], Rules(maximum=-1)),
        lambda: problem([mentee("a")], [mentor("m")], Rules(shortage="loudest-first")),
        lambda: problem([mentee("a")], [mentor("m")], Rules(affinity_weights={"college": -1})),
    ],
)
def test_contradictory_input_is_refused(bad) -> None:
    with pytest.raises(ProblemError):
        solve(bad())


def test_digest_follows_every_field_and_the_seed() -> None:
    one = problem([mentee("a")], [mentor("m")])
    others = [
        problem([mentee("a")], [mentor("m")], seed=2),
        problem([mentee("a", campus="north")], [mentor("m")]),
        problem([mentee("a")], [mentor("m", capacity=4)]),
        problem([mentee("a")], [mentor("m")], Rules(minimum=2)),
        problem([mentee("a", blocked=frozenset({"m"}))], [mentor("m")]),
    ]
    assert len({digest(p) for p in [one, *others]}) == 6


def test_where_nobody_shares_anything_that_is_proven() -> None:
    """No interests were told: nothing can be had in common, however hard the sizes of groups are to choose."""
    random = Random(0)
    mentors = [mentor(f"m{j}", capacity=random.choice([3, 4, 5]), minimum=3) for j in range(68)]
    found = solve(problem([mentee(str(i)) for i in range(200)], mentors, Rules(minimum=3, maximum=6)))
    assert found.proven
    assert (found.vector[-1], found.bounds[-1]) == (0, 0)
