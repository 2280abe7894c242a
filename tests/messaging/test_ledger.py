"""The ledger's harder cases: worn-out batches, frozen workers, the pause, and what an opt-out holds."""

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from mentoring.messaging import delivery, ledger
from mentoring.messaging.channels import Deferred, SmtpChannel, Unreachable
from mentoring.messaging.models import Message, RelayPause
from mentoring.messaging.relay_pause import may_knock, relay_away, standing_pause
from mentoring.messaging.services import call_off, owe, owe_each
from mentoring.messaging.states import MESSAGE, MessageState, Reason, Urgency
from mentoring.participation.services import leave, pause_nudges
from tests.messaging.test_channels import PARCEL
from tests.messaging.test_delivery import Told, raising

S = MessageState


@pytest.fixture
def owed(letter, aisha, now):
    def make(occasion="1", **fields):
        return owe(letter=letter.name, recipient=aisha, occasion=occasion, now=now, **fields)

    return make


def deliver(channel):
    delivery.sweep(clock=timezone.now, channel=channel)
    return [parcel.message_id for parcel in channel.handed]


def states():
    return dict(Message.objects.values_list("key", "state"))


def test_every_state_has_its_row_and_ends_are_ends():
    assert set(MESSAGE.table) == set(S)
    assert {state for state, targets in MESSAGE.table.items() if not targets} == {S.EXPIRED, S.CANCELLED}
    assert not any(MESSAGE.allows(old, S.SENT) for old in (S.DUE, S.CLAIMED, S.FAILED, S.EXPIRED, S.CANCELLED))


def test_a_reason_makes_one_row_however_often_it_is_given(owed):
    first, again = owed(), owed()
    assert first == again
    with pytest.raises(IntegrityError):
        Message.objects.create(
            key=first.key, letter="x", recipient=first.recipient, due_at=first.due_at, created_at=first.due_at,
            message_id="<other@x>",
        )  # fmt: skip


def test_of_a_dead_workers_batch_only_what_it_worked_on_is_blamed(owed, now, clock):
    for number in range(5):
        owed(str(number))
    ledger.claim(now, limit=5)
    clock.shift(ledger.LEASE + timedelta(seconds=1))
    ledger.recover(timezone.now(), Told())
    stops = list(Message.objects.order_by("pk").values_list("stops", flat=True))
    assert (stops, set(states().values())) == ([1, 0, 0, 0, 0], {S.DUE})


def test_nobody_is_blamed_when_the_worker_died_handing_another_over(owed, now, clock):
    for number in range(3):
        owed(str(number))
    batch = ledger.claim(now, limit=3)
    Message.objects.filter(pk=batch[0].pk).update(state=S.HANDING, handed_at=now)
    clock.shift(ledger.LEASE + timedelta(seconds=1))
    ledger.recover(timezone.now(), Told())
    assert [(m.state, m.stops) for m in Message.objects.order_by("pk")] == [
        (S.UNCERTAIN, 0),
        (S.DUE, 0),
        (S.DUE, 0),
    ]


def test_a_message_that_kills_its_workers_takes_no_other_with_it(owed, clock):
    """Five deaths park it; everything behind it is sent meanwhile."""
    poison = owed("poison")
    others = [owed(str(number)) for number in range(4)]
    for _ in range(12):
        clock.shift(timedelta(hours=3))
        ledger.recover(timezone.now(), Told())
        for message in ledger.claim(timezone.now(), limit=5):
            if message == poison:
                break  # its worker dies here, and what it had claimed is left lying
            ledger.begin_handing(
                message, timezone.now(), delivery.handing_statement(message), address="aisha@northfield.ac.uk"
            )
            ledger.record_sent(message, timezone.now())
    found = states()
    assert found.pop(poison.key) == S.FAILED
    assert set(found.values()) == {S.SENT}
    assert len(found) == len(others)


def test_a_suspect_is_claimed_alone(owed, now):
    messages = [owed(str(number)) for number in range(3)]
    Message.objects.filter(pk=messages[0].pk).update(stops=2)
    assert [m.pk for m in ledger.claim(now, limit=9)] == [messages[0].pk]
    assert [m.pk for m in ledger.claim(now, limit=9)] == [m.pk for m in messages[1:]]


@pytest.mark.parametrize(("after", "ends"), [(timedelta(minutes=5), S.UNCERTAIN), (timedelta(minutes=11), S.SENT)])
def test_no_counts_only_once_the_relay_has_given_up_waiting(owed, now, clock, after, ends):
    """Until then a frozen worker might still speak the final dot."""
    message, channel = owed(), Told()
    channel.knows, channel.settle_time = False, timedelta(minutes=10)
    Message.objects.update(state=S.HANDING, lease_until=now + ledger.LEASE, handed_at=now)
    clock.shift(after)
    deliver(channel)
    deliver(channel)
    message.refresh_from_db()
    assert message.state == ends


def test_our_patience_is_longer_than_the_relays(settings):
    settings.MAIL_RELAY_DATA_TIMEOUT = 300
    assert SmtpChannel().settle_time > timedelta(seconds=300)


@pytest.mark.real_clock
def test_a_worker_that_slept_longer_than_the_relay_waits_speaks_no_final_dot(sink, settings):
    settings.MAIL_RELAY_DATA_TIMEOUT = 0.05
    channel = SmtpChannel()
    with pytest.raises(Deferred, match="held up too long"):
        channel.hand_over(PARCEL, lambda: time.sleep(0.1) is None)
    assert sink.journal == []


