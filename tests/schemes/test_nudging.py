"""The table of nudges: data that is checked, frozen with the policy, and reads older versions."""

from dataclasses import replace
from datetime import date

import pytest

from schemes.models import Cohort
from schemes.nudging import BadRow, NudgeRow, rows_from, standard_rows
from schemes.policy import BadPolicy, Policy, policy_from
from schemes.selectors import blueprints, phase_of, studying_from
from schemes.services import change_policy, move_milestone
from schemes.states import Phase

ROW = {"key": "hello", "trigger": "no-hello", "audience": "mentor", "text": "first-hello"}


def test_every_blueprint_has_a_table_that_holds_together():
    for key, blueprint in blueprints().items():
        policy = policy_from(blueprint["policy"])
        days = {milestone["key"] for milestone in blueprint["milestones"]}
        assert policy.nudges, key
        assert {row.milestone for row in policy.nudges if row.milestone} <= days, key


@pytest.mark.parametrize(
    "change",
    [
        {"trigger": "moon"},
        {"audience": "staff"},
        {"audience": "mentee"},
        {"text": "no-such-words"},
        {"phase": "winter"},
        {"repeat": "always"},
        {"repeat": "again"},
        {"after_days": -1},
        {"until_days": 366},
        {"milestone": "phase-switch"},
        {"trigger": "milestone"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_a_row_that_does_not_hold_together_is_refused(change):
    with pytest.raises(BadRow):
        rows_from([{**ROW, **change}])
    with pytest.raises(BadPolicy):
        policy_from({"nudges": [{**ROW, **change}]})


def test_two_rows_of_one_name_and_a_row_without_words_are_refused():
    for rows in ([ROW, ROW], [{"key": "hello"}]):
        with pytest.raises(BadRow):
            rows_from(rows)


def test_a_policy_survives_being_frozen():
    own = (NudgeRow(**ROW, after_days=9, is_on=False),)
    policy = Policy(nudges=own, meeting_places=("Ramsden foyer",))
    assert policy_from(policy.as_json()) == policy


def test_waits_of_an_older_version_are_those_of_their_rows():
    policy = policy_from({"first_hello_days": 8, "log_reminder_days": 30, "agreement_due_days": 1})
    waits = {row.key: row.after_days for row in policy.nudges}
    assert (waits["first-hello"], waits["log-reminder"], waits["agreement-due"]) == (8, 30, 1)
    assert waits["still-here"] == {row.key: row.after_days for row in standard_rows()}["still-here"]


def test_a_version_frozen_before_the_table_can_be_changed(northfield, now):
    version = northfield.cohort.policy_versions.get()
    version.knobs = {name: value for name, value in version.knobs.items() if name != "nudges"} | {"first_hello_days": 6}
    version.save()
    change_policy(cohort=northfield.cohort, changes={"nudge_gap_days": 20}, by=northfield.dr_lee, now=now)
    policy = Cohort.objects.get(pk=northfield.cohort.pk).policy
    assert {row.key: row.after_days for row in policy.nudges}["first-hello"] == 6


def test_settling_in_ends_on_the_cohorts_own_day(northfield, now):
    cohort = northfield.cohort
    assert studying_from(cohort) == date(2026, 11, 2)
    switch = cohort.milestones.get(key="phase-switch")
    move_milestone(milestone=switch, to=date(2026, 10, 12), by=northfield.dr_lee, now=now)
    assert phase_of(cohort, date(2026, 10, 11)) == Phase.SETTLING_IN
    assert phase_of(cohort, date(2026, 10, 12)) == Phase.STUDYING
    switch.delete()
    assert studying_from(cohort) == date(2026, 11, 2)


def test_a_row_is_changed_by_replacing_it():
    row = standard_rows()[0]
    assert rows_from([replace(row, is_on=False)])[0].is_on is False
