"""Nudges from the database: facts gathered, messages owed once, and only what still stands is sent."""

import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.agreements.selectors import texts_in_force
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.states import Channel, ContactKind, Reply
from mentoring.matching.models import Match
from mentoring.messaging import delivery
from mentoring.messaging.channels import FileChannel
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState, Urgency
from mentoring.nudges.rules import PairFacts
from mentoring.nudges.selectors import LETTER, facts_of, in_detail, people_in_batches, waiting_for_a_human
from mentoring.nudges.services import change_wait, decide_about, owe_nudges, switch_nudges, switch_row
from mentoring.nudges.states import Decided
from mentoring.nudges.tasks import decide
from mentoring.participation.models import Participant
from schemes.models import Cohort
from schemes.nudging import Text
from schemes.services import add_quiet_period, change_policy
from tests.factories import MatchFactory, MentorFactory, ParticipantFactory

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def no_texts(northfield, now):
    """Nothing to accept, and everybody trained."""
    change_policy(cohort=northfield.cohort, changes={"agreement_texts": []}, by=northfield.dr_lee, now=now)
    switch_row(cohort=northfield.cohort, key="training-due", is_on=False, by=northfield.dr_lee, now=now)


@pytest.fixture
def told(northfield):
    """Owe the cohort's nudges at a time; what is owed as (first name, rule)."""

    def run(at):
        owe_nudges(cohort=Cohort.objects.get(pk=northfield.cohort.pk), now=at)
        return sorted(
            (message.recipient.given_name.lower(), message.letter.removeprefix("nudges."))
            for message in Message.objects.exclude(state="cancelled").select_related("recipient")
        )

    return run


def log(mentor, matches, day, kind=ContactKind.TWO_WAY, channel=Channel.MESSAGE, **fields):
    logged_at = datetime.combine(day, datetime.min.time(), tzinfo=LONDON).replace(hour=12)
    contact = Contact.objects.create(
        mentor=mentor, kind=kind, channel=channel, happened_on=day, form_key=uuid.uuid4(),
        logged_by=mentor.user, logged_at=logged_at, **fields,
    )  # fmt: skip
    contact.matches.set(matches)
    return contact


def tap(match, choice, at, **fields):
    return CourtesyReply.objects.create(match=match, choice=choice, replied_at=at, **fields)


def person(northfield, name, now):
    participant = northfield.participant(name)
    return facts_of(northfield.cohort, [participant], now.date())[0]


def test_facts_of_a_pair(northfield, matched, now):
    priya = northfield.participant("priya")
    log(priya, [matched["aisha"]], date(2026, 10, 1), ContactKind.ATTEMPT)
    log(priya, [matched["aisha"]], date(2026, 10, 9), withdrawn_at=now)
    log(priya, [matched["ben"]], date(2026, 9, 30), ContactKind.GROUP)
    log(priya, [matched["chidi"]], date(2026, 10, 2), channel=Channel.COURTESY)
    tap(matched["chidi"], Reply.FINE, now - timedelta(days=10))
    tap(matched["aisha"], Reply.NOT_NOW, now - timedelta(days=3), undone_at=now)
    introduced = date(2026, 9, 14)
    facts = person(northfield, "priya", now)
    assert {p.match: p for p in facts.pairs} == {
        matched["aisha"].pk: PairFacts(matched["aisha"].pk, introduced, tried_on=date(2026, 10, 1)),
        matched["ben"].pk: PairFacts(matched["ben"].pk, introduced, date(2026, 9, 30), date(2026, 9, 30)),
        matched["chidi"].pk: PairFacts(matched["chidi"].pk, introduced, None, date(2026, 10, 2), expects_silence=True),
    }
    assert facts.logged_on == date(2026, 10, 1)


def test_the_mentor_and_the_silent_mentees_are_told_once(northfield, matched, no_texts, told, now):
    expected = [
        ("aisha", Text.STILL_HERE),
        ("ben", Text.STILL_HERE),
        ("chidi", Text.STILL_HERE),
        ("priya", Text.FIRST_HELLO),
    ]
    assert told(now) == expected
    assert told(now) == expected
    assert told(now + timedelta(days=13)) == expected
    assert {message.urgency for message in Message.objects.all()} == {Urgency.NUDGE}