def test_while_the_relay_is_away_one_knocks_every_half_minute_whoever_asks(db, now):
    relay_away(now, "relay: TimeoutError")
    soon = now + timedelta(seconds=29)
    assert not may_knock(soon, pause=standing_pause())
    then = now + timedelta(seconds=31)
    assert [may_knock(then, pause=standing_pause()) for _worker in range(3)] == [True, False, False]
    relay_away(then, "relay: TimeoutError")
    assert (RelayPause.objects.get().since, RelayPause.objects.count()) == (now, 1)


def test_an_hour_without_a_relay_loses_nothing_and_what_is_pointless_expires(owed, now, clock):
    channel, knocks = Told(), []
    pointless = owed("pointless", expires_at=now + timedelta(minutes=10))
    messages = [owed(str(number)) for number in range(20)]

    def away(parcel):
        knocks.append(timezone.now())
        raise Unreachable("relay: ConnectionRefusedError")

    channel.before = away
    for _ in range(360):
        deliver(channel)
        clock.shift(timedelta(seconds=10))
        if timezone.now() == now + timedelta(minutes=30):
            owed("code", urgency=Urgency.AT_ONCE)
    gaps = [later - earlier for earlier, later in zip(knocks, knocks[1:], strict=False)]
    assert min(gaps) >= timedelta(seconds=30)
    assert len(knocks) > 100
    channel.before = lambda parcel: None
    clock.shift(timedelta(seconds=31))
    deliver(channel)
    found = states()
    assert found.pop(pointless.key) == S.EXPIRED
    assert set(found.values()) == {S.SENT}
    assert len(found) == len(messages) + 1


@pytest.mark.parametrize("say_no", [leave, pause_nudges])
def test_who_says_no_is_handed_nothing_afterwards(northfield, letter, now, say_no):
    """Said between the body and the final dot: the same transaction calls the nudge off."""
    participant = northfield.participant("aisha")
    nudge = owe(
        letter=letter.name, recipient=northfield.aisha, occasion="1", now=now, cohort=northfield.cohort,
        about=participant, urgency=Urgency.NUDGE,
    )  # fmt: skip
    channel = Told()
    channel.before = lambda parcel: say_no(participant=participant, by=None, now=now)
    assert deliver(channel) == []
    nudge.refresh_from_db()
    assert (nudge.state, nudge.reason) == (S.CANCELLED, Reason.CALLED_OFF)


@pytest.mark.parametrize(
    ("change", "state", "reason"),
    [
        ({"is_active": False}, S.CANCELLED, Reason.ACCOUNT_CLOSED),
        ({"email": "aisha2@northfield.ac.uk"}, S.DUE, Reason.NEW_ADDRESS),
    ],
)
def test_a_person_who_changed_between_body_and_dot(owed, aisha, change, state, reason):
    message, channel = owed(), Told()
    channel.before = lambda parcel: type(aisha).objects.filter(pk=aisha.pk).update(**change)
    delivery.send(message.pk, clock=timezone.now, channel=channel)
    message.refresh_from_db()
    assert (message.state, message.reason, channel.handed) == (state, reason, [])


def test_one_message_is_in_flight_at_any_time(owed, now):
    """What was taken is on record, at the latest, when the next is handed over."""
    for number in range(4):
        owed(str(number))
    channel, open_ends = Told(), []
    channel.after = lambda parcel: open_ends.append(Message.objects.filter(state=S.HANDING).count())
    deliver(channel)
    assert open_ends == [1, 1, 1, 1]
    assert set(states().values()) == {S.SENT}


def test_many_are_owed_in_one_go_and_once(letter, aisha, priya, cohort, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        owe_each(
            letter=letter.name,
            recipients=[aisha, priya],
            occasion="o",
            now=now,
            cohort=cohort,
            about=cohort,
            due_at=now,
        )
    owe_each(letter=letter.name, recipients=[aisha], occasion="o", now=now, cohort=cohort, about=cohort, due_at=now)
    assert Message.objects.count() == 2
    assert call_off(about=cohort, now=now, reason=Reason.STOPPED_BY_SENDER) == 2


@pytest.mark.parametrize("name", ["Aisha\r\nBcc: all@x.org", "\u202eahsiA", "A" * 10_000, "Ai\x07\x1bsha", "你" * 500])
def test_a_hostile_name_is_sent_harmlessly(owed, aisha, name):
    type(aisha).objects.filter(pk=aisha.pk).update(given_name=name[:150])
    message, channel = owed(), Told()
    assert deliver(channel) == [message.message_id]
    head, _, _body = channel.handed[0].body.partition(b"\r\n\r\n")
    assert b"\r\nBcc:" not in head
    assert "\u202e".encode() not in channel.handed[0].body
    assert max(map(len, head.split(b"\r\n"))) < 998


def test_a_missing_template_is_a_clear_row_and_stops_nobody_else(owed, monkeypatch, settings, tmp_path):
    message = owed()
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    channel = Told()
    assert deliver(channel) == []
    message.refresh_from_db()
    assert (message.state, message.reason) == (S.DUE, "could not be composed: TemplateDoesNotExist")


def test_a_database_that_dies_at_the_hand_over_leaves_the_message_to_the_next_sweep(owed, clock, monkeypatch):
    message, channel = owed(), Told()
    channel.before = raising(ConnectionError("the database is gone"))
    with pytest.raises(ConnectionError):
        deliver(channel)
    assert channel.handed == []
    channel.before = lambda parcel: None
    clock.shift(ledger.LEASE + timedelta(seconds=1))
    assert deliver(channel) == [message.message_id]
