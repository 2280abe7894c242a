"""A database that goes away for a moment: what a worker knows is written down when it is back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from mentoring.messaging import delivery, ledger, loose_ends
from mentoring.messaging.models import Message
from mentoring.messaging.services import owe
from mentoring.messaging.states import MessageState, Reason
from tests.messaging.test_delivery import Told, raising

S = MessageState


@pytest.fixture
def owed(letter, aisha, now):
    def make(occasion="1", **fields):
        return owe(letter=letter.name, recipient=aisha, occasion=occasion, now=now, **fields)

    return make


@pytest.fixture(autouse=True)
def _nothing_left():
    loose_ends._left.clear()
    yield
    loose_ends._left.clear()


def sweep(channel):
    return delivery.sweep(clock=timezone.now, channel=channel)


def rows():
    return [(m.state, m.reason, m.attempts, m.stops) for m in Message.objects.order_by("pk")]


def test_a_batch_that_the_database_left_lying_is_given_back_at_the_next_look(owed):
    """No lease has to run out for it, and nobody is blamed."""
    for number in range(3):
        owed(str(number))
    channel = Told()
    channel.before = raising(OperationalError("server closed the connection"))
    with pytest.raises(OperationalError):
        sweep(channel)
    assert {state for state, *_rest in rows()} == {S.CLAIMED}
    loose_ends.tie_up()
    assert rows() == [(S.DUE, Reason.DATABASE_AWAY, 0, 0)] * 3
    channel.before = lambda parcel: None
    sweep(channel)
    assert {state for state, *_rest in rows()} == {S.SENT}
    assert len(channel.handed) == 3


def test_what_was_taken_before_the_database_went_away_is_no_longer_uncertain(owed, monkeypatch):
    record, outage = ledger.record_sent, [OperationalError("gone")]

    def record_when_it_is_back(*what):
        if outage:
            raise outage.pop()
        return record(*what)

    monkeypatch.setattr(ledger, "record_sent", record_when_it_is_back)
    taken, channel = owed("taken"), Told()
    with pytest.raises(OperationalError):
        sweep(channel)
    taken.refresh_from_db()
    assert taken.state == S.HANDING
    sweep(channel)
    taken.refresh_from_db()
    assert (taken.state, len(channel.handed)) == (S.SENT, 1)


def test_while_it_stays_away_nothing_is_forgotten_and_nothing_else_is_begun(owed):
    owed()
    ends = []
    loose_ends._left.append(raising_always(OperationalError("gone")))
    loose_ends._left.append(lambda: ends.append("tied"))
    with pytest.raises(OperationalError):
        sweep(Told())
    assert rows() == [(S.DUE, "", 0, 0)]
    assert len(loose_ends._left) == 2
    loose_ends._left.pop()
    loose_ends.tie_up()
    assert (ends, len(loose_ends._left)) == (["tied"], 0)


def test_what_others_moved_meanwhile_stays_as_they_moved_it(owed, clock):
    owed()
    channel = Told()
    channel.before = raising(OperationalError("gone"))
    with pytest.raises(OperationalError):
        sweep(channel)
    clock.shift(ledger.LEASE + timedelta(seconds=1))
    ledger.recover(timezone.now(), channel)
    [thief] = ledger.claim(timezone.now())
    loose_ends.tie_up()
    assert Message.objects.get().lease_until == thief.lease_until
    assert Message.objects.get().state == S.CLAIMED


def test_a_message_that_the_database_does_not_take_is_no_outage(owed):
    """Its fault would come back at every look: its lease runs out, and it is blamed."""
    owed()
    channel = Told()
    channel.before = raising(IntegrityError("of this row"))
    with pytest.raises(IntegrityError):
        sweep(channel)
    assert not loose_ends._left


def raising_always(problem):
    def act(*_args, **_named):
        raise problem

    return act
