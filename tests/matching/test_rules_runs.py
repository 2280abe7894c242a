"""Decisions about drafts and runs: what changes, what is imagined, what is kept, what may be shown."""

import random
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp

from mentoring.matching import engine
from mentoring.matching.rules import (
    Cell,
    Pseudonyms,
    Sizes,
    WhatIf,
    changes_between,
    fairness_of,
    imagined,
    problem_from,
    problem_in_rows,
    remedies_for,
    shown,
    shuffled,
    without_wishes,
)
from mentoring.matching.selectors.wording import remedy_words
from tests.matching.engine.examples import drawn, mentee, mentor, problem

SIZES = Sizes(least=1, most=2, hardest=3)
WOMAN = engine.Wish("gender", "woman", must=True)


def test_changes_name_everybody_once_and_the_groups_that_differ():
    before = {1: 10, 2: 10, 3: None, 4: 11, 5: 11, 6: 12}
    after = {1: 10, 2: 11, 3: 10, 4: None, 5: 11, 7: 12}
    changes = changes_between(before, after)
    assert (changes.matched, changes.lost, changes.moved) == ((3,), (4,), (2,))
    assert (changes.joined, changes.gone) == ((7,), (6,))
    assert [(g.mentor, g.before, g.after, g.came, g.went) for g in changes.groups] == [
        (10, 2, 2, 1, 1),
        (11, 2, 2, 1, 1),
        (12, 1, 1, 1, 1),
    ]
    assert changes_between(after, after).is_nothing


def imagine(given: engine.Problem, what: WhatIf) -> tuple[dict[str, str], engine.Allocation]:
    now = dict(engine.solve(given).pairs)
    return now, engine.solve(imagined(given, what, now=now, live={}))


@pytest.mark.parametrize(
    ("what", "matched"),
    [
        (WhatIf(), 2),
        (WhatIf(places=1), 3),
        (WhatIf(places=1, discipline="art"), 2),
        (WhatIf(discipline="law", mentors=2, planned=1), 4),
        (WhatIf(near=("law", "art")), 3),
    ],
)
def test_what_is_imagined_happens_and_the_pairs_of_the_draft_stay(what, matched):
    students = [mentee(name, discipline="law") for name in "abcd"]
    mentors = [mentor("m", discipline="law", capacity=2), mentor("n", discipline="art", capacity=1)]
    given = problem(students, mentors, engine.Rules(minimum=1, maximum=2))
    now, found = imagine(given, what)
    assert len(found.pairs) == matched
    assert now.items() <= found.pairs.items()


def test_a_rule_is_imagined_away_alone():
    given = problem(
        [mentee("a", campus="x", wishes=(WOMAN,))],
        [mentor("m", campus="y", attributes={"gender": "man"}, exceptions=frozenset({"religion"}))],
        engine.Rules(minimum=1, campus_hard=True),
    )
    for without, matched in ((("campus",), 0), (("wishes",), 0), (("campus", "wishes"), 1)):
        assert len(imagine(given, WhatIf(without=without))[1].pairs) == matched, without


def test_another_minimum_counts_the_mentees_of_before():
    given = problem([mentee("a")], [mentor("m", minimum=0), mentor("n", minimum=3)], engine.Rules())
    made = imagined(given, WhatIf(minimum=2), now={}, live={"m": 1, "n": 0})
    assert [m.minimum for m in made.mentors] == [1, 2]


def test_a_problem_comes_back_from_its_rows_to_the_last_detail():
    for seed in range(30):
        given = Pseudonyms("salt").problem(replace(drawn(seed), seed=seed))
        rules, rows = problem_in_rows(given)
        assert engine.digest(problem_from(rules, rows.values(), seed)) == engine.digest(given)


def test_pseudonyms_change_no_outcome():
    """The engine asks which values are equal, and nothing else; without lots every level is the same."""
    for seed in range(40):
        given = drawn(seed)
        given = replace(given, rules=replace(given.rules, shortage="wishes-first"))
        hidden = Pseudonyms(f"salt {seed}").problem(given)
        assert engine.solve(given).vector == engine.solve(hidden).vector, seed


def test_pseudonyms_hold_no_key_and_no_value():
    canary = {"gender": "canary-1"}
    likes = {"interests": frozenset({"canary-2"})}
    her = mentor("canary-3", attributes=canary, affinities=likes)
    who = mentee("canary-4", wishes=(engine.Wish("gender", "canary-1"),), affinities=likes, group="canary-5")
    kept = replace(who, blocked=frozenset({"canary-3"}), current="canary-3", locked_to="canary-3")
    hidden = Pseudonyms("salt").problem(problem([kept], [her]))
    assert "canary" not in str(problem_in_rows(hidden))
    (one,), (other,) = hidden.mentees, hidden.mentors
    assert one.wishes[0].value == other.attributes["gender"]
    assert one.blocked == {other.key}
    assert (one.current, one.locked_to) == (other.key, other.key)
    assert Pseudonyms("other salt").person("canary-3") != other.key


@pytest.mark.abuse(24)
def test_shuffled_attributes_change_no_pair_where_nobody_wishes():
    differed = 0
    for seed in range(40):
        plain = without_wishes(drawn(seed))
        dealt = shuffled(plain, seed)
        assert engine.solve(dealt).pairs == engine.solve(plain).pairs, seed
        differed += dealt != plain
    assert differed > 30


