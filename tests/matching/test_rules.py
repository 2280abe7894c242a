"""Pure decisions, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from mentoring.matching.engine import Mentee, Mentor, Problem, Rules, Wish, explain_pair
from mentoring.matching.engine.explain_unmatched import UnmatchedReason
from mentoring.matching.rules import (
    PRIVATE,
    Cost,
    Sizes,
    cost_of_move,
    discipline_name,
    group_note,
    is_restorable,
    pair_codes,
    places_offered,
    that_fit,
    unmatched_codes,
)
from mentoring.matching.selectors.wording import cost_words, pair_words, unmatched_words

SIZES = Sizes(least=3, most=5, hardest=6)


@pytest.mark.parametrize(("offered", "places"), [(None, 5), (2, 2), (5, 5), (9, 5), (0, 0)])
def test_a_draft_fills_what_is_offered_up_to_the_plan(offered, places):
    assert places_offered(offered, SIZES) == places


@pytest.mark.parametrize(("size", "note"), [(0, ""), (1, "thin"), (2, "thin"), (3, ""), (5, "full"), (6, "over")])
def test_what_is_unusual_about_a_size(size, note):
    assert group_note(size, SIZES) == note


def test_reasons_of_a_pair_keep_counts_and_never_attributes():
    mentee = Mentee(
        "1",
        "law",
        attributes={"religion": "canary"},
        wishes=(Wish("gender", "canary"), Wish("religion", "canary", must=True)),
        affinities={"interests": frozenset({"canary"})},
    )
    mentor = Mentor("2", "law", attributes={"religion": "canary"}, affinities={"interests": frozenset({"canary"})})
    problem = Problem((mentee,), (mentor,), Rules())
    codes = pair_codes(explain_pair(problem, "1", "2"))
    assert codes == {"near": False, "wished": 2, "honoured": 1, "shared": 1}
    assert pair_words(codes, "Law", "Law", []) == "Both on Law. 1 of 2 wishes honoured. 1 thing in common."


def test_a_requirement_an_exception_and_a_block_are_one_code():
    for code in ("must:gender", "must:religion", "other-rule"):
        reason = UnmatchedReason("rules", "law", within=((code,), ("campus", code)))
        assert unmatched_codes(reason)["in_the_way"] == sorted({PRIVATE, "campus"})
    assert "personal wishes" in unmatched_words(unmatched_codes(reason), "Law")[0]


def test_competition_says_how_many_and_what_would_help():
    codes = unmatched_codes(UnmatchedReason("competition", "law", students=12, places=9))
    assert unmatched_words(codes, "Law") == ("12 students for 9 places in Law.", "3 more places there.")


def test_every_kind_of_reason_has_words():
    for kind in ("competition", "no-mentor", "rules", "left-out", "free-place", "unknown"):
        why, what_helps = unmatched_words({"kind": kind}, "Law")
        assert why
        assert what_helps


def test_a_move_says_what_it_costs():
    assert cost_of_move(old_size=3, new_size=4, sizes=SIZES) == Cost(leaves=2)
    assert cost_of_move(old_size=1, new_size=4, sizes=SIZES) == Cost()  # an empty group is none
    assert cost_of_move(old_size=None, new_size=5, sizes=SIZES) == Cost(makes=6)
    assert cost_words(Cost(leaves=2, makes=6), "Priya") == ["Leaves Priya with 2.", "Makes a group of 6."]


def test_places_go_to_pairs_made_by_hand_first_and_never_beyond_the_hard_maximum():
    proposed = {7: [(1, False), (2, False), (3, True)]}
    assert that_fit(proposed, live={7: 3}, places={7: 5}, hardest=6) == {3, 1}
    assert that_fit(proposed, live={7: 5}, places={7: 5}, hardest=6) == {3}
    assert that_fit(proposed, live={7: 6}, places={7: 5}, hardest=6) == set()
    assert that_fit(proposed, live={}, places={}, hardest=6) == {3}


def test_a_match_comes_back_within_the_fortnight():
    ended = datetime(2026, 10, 1, tzinfo=UTC)
    assert is_restorable(ended_at=ended, now=ended + timedelta(days=14), days=14)
    assert not is_restorable(ended_at=ended, now=ended + timedelta(days=14, seconds=1), days=14)
    assert not is_restorable(ended_at=None, now=ended, days=14)


def test_a_discipline_is_named_by_its_group_or_by_its_plainest_course():
    assert discipline_name("sociology", []) == "Sociology"
    assert discipline_name("100505", ["BSc (Hons) Sociology and Criminology", "BSc (Hons) Sociology"]) == "Sociology"
    assert discipline_name("100505", []) == "100505"
