"""Who is owed which nudge: rules without a database, each at its edge, and what must make no difference."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.nudges.rules import (
    CAUSES,
    UNANSWERED_LIMIT,
    Notice,
    PairFacts,
    PersonFacts,
    Rhythm,
    decide,
    forecast,
    notice_for,
    owed_to,
    reasons,
    waits_for_a_human,
)
from schemes.nudging import InPhase, NudgeRow, Repeat, Text, Trigger, standard_rows
from schemes.rules import Span, is_quiet

START = date(2026, 9, 28)
SWITCH = START + timedelta(weeks=5)
TABLE = standard_rows()
ROWS = {row.key: row for row in TABLE}
RHYTHM = Rhythm(
    span=Span(START - timedelta(days=14), date(2027, 6, 11)),
    studying_from=SWITCH,
    quiet=(Span(date(2026, 12, 21), date(2027, 1, 3)),),
    is_off=False,
    gap=14,
    table=TABLE,
    milestones={
        "phase-switch": SWITCH,
        "half-way": date(2026, 11, 27),
        "second-term": date(2027, 1, 21),
        "certificates": date(2027, 5, 28),
    },
)
LONDON = ZoneInfo("Europe/London")


def days(number):
    return timedelta(days=number)


def mentor(*pairs, **fields):
    return PersonFacts(participant=1, user=11, is_mentor=True, pairs=pairs, **fields)


def mentee(*pairs, **fields):
    return PersonFacts(participant=2, user=22, is_mentor=False, pairs=pairs, **fields)


def pair(match=5, **fields):
    return PairFacts(match=match, introduced_on=START, **fields)


def texts_of(person, day, rhythm=RHYTHM):
    return {owed.text for owed in reasons(person, day, rhythm)}


def only(row, **changes):
    """The calendar with a table of one row."""
    return replace(RHYTHM, table=(replace(row, **changes),))


def test_every_trigger_of_the_table_has_a_meaning():
    assert set(CAUSES) == set(Trigger)
    assert {row.text for row in TABLE} == set(Text)


def test_a_mentor_who_has_not_written_is_asked_for_a_first_hello_after_three_days():
    assert owed_to(mentor(pair()), START + days(2), RHYTHM) is None
    owed = owed_to(mentor(pair()), START + days(3), RHYTHM)
    assert (owed.text, owed.occasion) == (Text.FIRST_HELLO, "1/2026-09-28")
    assert Text.FIRST_HELLO not in texts_of(mentor(pair(tried_on=START)), START + days(9))
    assert Text.FIRST_HELLO not in texts_of(mentor(pair(heard_on=START)), START + days(9))


def test_the_wait_is_the_tables():
    slow = only(ROWS["first-hello"], after_days=8)
    assert owed_to(mentor(pair()), START + days(7), slow) is None
    assert owed_to(mentor(pair()), START + days(8), slow) is not None


def test_a_row_that_is_off_says_nothing():
    assert owed_to(mentor(pair()), START + days(9), only(ROWS["first-hello"], is_on=False)) is None


def test_a_pair_is_quiet_after_21_days_while_settling_in_and_35_later():
    tried = mentor(pair(tried_on=START + days(4)), logged_on=START + days(4))
    assert Text.QUIET_PAIR not in texts_of(tried, START + days(24))
    assert Text.QUIET_PAIR in texts_of(tried, START + days(25))
    late = mentor(pair(tried_on=SWITCH), logged_on=SWITCH)
    assert Text.QUIET_PAIR not in texts_of(late, SWITCH + days(34))
    assert Text.QUIET_PAIR in texts_of(late, SWITCH + days(35))


@pytest.mark.parametrize(("phase", "on", "off"), [("settling-in", -1, 0), ("studying", 0, -1)])
def test_a_row_of_one_phase_ends_or_begins_at_the_cohorts_date(phase, on, off):
    rhythm = only(ROWS["quiet-settling-in"], phase=InPhase(phase), after_days=1)
    person = mentor(pair(tried_on=START))
    assert texts_of(person, SWITCH + days(on), rhythm) == {Text.QUIET_PAIR}
    assert texts_of(person, SWITCH + days(off), rhythm) == set()


def test_each_silence_is_told_once_and_the_longest_first():
    one, two = pair(5, tried_on=START + days(2)), pair(6, tried_on=START + days(1))
    person = mentor(one, two, logged_on=START + days(20))
    owed = [o for o in reasons(person, START + days(30), RHYTHM) if o.text == Text.QUIET_PAIR]
    assert [(o.match, o.occasion) for o in owed] == [(6, "6/2026-09-29"), (5, "5/2026-09-30")]
    told = replace(person, told=frozenset({(Text.QUIET_PAIR, "6/2026-09-29")}))
    assert owed_to(told, START + days(30), RHYTHM).match == 5


def test_what_comes_again_comes_each_time_its_days_have_passed():
    rhythm = only(ROWS["log-reminder"], repeat=Repeat.AGAIN, after_days=10)
    person = mentor(pair(tried_on=START), logged_on=START)
    occasions = [reasons(person, START + days(number), rhythm)[0].occasion for number in (10, 19, 20, 45)]
    assert occasions == ["1/2026-09-28/1", "1/2026-09-28/1", "1/2026-09-28/2", "1/2026-09-28/4"]


def test_a_mentee_who_said_fine_causes_no_nudge_and_gets_none():
    fine = pair(heard_on=START + days(1), expects_silence=True)
    for number in range(250):
        for_mentor = reasons(mentor(fine, logged_on=None), START + days(number), RHYTHM)
        assert {owed.text for owed in for_mentor} <= {Text.THANKS}
        assert reasons(mentee(fine, unaccepted="agreement-1"), START + days(number), RHYTHM) == []


def test_a_mentor_is_reminded_to_log_14_days_after_the_last_time():
    person = mentor(pair(tried_on=START, heard_on=START + days(10)), logged_on=START + days(1))
    assert Text.LOG_REMINDER not in texts_of(person, START + days(14))
    assert Text.LOG_REMINDER in texts_of(person, START + days(15))


@pytest.mark.parametrize("who", [mentor, mentee])
def test_a_text_is_due_a_week_after_the_match_and_again_when_it_changes(who):
    person = who(pair(tried_on=START, heard_on=START), unaccepted="agreement-1")
    assert Text.AGREEMENT_DUE not in texts_of(person, START + days(6))
    owed = owed_to(person, START + days(7), RHYTHM)
    assert owed.text == Text.AGREEMENT_DUE
    told = replace(person, told=frozenset({(owed.text, owed.occasion)}))
    assert owed_to(told, START + days(7), RHYTHM) is None
    assert owed_to(replace(told, unaccepted="agreement-2"), START + days(7), RHYTHM).text == Text.AGREEMENT_DUE


def test_a_mentor_with_mentees_and_no_training_is_told_once():
    person = mentor(pair(tried_on=START, heard_on=START), is_trained=False, logged_on=START)
    assert Text.TRAINING_DUE not in texts_of(person, START + days(6))
    assert texts_of(person, START + days(7)) == {Text.TRAINING_DUE}
    assert texts_of(mentor(is_trained=False), START + days(7)) == set()


def test_a_mentee_is_welcomed_while_it_is_news_and_before_there_is_a_mentor():
    new = mentee(enrolled_on=START)
    assert texts_of(new, START) == {Text.WELCOME}
    assert texts_of(new, START + days(21)) == set()
    assert Text.WELCOME not in texts_of(mentee(pair(), enrolled_on=START), START)


@pytest.mark.parametrize(
    ("who", "text", "day"),
    [
        (mentor, Text.PHASE_MENTOR, SWITCH),
        (mentee, Text.PHASE_MENTEE, SWITCH),
        (mentee, Text.SECOND_TERM, RHYTHM.milestones["second-term"]),
        (mentor, Text.HALF_WAY, RHYTHM.milestones["half-way"]),
        (mentee, Text.HALF_WAY, RHYTHM.milestones["half-way"]),
        (mentor, Text.THANKS, RHYTHM.milestones["certificates"]),
        (mentee, Text.THANKS, RHYTHM.milestones["certificates"]),
    ],
)
def test_the_cohorts_own_days_are_told_while_they_are_news(who, text, day):
    person = who(pair(tried_on=day, heard_on=day), logged_on=day)
    until = next(row.until_days for row in TABLE if row.text == text)
    assert text not in texts_of(person, day - days(1))
    assert text in texts_of(person, day)
    if RHYTHM.is_open(day + days(until)):
        assert text not in texts_of(person, day + days(until))
    moved = replace(RHYTHM, milestones={key: at + days(3) for key, at in RHYTHM.milestones.items()})
    assert text not in texts_of(person, day, moved)


def test_a_silent_mentee_hears_that_the_mentor_is_still_there():
    assert reasons(mentee(pair()), START + days(9), RHYTHM) == []
    assert texts_of(mentee(pair()), START + days(10)) == {Text.STILL_HERE}
    assert reasons(mentee(pair(heard_on=START)), START + days(10), RHYTHM) == []


def test_several_reasons_of_a_day_become_one_message():
    person = mentor(pair(), unaccepted="agreement-1", is_trained=False)
    notice = notice_for([person], START + days(14), RHYTHM)
    assert (notice.first.text, [owed.text for owed in notice.also]) == (
        Text.FIRST_HELLO,
        [Text.AGREEMENT_DUE, Text.TRAINING_DUE],
    )


def test_both_roles_of_a_person_get_one_message_between_them():
    as_mentor, as_mentee = replace(mentor(pair(5)), user=7), replace(mentee(pair(6)), user=7)
    notices = decide([as_mentee, as_mentor], START + days(12), RHYTHM)
    assert [notice.first.participant for notice in notices] == [1]


def test_nothing_is_owed_twice_within_the_gap_even_if_the_clock_was_set_back():
    person = mentor(pair(), nudged_on=START + days(10), unanswered=1)
    for number in range(24):
        assert owed_to(person, START + days(number), RHYTHM) is None
    assert owed_to(person, START + days(24), RHYTHM) is not None


def test_after_two_unanswered_a_human_decides_and_only_thanks_are_said():
    person = mentor(pair(), unanswered=UNANSWERED_LIMIT)
    assert waits_for_a_human(person)
    assert not waits_for_a_human(replace(person, unanswered=1))
    assert not waits_for_a_human(replace(person, may_be_nudged=False))
    said = {owed_to(person, START + days(number), RHYTHM) for number in range(300)}
    assert {owed.text for owed in said if owed} == {Text.THANKS}


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
    heard = list(forecast([mentor(pair())], [START + days(n) for n in range(60)], RHYTHM))
    assert [owed.text for _day, owed in heard] == [Text.FIRST_HELLO, Text.LOG_REMINDER]
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
        user=st.integers(1, 9),
        is_mentor=st.booleans(),
        pairs=some_pairs,
        may_be_nudged=st.booleans(),
        enrolled_on=st.none() | some_days,
        unaccepted=st.sampled_from(["", "agreement-1"]),
        is_trained=st.booleans(),
        logged_on=st.none() | some_days,
        nudged_on=st.none() | some_days,
        unanswered=st.integers(0, 2),
    ),
    max_size=8,
    unique_by=lambda person: person.participant,
)
some_tables = st.lists(
    st.sampled_from(TABLE).flatmap(
        lambda row: st.builds(
            replace,
            st.just(row),
            after_days=st.integers(1, 30),
            repeat=st.sampled_from(list(Repeat)),
            phase=st.sampled_from(list(InPhase)),
            is_on=st.booleans(),
        )
    ),
    max_size=len(TABLE),
    unique_by=lambda row: row.key,
).map(lambda rows: replace(RHYTHM, table=tuple(rows)))


@given(some_people, some_days, some_tables, st.randoms(use_true_random=False))
def test_the_order_of_facts_makes_no_difference(people, day, rhythm, shuffler):
    shuffled = [replace(person, pairs=tuple(shuffler.sample(person.pairs, len(person.pairs)))) for person in people]
    shuffler.shuffle(shuffled)
    assert decide(people, day, rhythm) == decide(shuffled, day, rhythm)


@given(some_people, some_days, some_tables)
def test_a_person_gets_one_message_at_most_and_only_of_rows_that_are_on(people, day, rhythm):
    notices = decide(people, day, rhythm)
    users = [notice.first.user for notice in notices]
    assert len(users) == len(set(users))
    on = {row.text for row in rhythm.table if row.is_on}
    assert {owed.text for notice in notices for owed in notice.everything} <= on


def lived(person, run_days, rhythm=RHYTHM):
    """What the person is told when the rules are asked on these days, each answer being sent at once."""
    told = []
    for day in run_days:
        if notice := notice_for([person], day, rhythm):
            told.append((day, notice))
            heard = {(owed.text, owed.occasion) for owed in notice.everything}
            person = replace(
                person, nudged_on=max(filter(None, [person.nudged_on, day])),
                unanswered=person.unanswered + notice.first.asks, told=person.told | heard,
            )  # fmt: skip
    return told


def occasions(told: list[tuple[date, Notice]]):
    return [(owed.text, owed.occasion) for _day, notice in told for owed in notice.everything]


@settings(max_examples=40)
@given(some_people, some_tables, st.integers(0, 10_000))
def test_repeated_runs_and_clock_jumps_double_nothing(people, rhythm, seed):
    dice = random.Random(seed)
    calendar = [START + days(number) for number in range(150)]
    restless = [day + days(dice.choice([0, 0, 0, -2, 2])) for day in calendar for _ in range(dice.randint(1, 3))]
    for person in people:
        told = lived(person, restless, rhythm)
        assert len(occasions(told)) == len(set(occasions(told)))
        asking = [notice for _day, notice in told if notice.first.asks]
        assert len(asking) <= max(0, UNANSWERED_LIMIT - person.unanswered)
        assert all(
            later - earlier >= days(RHYTHM.gap) for (earlier, _), (later, _) in zip(told, told[1:], strict=False)
        )


@settings(max_examples=40)
@given(some_people, st.sets(st.integers(0, 149), max_size=60))
def test_skipped_days_only_delay(people, skipped):
    calendar = [START + days(number) for number in range(150)]
    kept = [day for number, day in enumerate(calendar) if number not in skipped]
    for person in people:
        steady, patchy = lived(person, calendar), lived(person, kept)
        assert lived(person, calendar + calendar[-1:]) == steady
        if patchy:
            day, notice = patchy[0]
            assert steady[0][0] <= day
            assert notice == notice_for([person], day, RHYTHM)


# The clocks change on 28 March and on 31 October 2027.

AROUND = {
    "spring": (date(2027, 3, 26), date(2027, 3, 28)),
    "autumn": (date(2027, 10, 29), date(2027, 10, 31)),
}
LONG = replace(RHYTHM, span=Span(START, date(2027, 12, 31)), studying_from=date(2028, 1, 1), quiet=())


def polled(person, moments, rhythm):
    """What is told when somebody looks at these moments of UTC, as the service does: in waking hours, by local day."""
    told = []
    for moment in moments:
        local = moment.astimezone(LONDON)
        if is_quiet(local, periods=rhythm.quiet, from_hour=20, until_hour=8):
            continue
        for day, notice in lived(person, [local.date()], rhythm):
            told.append((day, notice))
            heard = {(owed.text, owed.occasion) for owed in notice.everything}
            unanswered = person.unanswered + notice.first.asks
            person = replace(person, nudged_on=day, unanswered=unanswered, told=person.told | heard)
    return told


@pytest.mark.parametrize("season", AROUND)
@settings(max_examples=20)
@given(wait=st.integers(1, 5), minutes=st.sampled_from([15, 60, 119]), seed=st.integers(0, 999))
def test_the_change_of_the_clocks_doubles_and_skips_nothing(season, wait, minutes, seed):
    """A silence that is due on any day around the change is told on that day and once, however the clock jumps."""
    began, changed = AROUND[season]
    person = mentor(PairFacts(5, introduced_on=began, tried_on=began), logged_on=began)
    rhythm = replace(LONG, table=(NudgeRow("quiet", Trigger.SILENT, "mentor", Text.QUIET_PAIR, after_days=wait),))
    steps = range(0, 7 * 24 * 60, minutes)
    start = datetime.combine(began, datetime.min.time(), tzinfo=UTC)
    moments = [start + timedelta(minutes=step) for step in steps]
    dice = random.Random(seed)
    jumping = [
        at + timedelta(minutes=dice.choice([0, 0, -90, 90])) for at in moments for _ in range(dice.randint(1, 2))
    ]
    for looks in (moments, sorted(jumping), jumping):
        told = polled(person, looks, rhythm)
        assert [day for day, _notice in told] == [began + days(wait)]
        assert changed - began == days(2)
