"""What ends a message, or leaves it to a human, is on the audit trail, once."""

import pytest

from accounts.models import AuditEntry
from mentoring.messaging.models import Message
from mentoring.messaging.services import call_off, mark_as_sent, owe
from mentoring.messaging.states import MessageState

ENDS = {s for s in MessageState if s not in {MessageState.DUE, MessageState.CLAIMED, MessageState.HANDING}}


def entries() -> list[tuple[str, str, int | None, list[str]]]:
    found = AuditEntry.objects.filter(object_type="messaging.message").order_by("pk")
    return list(found.values_list("verb", "object_id", "actor", "fields"))


@pytest.fixture
def owed(aisha, cohort, letter, now) -> Message:
    message = owe(letter=letter.name, recipient=aisha, occasion="one", now=now, cohort=cohort, about=cohort)
    assert message is not None
    return message


@pytest.mark.parametrize("state", list(MessageState))
def test_each_move_to_an_end_leaves_one_entry(owed, cohort, now, state) -> None:
    before = MessageState.CLAIMED if state == MessageState.DUE else MessageState.DUE
    Message.objects.update(state=before)
    Message.objects.filter(pk=owed.pk).update(state=state, closed_at=now)
    Message.objects.filter(pk=owed.pk).update(state=state, attempts=3)  # no move
    assert entries() == ([(f"message {state}", str(owed.pk), None, ["state"])] if state in ENDS else [])
    if state in ENDS:
        entry = AuditEntry.objects.get(object_type="messaging.message")
        assert (entry.at, entry.scheme_id_at) == (now, cohort.scheme_id)


def test_calling_many_off_at_once_leaves_an_entry_for_each(owed, priya, cohort, letter, now) -> None:
    owe(letter=letter.name, recipient=priya, occasion="two", now=now, cohort=cohort, about=cohort)
    assert call_off(about=cohort, now=now) == 2
    assert [verb for verb, *_rest in entries()] == ["message cancelled"] * 2


def test_a_humans_decision_is_recorded_with_who_it_was_and_only_once(owed, priya, now) -> None:
    Message.objects.update(state=MessageState.UNCERTAIN)
    owed.refresh_from_db()
    mark_as_sent(message=owed, by=priya, now=now)
    assert [(verb, actor) for verb, _pk, actor, _fields in entries()] == [
        ("message uncertain", None),
        ("message sent", priya.pk),
    ]
