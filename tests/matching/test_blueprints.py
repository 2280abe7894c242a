"""Each of the five blueprints runs: its knobs reach the engine, and a draft of it is published."""

from collections import Counter

import pytest

from mentoring.matching.engine import Rules
from mentoring.matching.models import Match
from mentoring.matching.rules import Sizes, group_places
from mentoring.matching.selectors import choices_for, gather, sizes_of
from mentoring.matching.services import publish_run, shortlist_for
from schemes.policy import policy_from
from schemes.selectors import blueprint, blueprints
from schemes.services import change_policy
from tests.factories import Northfield
from tests.matching.conftest import add_mentee, add_mentor, solved


def _run_as(northfield: Northfield, key: str, now) -> Counter[int]:
    """Sizes of the groups that a scheme of this blueprint publishes for twelve students in two tutor groups."""
    changes = {knob: value for knob, value in blueprint(key)["policy"].items() if knob != "student_led"}
    change_policy(cohort=northfield.cohort, changes=changes, by=northfield.dr_lee, now=now)
    students = [add_mentee(northfield, f"Student{n}", northfield.sociology, tutor_group="AB"[n % 2]) for n in range(12)]
    for number in range(7):
        add_mentor(northfield, f"Mentor{number}", northfield.sociology, now, places_offered=4)
    run = solved(northfield, by="dr_lee", unit="university", now=now)
    publish_run(run=run, by=northfield.dr_lee, now=now)
    found = Match.objects.live().filter(mentee__in=students).select_related("mentee")
    assert found.count() == 12
    if key == "tutor-group":
        assert len({(match.mentor_id, match.mentee.tutor_group) for match in found}) == 2
    groups = Match.objects.live().filter(mentor__in=found.values("mentor"))
    return Counter(groups.values_list("mentor", flat=True))


@pytest.mark.parametrize(
    ("key", "sizes"),
    [
        ("transition-plus", {3, 4, 5}),
        ("tutor-group", {6}),
        ("departmental", {1, 2}),
        ("placement", {1, 2}),
        ("student-led", {1, 2}),
    ],
)
def test_blueprint_runs(trained, now, key, sizes):
    assert set(_run_as(trained, key, now).values()) <= sizes


def test_who_joins_a_tutor_group_late_follows_it_to_its_mentor(trained, now):
    _run_as(trained, "tutor-group", now)
    mentor_of = dict(Match.objects.live().values_list("mentee__tutor_group", "mentor"))
    late = [add_mentee(trained, f"Late{group}", trained.psych, tutor_group=group) for group in ("A", "C")]
    run = solved(trained, by="dr_lee", unit="university", now=now)
    found = dict(run.proposals.values_list("mentee", "mentor"))
    assert found[late[0].pk] == mentor_of["A"]
    assert found[late[1].pk] not in mentor_of.values()
    assert Match.objects.live().count() == 12


def test_where_tutor_groups_stay_together_no_cost_of_one_move_is_asked(trained, now):
    _run_as(trained, "tutor-group", now)
    add_mentee(trained, "Late", trained.psych, tutor_group="A")
    run = solved(trained, by="dr_lee", unit="university", now=now)
    lists = [shortlist_for(proposal.mentee, draft=run, now=now) for proposal in run.proposals.all()]
    asked = [choices_for(kept, by=trained.sam).further for kept in lists]
    assert asked
    assert not any(asked)


def test_five_blueprints_are_data():
    assert set(blueprints()) == {"transition-plus", "tutor-group", "departmental", "placement", "student-led"}
    entries = {key: policy_from(found["policy"]).entry for key, found in blueprints().items()}
    assert {key for key, entry in entries.items() if entry == "opt-in"} == {"departmental", "placement", "student-led"}


def test_knobs_of_a_mode_reach_the_engine(trained, now):
    changes = {"target_size": 4, "mentor_groups": 2, "near_disciplines": [["sociology", "history"]]}
    change_policy(cohort=trained.cohort, changes=changes, by=trained.dr_lee, now=now)
    mentor = add_mentor(trained, "Two", trained.sociology, now, places_offered=8)
    problem = gather(trained.cohort)
    assert (problem.rules.target, problem.rules.unit) == (4, "student")
    assert problem.rules.near == {("sociology", "history"), ("history", "sociology")}
    found = problem.mentor(str(mentor.pk))
    assert (found.capacity, found.minimum, found.further_groups) == (5, 3, ((3, 3),))
    assert sizes_of(trained.cohort.policy) == Sizes(3, 10, 12, groups=2)
    assert isinstance(problem.rules, Rules)


@pytest.mark.parametrize(
    ("offered", "has", "groups", "expected"),
    [
        (4, 0, 1, [(4, 3)]),
        (5, 2, 1, [(3, 1)]),
        (5, 0, 2, [(5, 3)]),
        (6, 0, 2, [(3, 3), (3, 3)]),
        (7, 0, 2, [(4, 3), (3, 3)]),
        (10, 0, 2, [(5, 3), (5, 3)]),
        (10, 6, 2, [(0, 0), (4, 2)]),
        (4, 5, 1, [(0, 0)]),
    ],
)
def test_places_of_each_group_of_a_mentor(offered, has, groups, expected):
    assert group_places(offered, has, Sizes(3, 5 * groups, 6 * groups, groups)) == expected


def test_campus_counts_where_it_is_not_hard(trained, now):
    trained.participant("aisha").cohort.participants.update(campus="North")
    problem = gather(trained.cohort)
    assert problem.mentees[0].affinities["campus"] == {"north"}
    assert problem.rules.affinity_weights["campus"] > 0
    assert not problem.rules.campus_hard