def test_the_task_run_twice_owes_the_same(northfield, matched, now):
    decide()
    first = set(Message.objects.values_list("key", flat=True))
    decide()
    assert first
    assert set(Message.objects.values_list("key", flat=True)) == first


def test_who_was_in_touch_is_left_alone(northfield, matched, no_texts, told, now):
    log(northfield.participant("priya"), matched.values(), now.date())
    for match in matched.values():
        tap(match, Reply.HELLO, now)
    assert told(now) == []


def test_unaccepted_texts_are_due(northfield, matched, told, now):
    assert texts_in_force(northfield.cohort)
    assert ("aisha", Text.AGREEMENT_DUE) in told(now)
    assert ("omar", Text.AGREEMENT_DUE) not in told(now)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "left", "left_at": datetime(2026, 10, 11, tzinfo=LONDON)},
        {"state": "paused"},
        {"nudges_paused_at": datetime(2026, 10, 11, tzinfo=LONDON)},
        {"paused_until": date(2026, 10, 12)},
    ],
    ids=["left", "paused", "no nudges", "until today"],
)
def test_who_left_or_paused_hears_nothing(northfield, matched, told, now, change):
    Participant.objects.filter(user=northfield.aisha).update(**change)
    assert "aisha" not in {name for name, _rule in told(now)}
    assert "ben" in {name for name, _rule in told(now)}


def test_nothing_is_decided_in_quiet_hours_exams_or_when_all_is_off(northfield, matched, told, now):
    assert told(now.replace(hour=7, minute=59)) == []
    assert told(now.replace(hour=20)) == []
    Cohort.objects.update(nudges_off=True)
    assert told(now) == []
    Cohort.objects.update(nudges_off=False)
    add_quiet_period(cohort=northfield.cohort, kind="exams", first=now.date(), last=now.date(), by=None, now=now)
    assert told(now) == []
    assert told(now + timedelta(days=1)) != []


def test_the_answer_of_one_pair_says_nothing_of_another_scheme(northfield, matched, no_texts, told, now):
    stranger = ParticipantFactory(cohort=northfield.other_cohort, programme=northfield.sociology)
    mentor = MentorFactory(cohort=northfield.other_cohort, programme=northfield.sociology)
    MatchFactory(mentor=mentor, mentee=stranger)
    assert len(told(now)) == 4


def test_two_unanswered_end_it_and_an_answer_begins_anew(northfield, matched, no_texts, told, now):
    def count():
        return Message.objects.filter(recipient=northfield.priya).count()

    for number in range(12):
        told(now + timedelta(weeks=number))
    assert count() == 2
    log(northfield.participant("priya"), matched.values(), (now + timedelta(weeks=12)).date())
    for number in range(13, 30):
        told(now + timedelta(weeks=number))
    assert count() == 4


def deliver(at, clock, folder):
    clock.move_to(at)
    delivery.sweep(clock=timezone.now, channel=FileChannel(folder))
    return {message.letter: message.state for message in Message.objects.filter(recipient__given_name="Priya")}


def test_a_nudge_whose_reason_is_gone_is_not_sent(northfield, matched, no_texts, told, now, clock, tmp_path):
    told(now)
    log(northfield.participant("priya"), matched.values(), now.date())
    assert deliver(now, clock, tmp_path) == {"nudges.first-hello": MessageState.CANCELLED}


def test_a_nudge_whose_reason_stands_is_sent(northfield, matched, no_texts, told, now, clock, tmp_path):
    told(now)
    assert deliver(now, clock, tmp_path) == {"nudges.first-hello": MessageState.SENT}
    assert len(list(tmp_path.iterdir())) == 4


def test_who_leaves_meanwhile_gets_nothing(northfield, matched, told, now, clock, tmp_path):
    told(now)
    Participant.objects.filter(user=northfield.priya).update(state="left", left_at=now)
    assert set(deliver(now, clock, tmp_path).values()) == {MessageState.CANCELLED}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("last_sunday", [date(2027, 3, 28), date(2026, 10, 25)], ids=["spring", "autumn"])