@pytest.mark.abuse(23)
def test_remedies_name_gender_only_and_only_for_ten():
    """Ethnicity, country and religion are never named; nor is what fewer require than could hide among them."""
    men = [mentor("m", discipline="law", attributes={"gender": "man"}, capacity=2)]
    for wish, students, named in (
        (WOMAN, 10, "woman"),
        (WOMAN, 9, None),
        (engine.Wish("religion", "canary", must=True), 10, None),
    ):
        waiting = [mentee(f"s{n}", discipline="law", wishes=(wish,)) for n in range(students)]
        given = problem(waiting, men, engine.Rules(minimum=1, maximum=3))
        found = remedies_for(given, engine.solve(given).unmatched, SIZES)
        (remedy,) = [codes for codes in found if codes["kind"] == "places"]
        assert (remedy["students"], remedy.get("gender")) == (students, named)
        assert "canary" not in str(found)
        assert ("wom" in remedy_words(remedy, {"law": "Law"})) == bool(named)


def test_wider_groups_help_exactly_as_many_as_counted():
    students = [mentee(name, discipline="law") for name in "abcde"]
    given = problem(students, [mentor("m", discipline="law", capacity=2)] * 1, engine.Rules(minimum=1, maximum=3))
    found = remedies_for(given, engine.solve(given).unmatched, SIZES)
    assert {codes["kind"]: codes["students"] for codes in found} == {"places": 3, "wider": 1}
    assert not [c for c in remedies_for(given, ["c"], Sizes(1, 3, 3)) if c["kind"] == "wider"]


# Fairness


@pytest.mark.abuse(23)
def test_small_groups_and_small_sides_are_hidden():
    rows = shown([Cell("a", 100, 95), Cell("b", 100, 50), Cell("c", 9, 9), Cell("d", 12, 6), Cell("e", 0, 0)])
    assert [(r.name, r.total, r.percent, r.few) for r in rows] == [
        ("a", 100, None, "no"),
        ("b", 100, 50, ""),
        ("c", None, None, ""),
        ("d", None, None, ""),  # hidden with c, which could be had by subtraction
    ]


def test_a_single_hidden_rate_takes_the_next_smallest_with_it():
    rows = shown([Cell("a", 50, 47), Cell("b", 40, 20), Cell("c", 90, 45)])
    assert [r.percent for r in rows] == [None, None, 50]


@pytest.mark.abuse(23)
def test_no_count_below_ten_can_be_worked_out_from_what_is_shown():
    """Every hidden side is asked of a solver that knows the totals: at least two answers remain."""
    dealer = random.Random(7)
    asked = 0
    for _round in range(25):
        sizes = [dealer.choice([3, 7, 11, 14, 25, 60, 200]) for _ in range(dealer.randint(2, 5))]
        cells = [Cell(str(n), size, dealer.randint(0, size)) for n, size in enumerate(sizes)]
        rows = shown(cells)
        if all(row.is_hidden for row in rows):
            continue
        for n, cell in enumerate(cells):
            for side in (0, 1):
                part = (cell.yes, cell.total - cell.yes)[side]
                if 0 < part < 10 and rows[n].percent is None:
                    least, most = reach(cells, rows, n, side)
                    assert most > least, (cells, rows, n)
                    asked += 1
    assert asked > 20


def reach(cells: list[Cell], rows: list, n: int, side: int) -> tuple[int, int]:
    """Least and most that one side of a group can be, for somebody who knows all totals and what is shown."""
    size = len(cells)
    constraints = [
        LinearConstraint(np.ones((1, 2 * size)), sum(c.total for c in cells), sum(c.total for c in cells)),
        LinearConstraint(np.tile([1.0, 0.0], size)[None], sum(c.yes for c in cells), sum(c.yes for c in cells)),
    ]
    for k, row in enumerate(rows):
        yes, no = np.zeros(2 * size), np.zeros(2 * size)
        yes[2 * k] = no[2 * k + 1] = 1
        if row.total is None:
            constraints.append(LinearConstraint((yes + no)[None], 1, np.inf))
            continue
        constraints.append(LinearConstraint((yes + no)[None], row.total - 2.5, row.total + 2.5))
        if row.percent is not None:
            below, above = (row.percent - 2.5) / 100, (row.percent + 2.5) / 100
            constraints.append(LinearConstraint((yes - below * (yes + no))[None], 0, np.inf))
            constraints.append(LinearConstraint((yes - above * (yes + no))[None], -np.inf, 0))
        if row.few:
            constraints.append(LinearConstraint((yes if row.few == "yes" else no)[None], 0, 9))
    goal = np.zeros(2 * size)
    goal[2 * n + side] = 1
    ends = [milp(sign * goal, constraints=constraints, integrality=np.ones(2 * size)) for sign in (1, -1)]
    assert all(end.success for end in ends)
    return round(ends[0].fun), round(-ends[1].fun)


def test_rates_count_students_by_wish_and_group():
    keen = [mentee(f"k{n}", campus="x", wishes=(engine.Wish("gender", "woman"),)) for n in range(40)]
    others = [mentee(f"o{n}", campus="y", attributes={"gender": "man"}) for n in range(40)]
    mentors = [mentor("her", attributes={"gender": "woman"}), mentor("him", attributes={"gender": "man"})]
    pairs = {m.key: "her" for m in keen[:20]} | {m.key: "him" for m in (*keen[20:30], *others[:20])}
    tables = fairness_of(problem([*keen, *others], mentors), pairs, ["gender"])
    wish = {row["name"]: row for row in tables["wish"]["matched"]}
    assert (wish["gender"]["percent"], wish[""]["percent"]) == (75, 50)
    assert [(r["name"], r["percent"]) for r in tables["campus"]["matched"]] == [("x", 75), ("y", 50)]
    assert [(r["name"], r["percent"]) for r in tables["gender"]["matched"]] == [("", 75), ("man", 50)]
    assert "discipline" not in tables  # one group has nothing to be compared with
    assert [(r["name"], r["percent"]) for r in tables["campus"]["honoured"]] == [("x", 65)]
