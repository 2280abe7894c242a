"""Updates that the ORM wrote once: the same rows as without, in whichever thread."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mentoring.messaging import prepared
from mentoring.messaging.models import Message
from mentoring.messaging.prepared import InOneGo, Prepared
from mentoring.messaging.services import owe


def later() -> Prepared:
    return Prepared(
        Message.objects.filter(pk=prepared.PK, due_at__lte=prepared.NOW),
        slots={"pk": prepared.PK, "now": prepared.NOW},
        changes={"due_at": prepared.NOW, "reason": "moved"},
    )


def test_each_run_brings_its_own_values(letter, aisha, priya, now):
    first, second = (owe(letter=letter.name, recipient=person, occasion="1", now=now) for person in (aisha, priya))
    statement = later()
    assert statement.run(pk=first.pk, now=now + timedelta(hours=1)) == 1
    assert statement.run(pk=second.pk, now=now + timedelta(hours=2)) == 1
    assert statement.run(pk=second.pk, now=now) == 0
    moved = dict(Message.objects.values_list("pk", "due_at"))
    assert moved == {first.pk: now + timedelta(hours=1), second.pk: now + timedelta(hours=2)}


def test_two_updates_in_one_go_hold_together(letter, aisha, priya, now):
    first, second = (owe(letter=letter.name, recipient=person, occasion="1", now=now) for person in (aisha, priya))
    both = InOneGo(later(), later())
    hour = timedelta(hours=1)
    assert both.run({"pk": first.pk, "now": now + hour}, pk=second.pk, now=now + 2 * hour) == 1
    assert both.run({"pk": first.pk, "now": now + 3 * hour}, pk=second.pk, now=now) == 0  # tells of the second
    moved = dict(Message.objects.values_list("pk", "due_at"))
    assert moved == {first.pk: now + 3 * hour, second.pk: now + 2 * hour}


@pytest.mark.django_db(transaction=True)
def test_what_the_server_knows_is_known_to_its_connection_alone(letter, aisha, now):
    message = owe(letter=letter.name, recipient=aisha, occasion="1", now=now)
    statement = later()
    for hours in (1, 2):
        assert statement.run(pk=message.pk, now=now + timedelta(hours=hours)) == 1
        connection.close()


def test_behind_a_pooler_nothing_is_left_with_the_server(letter, aisha, now, monkeypatch):
    message = owe(letter=letter.name, recipient=aisha, occasion="1", now=now)
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    with CaptureQueriesContext(connection) as queries:
        assert later().run(pk=message.pk, now=now + timedelta(hours=1)) == 1
    assert [query["sql"].split()[0] for query in queries] == ["UPDATE"]


def test_a_value_that_would_be_lost_is_noticed(db):
    with pytest.raises(ValueError, match="stand-in"):
        Prepared(Message.objects.filter(pk=1), slots={"pk": prepared.PK}, changes={"reason": ""})


@pytest.mark.django_db(transaction=True)
def test_written_in_one_thread_it_runs_in_another(letter, aisha, now):
    message = owe(letter=letter.name, recipient=aisha, occasion="1", now=now)
    statement = later()

    def run() -> int:
        try:
            return statement.run(pk=message.pk, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(run).result() == 1
