"""Owing a message, calling it off, and telling a worker to look."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from mentoring.messaging import services
from mentoring.messaging.models import Message
from mentoring.messaging.services import UnknownLetter, about, call_off, owe
from mentoring.messaging.states import MessageState, Urgency
from schemes.services import add_quiet_period


def test_owing_twice_makes_one_message(letter, aisha, now):
    first = owe(letter=letter.name, recipient=aisha, occasion="match 1", now=now)
    again = owe(letter=letter.name, recipient=aisha, occasion="match 1", now=now + timedelta(days=1))
    other = owe(letter=letter.name, recipient=aisha, occasion="match 2", now=now)
    assert first == again
    assert first != other
    assert Message.objects.count() == 2
    assert first.key == f"{aisha.pk}/test.letter/match 1"


def test_long_occasions_stay_apart(letter, aisha, now):
    one = owe(letter=letter.name, recipient=aisha, occasion="x" * 300 + "1", now=now)
    two = owe(letter=letter.name, recipient=aisha, occasion="x" * 300 + "2", now=now)
    assert one != two


def test_owing_is_undone_with_its_cause(letter, aisha, now):
    @transaction.atomic
    def owe_and_fail():
        owe(letter=letter.name, recipient=aisha, occasion="1", now=now)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        owe_and_fail()
    assert not Message.objects.exists()


def test_a_closed_account_is_owed_nothing(letter, aisha, now):
    aisha.is_active = False
    assert owe(letter=letter.name, recipient=aisha, occasion="1", now=now) is None
    assert not Message.objects.exists()


def test_an_unknown_letter_is_refused(aisha, now):
    with pytest.raises(UnknownLetter):
        owe(letter="no.such", recipient=aisha, occasion="1", now=now)


def test_a_message_is_about_an_object(letter, aisha, cohort, now):
    message = owe(letter=letter.name, recipient=aisha, occasion="1", now=now, about=cohort)
    assert about(message) == cohort
    message.object_id = "999999"
    assert about(message) is None
    assert about(owe(letter=letter.name, recipient=aisha, occasion="2", now=now)) is None


def test_calling_off_stops_what_has_not_been_handed_over(letter, aisha, priya, cohort, now):
    def owed(occasion, state, **fields):
        message = owe(letter=letter.name, recipient=aisha, occasion=occasion, now=now, **fields)
        Message.objects.filter(pk=message.pk).update(state=state)
        return message

    waiting = owed("1", MessageState.DUE, about=cohort, secret={"code": "1"})
    claimed = owed("2", MessageState.CLAIMED, about=cohort)
    handing = owed("3", MessageState.HANDING, about=cohort)
    sent = owed("4", MessageState.SENT, about=cohort)
    other = owed("5", MessageState.DUE, about=priya)
    assert call_off(about=cohort, now=now, letters=["another.letter"]) == 0
    assert call_off(about=cohort, now=now, letters=[letter.name]) == 2
    assert call_off(about=cohort, now=now) == 0
    states = dict(Message.objects.values_list("pk", "state"))
    assert states[waiting.pk] == states[claimed.pk] == MessageState.CANCELLED
    assert (states[handing.pk], states[sent.pk], states[other.pk]) == ("handing", "sent", "due")
    waiting.refresh_from_db()
    assert waiting.secret is None
    assert waiting.closed_at == now


def test_a_nudge_is_due_in_waking_hours(letter, aisha, cohort, now):
    late = now.replace(hour=21)
    nudge = owe(letter=letter.name, recipient=aisha, occasion="1", now=late, cohort=cohort, urgency=Urgency.NUDGE)
    assert nudge.due_at == now.replace(day=13, hour=8)
    normal = owe(letter=letter.name, recipient=aisha, occasion="2", now=late, cohort=cohort)
    assert normal.due_at == late


def test_a_nudge_waits_for_the_end_of_exams(letter, aisha, cohort, now):
    add_quiet_period(cohort=cohort, kind="exams", first=date(2026, 10, 12), last=date(2026, 10, 16), by=None, now=now)
    nudge = owe(letter=letter.name, recipient=aisha, occasion="1", now=now, cohort=cohort, urgency=Urgency.NUDGE)
    assert nudge.due_at == now.replace(day=17, hour=8)


def test_a_transaction_pokes_once_and_names_what_cannot_wait(
    letter, aisha, now, monkeypatch, django_capture_on_commit_callbacks
):
    poked = []
    monkeypatch.setattr(services, "poke", lambda *args: poked.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        for occasion in "abc":
            owe(letter=letter.name, recipient=aisha, occasion=occasion, now=now)
        owe(letter=letter.name, recipient=aisha, occasion="later", now=now, due_at=now + timedelta(hours=1))
        code = owe(letter=letter.name, recipient=aisha, occasion="d", now=now, urgency=Urgency.AT_ONCE)
    assert poked == [("messaging.sweep",), ("messaging.send", code.pk)]


def test_a_dead_broker_costs_nothing_but_a_warning(monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr(services.current_app, "send_task", refuse)
    services.poke("messaging.sweep")
    assert "next sweep" in caplog.text