def test_the_change_of_the_clocks_makes_no_difference(northfield, matched, no_texts, last_sunday):
    """Asked every quarter of an hour over both days: once, in waking hours, whatever the offset."""
    Match.objects.update(introduced_at=datetime.combine(last_sunday, datetime.min.time(), LONDON) - timedelta(days=3))
    moment = datetime.combine(last_sunday - timedelta(days=1), datetime.min.time(), LONDON).astimezone(ZoneInfo("UTC"))
    cohort = Cohort.objects.get(pk=northfield.cohort.pk)
    for number in range(0, 4 * 60, 2):
        owe_nudges(cohort=cohort, now=moment + timedelta(minutes=15 * number))
    assert Message.objects.filter(letter="nudges.first-hello").count() == 1
    for message in Message.objects.all():
        assert 8 <= timezone.localtime(message.due_at, LONDON).hour < 20


def facts_in_batches(cohort, today):
    return [person for batch in people_in_batches(cohort) for person in facts_of(cohort, batch, today)]


def test_batches_make_no_difference_and_queries_do_not_grow(
    northfield, matched, now, monkeypatch, django_assert_max_num_queries
):
    cohort, today = northfield.cohort, now.date()
    whole = facts_in_batches(cohort, today)
    monkeypatch.setattr("mentoring.nudges.selectors.facts.BATCH", 2)
    assert facts_in_batches(cohort, today) == whole
    monkeypatch.undo()
    for _number in range(20):
        mentor = MentorFactory(cohort=cohort, programme=northfield.sociology)
        mentee = ParticipantFactory(cohort=cohort, programme=northfield.sociology)
        MatchFactory(mentor=mentor, mentee=mentee)
    with django_assert_max_num_queries(20):
        assert len(facts_in_batches(cohort, today)) == len(whole) + 40


def test_both_roles_of_a_person_are_in_one_batch(northfield, matched, no_texts, now, monkeypatch):
    for name in ("priya", "aisha", "ben"):
        other = "mentee" if name == "priya" else "mentor"
        ParticipantFactory(
            cohort=northfield.cohort, user=northfield.people[name], role=other, programme=northfield.sociology
        )
    for size in (1, 2, 3, 4):
        monkeypatch.setattr("mentoring.nudges.selectors.facts.BATCH", max(2, size))
        batches = [[one.user_id for one in batch] for batch in people_in_batches(northfield.cohort)]
        seen = [user for batch in batches for user in set(batch)]
        assert len(seen) == len(set(seen)) == 6


def test_switching_off_and_on(northfield, now):
    for _ in range(2):
        switch_nudges(cohort=northfield.cohort, is_off=True, by=northfield.dr_lee, now=now)
    assert Cohort.objects.get(pk=northfield.cohort.pk).nudges_off
    assert AuditEntry.objects.filter(verb="nudges switched off", actor=northfield.dr_lee).count() == 1
    switch_nudges(cohort=northfield.cohort, is_off=False, by=northfield.dr_lee, now=now)
    assert not Cohort.objects.get(pk=northfield.cohort.pk).nudges_off


@pytest.mark.parametrize("name", ["tom", "una", "priya", "mallory", "sam", "carys"])
def test_nobody_else_switches_nudges(northfield, now, name):
    """Not a coordinator of a part of the scheme either: it is a change for all of it."""
    cohort, by = northfield.cohort, northfield.people[name]
    with pytest.raises(NotAllowed):
        switch_nudges(cohort=cohort, is_off=True, by=by, now=now)
    with pytest.raises(NotAllowed):
        switch_row(cohort=cohort, key="first-hello", is_on=False, by=by, now=now)
    with pytest.raises(NotAllowed):
        change_wait(cohort=cohort, key="first-hello", days=9, by=by, now=now)
    assert not Cohort.objects.get(pk=cohort.pk).nudges_off
    assert cohort.policy_versions.count() == 1


