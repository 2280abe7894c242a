"""Delivery: what is promised about each message, through a channel that does as it is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry
from mentoring.messaging import delivery, ledger
from mentoring.messaging.channels import Channel, Deferred, Refused, TurnedAway, Unknown, Unreachable
from mentoring.messaging.letters import LETTERS, Content
from mentoring.messaging.models import Message
from mentoring.messaging.relay_pause import standing_pause
from mentoring.messaging.services import call_off, owe
from mentoring.messaging.states import MessageState, Urgency
from schemes.models import Cohort


class Told(Channel):
    """Keeps what it was handed; ``before`` and ``after`` the permission it does as it is told."""

    def __init__(self):
        self.handed = []
        self.before = self.after = lambda parcel: None
        self.knows = None
        self.settle_time = timedelta(0)
        self.closed = 0

    @property
    def can_be_asked(self):
        return self.knows is not None

    def hand_over(self, parcel, permit):
        self.before(parcel)
        if not permit():
            return False
        self.handed.append(parcel)
        self.after(parcel)
        return True

    def arrivals(self, handed):
        return {} if self.knows is None else dict.fromkeys(handed, self.knows)

    def close(self):
        self.closed += 1


def raising(problem):
    def act(parcel):
        raise problem

    return act


@pytest.fixture
def channel():
    return Told()


@pytest.fixture
def owed(letter, aisha, now):
    def make(occasion="1", **fields):
        return owe(letter=letter.name, recipient=aisha, occasion=occasion, now=now, **fields)

    return make


@pytest.fixture
def run(channel):
    def sweep():
        return delivery.sweep(clock=timezone.now, channel=channel)

    return sweep


def state_of(message):
    message.refresh_from_db()
    return message.state


def test_what_is_due_is_sent_once_and_its_secret_wiped(owed, run, channel):
    message = owed(secret={"code": "ABC"})
    run()
    run()
    assert state_of(message) == MessageState.SENT
    assert message.secret is None
    assert message.closed_at == timezone.now()
    [parcel] = channel.handed
    assert parcel.address == "aisha@northfield.ac.uk"
    assert parcel.message_id == message.message_id
    assert channel.closed == 2


def test_one_message_can_be_sent_by_name_twice_without_harm(owed, channel):
    message = owed()
    for _ in range(2):
        delivery.send(message.pk, clock=timezone.now, channel=channel)
    assert state_of(message) == MessageState.SENT
    assert len(channel.handed) == 1


def test_what_is_not_due_yet_waits(owed, run, channel, now, clock):
    message = owed(due_at=now + timedelta(minutes=5))
    run()
    assert (state_of(message), channel.handed) == (MessageState.DUE, [])
    clock.shift(timedelta(minutes=5))
    run()
    assert state_of(message) == MessageState.SENT


def test_what_cannot_wait_goes_first(owed, run, channel, now):
    owed("1", due_at=now - timedelta(hours=1))
    code = owed("2", urgency=Urgency.AT_ONCE)
    run()
    assert [p.message_id for p in channel.handed][0] == code.message_id


def test_what_comes_too_late_is_not_sent(owed, run, channel, now, clock):
    message = owed(expires_at=now + timedelta(minutes=15), secret={"code": "ABC"})
    clock.shift(timedelta(minutes=15))
    run()
    assert (state_of(message), message.secret, channel.handed) == (MessageState.EXPIRED, None, [])


def test_what_is_no_longer_wanted_is_called_off(owed, run, channel, letter):
    message = owed()
    letter.content = None
    run()
    assert (state_of(message), message.reason) == (MessageState.CANCELLED, "no longer wanted")
    assert channel.handed == []


def test_a_change_of_mind_before_the_last_dot_counts(owed, run, channel, letter):
    message = owed()
    channel.before = lambda parcel: setattr(letter, "content", None)
    run()
    assert (state_of(message), channel.handed) == (MessageState.CANCELLED, [])


def test_calling_off_before_the_last_dot_counts(owed, run, channel, cohort, now):
    message = owed(about=cohort)
    channel.before = lambda parcel: call_off(about=cohort, now=now)
    run()
    assert (state_of(message), message.reason, channel.handed) == (MessageState.CANCELLED, "called off", [])


def test_calling_off_after_the_hand_over_began_changes_nothing(owed, run, channel, cohort, now):
    message = owed(about=cohort)
    channel.after = lambda parcel: call_off(about=cohort, now=now)
    run()
    assert state_of(message) == MessageState.SENT


def test_an_account_closed_meanwhile_gets_nothing(owed, run, channel, aisha):
    message = owed()
    aisha.is_active = False
    aisha.save()
    run()
    assert (state_of(message), message.reason, channel.handed) == (MessageState.CANCELLED, "account closed", [])


@pytest.mark.parametrize("address", ["aisha@gmail.com", "aisha@evil.northfield.ac.uk", "aisha@northfield.ac.uk.co"])
def test_an_address_outside_the_university_is_refused(owed, run, channel, aisha, address):
    message = owed()
    aisha.email = address
    aisha.save()
    run()
    assert (state_of(message), channel.handed) == (MessageState.FAILED, [])
    assert message.reason == "the address is not one of the university's"


def test_a_reply_address_outside_the_university_is_left_out(owed, run, channel, letter):
    letter.content = replace(letter.content, sender_name="Priya", reply_to="priya@gmail.com")
    owed("1")
    run()
    letter.content = replace(letter.content, reply_to="priya@northfield.ac.uk")
    owed("2")
    run()
    first, second = (parcel.body for parcel in channel.handed)
    assert b"gmail" not in first
    assert b"Reply-To: priya@northfield.ac.uk" in second


def test_nudges_wait_for_the_morning_and_are_not_an_attempt(owed, run, channel, now, clock, cohort):
    nudge = owed("1", urgency=Urgency.NUDGE, cohort=cohort)
    normal = owed("2", cohort=cohort)
    clock.move_to(now.replace(hour=20))
    run()
    assert state_of(nudge) == MessageState.DUE
    assert nudge.due_at == now.replace(day=13, hour=8)
    assert nudge.attempts == 0
    assert state_of(normal) == MessageState.SENT
    clock.move_to(now.replace(day=13, hour=8))
    run()
    assert state_of(nudge) == MessageState.SENT


def test_quiet_hours_that_begin_before_the_last_dot_count(owed, run, channel, now, clock, cohort):
    nudge = owed("1", urgency=Urgency.NUDGE, cohort=cohort)
    clock.move_to(now.replace(hour=19, minute=59, second=59))
    channel.before = lambda parcel: clock.shift(timedelta(seconds=1))
    run()
    assert (state_of(nudge), channel.handed) == (MessageState.DUE, [])


def test_no_nudge_is_sent_once_nudges_are_off(owed, run, channel, cohort):
    nudge = owed(urgency=Urgency.NUDGE, cohort=cohort)
    channel.before = lambda parcel: Cohort.objects.update(nudges_off=True)
    run()
    assert (state_of(nudge), nudge.reason, channel.handed) == (MessageState.CANCELLED, "nudges are off", [])


def test_an_address_that_failed_gets_no_nudge_but_still_what_was_asked_for(owed, run, channel, aisha, now):
    aisha.email_failed_at = now
    aisha.save()
    nudge, normal = owed("1", urgency=Urgency.NUDGE), owed("2")
    run()
    assert (state_of(nudge), state_of(normal)) == (MessageState.FAILED, MessageState.SENT)
    aisha.refresh_from_db()
    assert aisha.email_failed_at is not None  # that a relay takes a message proves no mailbox


def test_what_is_not_taken_is_tried_for_three_days_ever_later(owed, run, channel, now, clock):
    message = owed()
    channel.before = raising(Deferred("relay said 451 later"))
    waits = []
    while state_of(message) == MessageState.DUE:
        run()
        run()  # too early
        message.refresh_from_db()
        waits.append(message.due_at - timezone.now())
        clock.move_to(max(message.due_at, timezone.now()))
    assert (message.state, message.reason) == (MessageState.FAILED, "relay said 451 later")
    assert ledger.GIVE_UP_AFTER <= message.closed_at - now < ledger.GIVE_UP_AFTER + timedelta(hours=2)
    assert waits[:-1] == sorted(waits[:-1])
    assert timedelta(minutes=1) <= waits[0]
    assert waits[-2] < timedelta(minutes=75)
    assert message.attempts == len(waits) - 1 > 50


def test_an_evening_of_a_relay_that_takes_nothing_loses_nothing(owed, run, channel, now, clock):
    messages = [owed(str(number)) for number in range(10)]
    channel.before = raising(Deferred("relay said 452 full"))
    for _ in range(8 * 12):
        run()
        clock.shift(timedelta(minutes=5))
    assert {state_of(m) for m in messages} == {MessageState.DUE}
    channel.before = lambda parcel: None
    for _ in range(15):
        run()
        clock.shift(timedelta(minutes=5))
    assert {state_of(m) for m in messages} == {MessageState.SENT}


def test_time_in_which_nothing_was_tried_is_not_held_against_a_message(owed, run, channel, clock):
    """Put off once, then nobody works over a long holiday: the next "later" is not the last."""
    message = owed()
    channel.before = raising(Deferred("relay said 451 later"))
    run()
    clock.shift(timedelta(days=10))
    run()
    assert (state_of(message), message.attempts) == (MessageState.DUE, 2)


def test_a_letter_that_breaks_spoils_no_other(owed, run, channel, letter, caplog):
    def break_for_one(message):
        if message.key.endswith("bad"):
            raise ValueError("<canary>")
        return whole

    whole, letter.content = letter.content, break_for_one
    bad, good = owed("bad"), owed("good")
    run()
    assert (state_of(bad), bad.reason) == (MessageState.DUE, "could not be composed: ValueError")
    assert "ValueError" in caplog.text
    assert "<canary>" not in caplog.text
    assert state_of(good) == MessageState.SENT


def test_a_letter_nobody_knows_any_more_fails_visibly(owed, run, channel, clock):
    message = owed()
    before = timezone.now() - ledger.GIVE_UP_AFTER
    Message.objects.update(letter="gone.letter", attempts=ledger.FEWEST_TRIES - 1, put_off_since=before)
    run()
    assert (state_of(message), message.reason) == (MessageState.FAILED, "could not be composed: LookupError")


def test_a_refused_address_is_remembered(owed, run, channel, aisha, now):
    message = owed()
    channel.before = raising(Refused("relay said 550 no such user", is_address=True))
    run()
    aisha.refresh_from_db()
    assert (state_of(message), message.reason) == (MessageState.FAILED, "relay said 550 no such user")
    assert aisha.email_failed_at == now
    assert AuditEntry.objects.filter(verb="address failed", object_id=aisha.pk).count() == 1


def test_a_refused_message_says_nothing_about_the_address(owed, run, channel, aisha):
    channel.before = raising(Refused("relay said 554 content"))
    message = owed()
    run()
    aisha.refresh_from_db()
    assert (state_of(message), aisha.email_failed_at) == (MessageState.FAILED, None)


def test_a_relay_that_is_away_costs_no_attempt_and_is_left_in_peace(owed, run, channel, clock):
    messages = [owed(str(number)) for number in range(30)]
    knocks = []

    def away(parcel):
        knocks.append(parcel)
        raise Unreachable("relay: ConnectionRefusedError")

    channel.before = away
    assert run() is False
    run()
    clock.shift(timedelta(seconds=29))
    run()
    assert len(knocks) == 1
    assert {(state_of(m), m.attempts) for m in messages} == {(MessageState.DUE, 0)}
    assert standing_pause().reason == "relay: ConnectionRefusedError"
    channel.before = lambda parcel: None
    clock.shift(timedelta(seconds=1))
    run()
    assert {state_of(m) for m in messages} == {MessageState.SENT}
    assert standing_pause() is None


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_message_that_the_relay_turns_away_keeps_no_other_from_going(owed, run, channel, clock, moment):
    """421, before the body or at its dot: the relay rests, and it is not that message which knocks next."""
    odd, *others = [owed(str(number)) for number in range(5)]

    def turn_away(parcel):
        if parcel.message_id == odd.message_id:
            raise TurnedAway("relay said 421 try again")

    setattr(channel, moment, turn_away)
    run()
    assert (state_of(odd), odd.attempts, odd.reason) == (MessageState.DUE, 1, "relay said 421 try again")
    assert {(state_of(m), m.attempts) for m in others} == {(MessageState.DUE, 0)}
    assert standing_pause()
    clock.shift(timedelta(seconds=31))
    run()
    assert {state_of(m) for m in others} == {MessageState.SENT}
    assert standing_pause() is None


def test_what_may_have_arrived_is_never_sent_again(owed, run, channel, clock):
    message = owed()
    channel.after = raising(Unknown("no answer"))
    run()
    clock.shift(timedelta(days=1))
    run()
    assert state_of(message) == MessageState.UNCERTAIN
    assert len(channel.handed) == 1


def test_a_channel_that_can_tell_settles_what_is_uncertain(owed, run, channel):
    arrived = owed("1")
    channel.after, channel.knows = raising(Unknown("no answer")), True
    run()
    assert state_of(arrived) == MessageState.SENT


def test_what_must_arrive_is_sent_again_with_the_same_message_id(owed, run, channel, clock):
    code = owed(urgency=Urgency.AT_ONCE)
    channel.after = raising(Unknown("no answer"))
    run()
    assert state_of(code) == MessageState.DUE
    channel.after = lambda parcel: None
    clock.move_to(code.due_at)
    run()
    assert state_of(code) == MessageState.SENT
    assert [p.message_id for p in channel.handed] == [code.message_id] * 2


def test_what_must_arrive_is_not_sent_again_without_end(owed, run, channel, clock):
    code = owed(urgency=Urgency.AT_ONCE)
    channel.after = raising(Unknown("no answer"))
    for _ in range(20):
        run()
        clock.shift(timedelta(minutes=10))
    assert (state_of(code), len(channel.handed)) == (MessageState.FAILED, ledger.MAX_STOPS)


@pytest.mark.parametrize(
    ("found", "urgency", "knows", "ends"),
    [
        (MessageState.CLAIMED, Urgency.NORMAL, None, MessageState.SENT),
        (MessageState.HANDING, Urgency.NORMAL, None, MessageState.UNCERTAIN),
        (MessageState.HANDING, Urgency.NUDGE, None, MessageState.UNCERTAIN),
        (MessageState.HANDING, Urgency.AT_ONCE, None, MessageState.DUE),
        (MessageState.HANDING, Urgency.NORMAL, True, MessageState.SENT),
        (MessageState.HANDING, Urgency.NORMAL, False, MessageState.SENT),
    ],
)
def test_what_a_killed_worker_left_is_put_right(owed, run, channel, now, clock, found, urgency, knows, ends):
    message = owed(urgency=urgency)
    Message.objects.update(state=found, lease_until=now + ledger.LEASE, handed_at=now)
    channel.knows = knows
    run()
    assert state_of(message) == found  # the lease still holds
    clock.shift(ledger.LEASE + timedelta(minutes=1))
    run()
    run()
    assert state_of(message) == ends
    assert len(channel.handed) == (ends == MessageState.SENT and not knows)


def test_a_message_that_kills_every_worker_is_parked(owed, run, channel, now):
    message = owed()
    before = now - timedelta(seconds=1)
    Message.objects.update(state=MessageState.CLAIMED, lease_until=before, stops=ledger.MAX_STOPS - 1)
    run()
    assert (state_of(message), channel.handed) == (MessageState.FAILED, [])
    assert message.reason == "the worker stopped each time"


def test_a_worker_frozen_past_its_lease_hands_nothing_over(owed, run, channel, clock):
    """Another worker took the message meanwhile and is not disturbed."""
    message, thieves = owed(), []

    def freeze(parcel):
        channel.before = lambda parcel: None
        clock.shift(ledger.LEASE + timedelta(seconds=1))
        ledger.recover(timezone.now(), channel)
        thieves.extend(ledger.claim(timezone.now()))

    channel.before = freeze
    run()
    assert thieves == [message]
    assert (state_of(message), channel.handed) == (MessageState.CLAIMED, [])
    assert message.lease_until == thieves[0].lease_until


def test_a_worker_frozen_in_the_hand_over_can_still_settle_it(owed, run, channel, clock):
    message = owed()

    def freeze(parcel):
        clock.shift(ledger.LEASE + timedelta(seconds=1))
        ledger.recover(timezone.now(), channel)
        assert state_of(message) == MessageState.UNCERTAIN

    channel.after = freeze
    run()
    assert state_of(message) == MessageState.SENT


def test_two_workers_never_hold_one_message(owed, now):
    for number in range(5):
        owed(str(number))
    first, second = ledger.claim(now, limit=3), ledger.claim(now, limit=3)
    assert (len(first), len(second)) == (3, 2)
    assert not {m.pk for m in first} & {m.pk for m in second}
    assert ledger.claim(now) == []


def test_a_slow_relay_gives_the_rest_of_a_batch_back(owed, run, channel, clock):
    messages = [owed(str(number)) for number in range(3)]
    channel.after = lambda parcel: clock.shift(ledger.LEASE)
    run()
    assert [state_of(m) for m in messages] == [MessageState.SENT, MessageState.DUE, MessageState.DUE]
    assert messages[1].attempts == 0


def test_a_sweep_stops_in_time_and_says_there_is_more(owed, run, channel, clock):
    for number in range(delivery.BATCH + 1):
        owed(str(number))
    channel.after = lambda parcel: clock.shift(delivery.SWEEP_FOR * 1.01 / delivery.BATCH)
    assert run() is True
    assert Message.objects.filter(state=MessageState.DUE).count() == 1
    assert run() is False


def test_a_message_costs_few_queries(owed, run, django_assert_max_num_queries):
    for number in range(10):
        owed(str(number))
    with django_assert_max_num_queries(14 + 10 * 8):
        run()


def test_a_letter_with_a_condition_of_its_own_costs_one_hand_over(
    owed, letter, run, channel, django_assert_num_queries
):
    """Its own update and the one of the message before; on PostgreSQL the two are one statement."""
    LETTERS[letter.name] = replace(LETTERS[letter.name], stands=lambda: Q(pk__gt=0))
    each = 1 if connection.vendor == "postgresql" else 4  # … else with the transaction round the two
    for number in range(10):
        owed(f"first/{number}")
    with CaptureQueriesContext(connection) as queries:
        run()
    ten = len(queries)
    for number in range(30):
        owed(f"then/{number}")
    with django_assert_num_queries(ten + 20 * each - (2 if each == 1 else 0)):  # what is prepared stays so
        run()
    assert len(channel.handed) == 40


def test_a_letter_tells_the_time_of_its_recipients_institution(aisha, letter, now):
    """In a worker nobody has said whose time it is; 09:00 in London is 05:00 in Halifax."""
    aisha.institution.time_zone = "America/Halifax"
    aisha.institution.save()
    told = []

    def tell(message):
        told.append(timezone.localtime(now).strftime("%H:%M"))
        return Content(subject="When", paragraphs=("Hello.",), why="A test.")

    letter.content = tell
    owe(letter=letter.name, recipient=aisha, occasion="zone", now=now)
    delivery.sweep(clock=timezone.now, channel=Told())
    assert set(told) == {"05:00"}
    assert timezone.get_current_timezone_name() == "Europe/London"
