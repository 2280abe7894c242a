"""Who is owed which nudge: rules without a database, each at its edge, and what must make no difference."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.nudges.rules import (
    PHASE_WINDOW_DAYS,
    STILL_HERE_DAYS,
    PairFacts,
    PersonFacts,
    Rhythm,
    Rule,
    decide,
    forecast,
    owed_to,
    reasons,
)
from schemes.rules import Span

START = date(2026, 9, 28)
SWITCH = START + timedelta(weeks=5)
RHYTHM = Rhythm(
    span=Span(START - timedelta(days=14), date(2027, 6, 11)),
    switch_on=SWITCH,
    quiet=(Span(date(2026, 12, 21), date(2027, 1, 3)),),
    is_off=False,
    first_hello=3,
    quiet_settling_in=21,
    quiet_studying=35,
    log_reminder=14,
    agreement_due=7,
    gap=14,
)


def days(number):
    return timedelta(days=number)


def mentor(*pairs, **fields):
    return PersonFacts(participant=1, user=11, is_mentor=True, pairs=pairs, **fields)


def mentee(*pairs, **fields):
    return PersonFacts(participant=2, user=22, is_mentor=False, pairs=pairs, **fields)


def pair(match=5, **fields):
    return PairFacts(match=match, introduced_on=START, **fields)


def rules_of(person, day, rhythm=RHYTHM):
    return {owed.rule for owed in reasons(person, day, rhythm)}


def test_a_mentor_who_has_not_written_is_asked_for_a_first_hello_after_three_days():
    assert owed_to(mentor(pair()), START + days(2), RHYTHM) is None
    owed = owed_to(mentor(pair()), START + days(3), RHYTHM)
    assert (owed.rule, owed.occasion) == (Rule.FIRST_HELLO, "1/2026-09-28")
    assert Rule.FIRST_HELLO not in rules_of(mentor(pair(tried_on=START)), START + days(9))
    assert Rule.FIRST_HELLO not in rules_of(mentor(pair(heard_on=START)), START + days(9))


def test_a_pair_is_quiet_after_21_days_while_settling_in_and_35_later():
    tried = mentor(pair(tried_on=START + days(4)), logged_on=START + days(4))
    assert Rule.QUIET_PAIR not in rules_of(tried, START + days(24))
    assert Rule.QUIET_PAIR in rules_of(tried, START + days(25))
    late = mentor(pair(tried_on=SWITCH), logged_on=SWITCH)
    assert Rule.QUIET_PAIR not in rules_of(late, SWITCH + days(34))
    assert Rule.QUIET_PAIR in rules_of(late, SWITCH + days(35))


def test_each_silence_is_told_once_and_the_longest_first():
    one, two = pair(5, tried_on=START + days(2)), pair(6, tried_on=START + days(1))
    person = mentor(one, two, logged_on=START + days(20))
    owed = [o for o in reasons(person, START + days(30), RHYTHM) if o.rule == Rule.QUIET_PAIR]
    assert [(o.match, o.occasion) for o in owed] == [(6, "6/2026-09-29"), (5, "5/2026-09-30")]
    told = replace(person, told=frozenset({(Rule.QUIET_PAIR, "6/2026-09-29")}))
    assert owed_to(told, START + days(30), RHYTHM).match == 5


def test_a_mentee_who_said_fine_causes_no_nudge_about_them():
    fine = pair(heard_on=START + days(1), expects_silence=True)
    for number in range(250):
        assert reasons(mentor(fine, logged_on=None), START + days(number), RHYTHM) == []
        assert reasons(mentee(fine), START + days(number), RHYTHM) == []


def test_a_mentor_is_reminded_to_log_14_days_after_the_last_time():
    person = mentor(pair(tried_on=START, heard_on=START + days(10)), logged_on=START + days(1))
    assert Rule.LOG_REMINDER not in rules_of(person, START + days(14))
    assert Rule.LOG_REMINDER in rules_of(person, START + days(15))


@pytest.mark.parametrize("who", [mentor, mentee])
def test_a_text_is_due_a_week_after_the_match_and_again_when_it_changes(who):
    person = who(pair(tried_on=START, heard_on=START), unaccepted="agreement-1")
    assert Rule.AGREEMENT_DUE not in rules_of(person, START + days(6))
    owed = owed_to(person, START + days(7), RHYTHM)
    assert owed.rule == Rule.AGREEMENT_DUE
    told = replace(person, told=frozenset({(owed.rule, owed.occasion)}))
    assert owed_to(told, START + days(7), RHYTHM) is None
    assert owed_to(replace(told, unaccepted="agreement-2"), START + days(7), RHYTHM).rule == Rule.AGREEMENT_DUE


def test_both_hear_of_the_phase_switch_while_it_is_news():
    writes = pair(tried_on=SWITCH, heard_on=SWITCH)
    for who, rule in ((mentor, Rule.PHASE_MENTOR), (mentee, Rule.PHASE_MENTEE)):
        person = who(writes, logged_on=SWITCH)
        assert rule not in rules_of(person, SWITCH - days(1))
        assert rules_of(person, SWITCH) == {rule}
        assert rule not in rules_of(person, SWITCH + days(PHASE_WINDOW_DAYS))


def test_a_silent_mentee_hears_that_the_mentor_is_still_there():
    assert reasons(mentee(pair()), START + days(STILL_HERE_DAYS - 1), RHYTHM) == []
    assert rules_of(mentee(pair()), START + days(STILL_HERE_DAYS)) == {Rule.STILL_HERE}
    assert reasons(mentee(pair(heard_on=START)), START + days(STILL_HERE_DAYS), RHYTHM) == []


def test_nothing_is_owed_twice_within_the_gap_even_if_the_clock_was_set_back():
    person = mentor(pair(), nudged_on=START + days(10), unanswered=1)
    for number in range(24):
        assert owed_to(person, START + days(number), RHYTHM) is None
    assert owed_to(person, START + days(24), RHYTHM) is not None


def test_after_two_unanswered_a_human_decides():
    for number in range(300):
        assert owed_to(mentor(pair(), unanswered=2), START + days(number), RHYTHM) is None


@pytest.mark.parametrize(
    ("person", "rhythm"),
    [
        (mentor(pair(), may_be_nudged=False), RHYTHM),
        (mentee(pair(), may_be_nudged=False, unaccepted="agreement-1"), RHYTHM),
        (mentor(pair()), replace(RHYTHM, is_off=True)),
        (mentor(unaccepted="agreement-1"), RHYTHM),
    ],
    ids=["mentor paused", "mentee paused", "all off", "not matched"],
)
def test_nobody_is_nudged_who_should_not_be(person, rhythm):
    for number in range(300):
        assert owed_to(person, START + days(number), rhythm) is None


def test_nothing_is_owed_in_exams_closures_and_after_the_year():
    assert owed_to(mentor(pair()), date(2026, 12, 20), RHYTHM) is not None
    assert owed_to(mentor(pair()), date(2026, 12, 21), RHYTHM) is None
    assert owed_to(mentor(pair()), date(2027, 1, 3), RHYTHM) is None
    assert owed_to(mentor(pair()), date(2027, 1, 4), RHYTHM) is not None
    assert owed_to(mentor(pair()), date(2027, 6, 12), RHYTHM) is None


def test_the_forecast_keeps_the_same_promises():
    heard = list(forecast(mentor(pair()), [START + days(n) for n in range(60)], RHYTHM))
    assert [owed.rule for _day, owed in heard] == [Rule.FIRST_HELLO, Rule.LOG_REMINDER]
    assert (heard[1][0] - heard[0][0]).days >= RHYTHM.gap


# What must make no difference.

some_days = st.integers(0, 200).map(lambda number: START + days(number))
some_pairs = st.lists(
    st.builds(
        PairFacts,
        match=st.integers(1, 9),
        introduced_on=some_days,
        tried_on=st.none() | some_days,
        heard_on=st.none() | some_days,
        expects_silence=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda pair: pair.match,
).map(tuple)
some_people = st.lists(
    st.builds(
        PersonFacts,
        participant=st.integers(1, 99),
        user=st.integers(1, 99),
        is_mentor=st.booleans(),
        pairs=some_pairs,
        may_be_nudged=st.booleans(),
        unaccepted=st.sampled_from(["", "agreement-1"]),
        logged_on=st.none() | some_days,
        nudged_on=st.none() | some_days,
        unanswered=st.integers(0, 2),
    ),
    max_size=8,
    unique_by=lambda person: person.participant,
)


@given(some_people, some_days, st.randoms(use_true_random=False))
def test_the_order_of_facts_makes_no_difference(people, day, shuffler):
    shuffled = [replace(person, pairs=tuple(shuffler.sample(person.pairs, len(person.pairs)))) for person in people]
    shuffler.shuffle(shuffled)
    assert sorted(decide(people, day, RHYTHM)) == sorted(decide(shuffled, day, RHYTHM))


def lived(person, run_days):
    """What the person is told when the rules are asked on these days, each answer being sent at once."""
    told = []
    for day in run_days:
        if owed := owed_to(person, day, RHYTHM):
            told.append((day, owed))
            person = replace(
                person, nudged_on=max(filter(None, [person.nudged_on, day])), unanswered=person.unanswered + 1,
                told=person.told | {(owed.rule, owed.occasion)},
            )  # fmt: skip
    return told


@given(some_people, st.integers(0, 10_000))
def test_repeated_runs_and_clock_jumps_double_nothing(people, seed):
    dice = random.Random(seed)
    calendar = [START + days(number) for number in range(150)]
    restless = [day + days(dice.choice([0, 0, 0, -2, 2])) for day in calendar for _ in range(dice.randint(1, 3))]
    for person in people:
        told = lived(person, restless)
        occasions = [(owed.rule, owed.occasion) for _day, owed in told]
        assert len(occasions) == len(set(occasions))
        assert len(told) + person.unanswered <= 2 or not told
        assert all(
            later - earlier >= days(RHYTHM.gap) for (earlier, _), (later, _) in zip(told, told[1:], strict=False)
        )


@given(some_people, st.sets(st.integers(0, 149), max_size=60))
def test_skipped_days_only_delay(people, skipped):
    calendar = [START + days(number) for number in range(150)]
    kept = [day for number, day in enumerate(calendar) if number not in skipped]
    for person in people:
        steady, patchy = lived(person, calendar), lived(person, kept)
        assert lived(person, calendar + calendar[-1:]) == steady
        if not patchy:
            continue
        day, owed = patchy[0]
        assert steady[0][0] <= day
        assert owed == reasons_left(person, day)[0]


def reasons_left(person, day):
    return [owed for owed in reasons(person, day, RHYTHM) if (owed.rule, owed.occasion) not in person.told]