def test_one_rule_switched_off_is_a_new_version_and_its_messages_are_not_sent(
    northfield, matched, no_texts, told, now, clock, tmp_path
):
    told(now)
    versions = northfield.cohort.policy_versions.count()
    for _ in range(2):
        switch_row(cohort=northfield.cohort, key="first-hello", is_on=False, by=northfield.dr_lee, now=now)
    assert northfield.cohort.policy_versions.count() == versions + 1
    entry = AuditEntry.objects.get(verb="nudge rule changed", fields=["first-hello.is_on"])
    assert entry.actor == northfield.dr_lee
    assert deliver(now, clock, tmp_path) == {"nudges.first-hello": MessageState.CANCELLED}
    assert Message.objects.filter(letter="nudges.still-here", state=MessageState.SENT).count() == 3


def test_a_rules_wait_is_changed_within_its_range(northfield, now):
    change_wait(cohort=northfield.cohort, key="first-hello", days=8, by=northfield.dr_lee, now=now)
    fresh = Cohort.objects.get(pk=northfield.cohort.pk)
    assert {row.key: row.after_days for row in fresh.policy.nudges}["first-hello"] == 8
    for days, key in ((-1, "first-hello"), (366, "first-hello"), (3, "nothing")):
        with pytest.raises(WrongState):
            change_wait(cohort=northfield.cohort, key=key, days=days, by=northfield.dr_lee, now=now)


def test_a_days_reasons_are_one_message_and_are_never_told_again(northfield, matched, told, now, clock, tmp_path):
    """priya has written to nobody, accepted nothing and is not trained: one message says all three."""
    told(now)
    mine = Message.objects.filter(recipient=northfield.priya, letter__startswith=LETTER)
    assert {m.letter: m.state for m in mine} == {
        "nudges.first-hello": "due", "nudges.agreement-due": "cancelled", "nudges.training-due": "cancelled",
    }  # fmt: skip
    deliver(now, clock, tmp_path)
    mails = [path.read_text() for path in tmp_path.glob("*.eml")]
    [mail] = [mail for mail in mails if "priya@northfield.ac.uk" in mail]
    for words in ("A first hello", "Three minutes", "One session"):
        assert words in mail
    told(now + timedelta(days=15))
    assert mine.filter(letter="nudges.agreement-due").count() == 1


def worn_out(northfield, told, now):
    for weeks in (0, 3):
        told(now + timedelta(weeks=weeks))
    return now + timedelta(weeks=5)


def test_after_two_unanswered_a_human_decides(northfield, matched, no_texts, told, now):
    later = worn_out(northfield, told, now)
    waiting = waiting_for_a_human(northfield.sam, northfield.cohort, later.date())
    worn = in_detail([person.pk for person in waiting], northfield.cohort, later.date())
    names = sorted((one.participant.user.given_name, one.unanswered) for one in worn)
    assert names == [("Aisha", 2), ("Ben", 2), ("Chidi", 2), ("Priya", 2)]
    assert [one.last_on for one in worn] == sorted(one.last_on for one in worn)
    assert not waiting_for_a_human(northfield.carys, northfield.cohort, later.date()).exists()
    priya = northfield.participant("priya")
    with pytest.raises(WrongState):
        decide_about(participant=priya, choice=Decided.AGAIN, by=northfield.carys, now=later)
    decide_about(participant=priya, choice=Decided.AGAIN, by=northfield.sam, now=later)
    waiting = waiting_for_a_human(northfield.sam, northfield.cohort, later.date())
    assert "Priya" not in {person.user.given_name for person in waiting}
    with pytest.raises(WrongState):
        decide_about(participant=priya, choice=Decided.LEAVE, by=northfield.sam, now=later)
    told(later)
    assert Message.objects.filter(recipient=northfield.priya, letter__startswith=LETTER).count() == 3


def test_left_in_peace_means_no_more_nudges(northfield, matched, no_texts, told, now):
    later = worn_out(northfield, told, now)
    priya = northfield.participant("priya")
    decide_about(participant=priya, choice=Decided.LEAVE, by=northfield.sam, now=later)
    priya.refresh_from_db()
    assert priya.nudges_paused_at == later
    assert priya.state == "enrolled"
    assert AuditEntry.objects.filter(verb="nudges: leave", actor=northfield.sam).count() == 1
    for weeks in range(6, 30):
        told(now + timedelta(weeks=weeks))
    assert Message.objects.filter(recipient=northfield.priya, letter__startswith=LETTER).count() == 2
