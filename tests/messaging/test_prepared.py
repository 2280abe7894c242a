"""Updates that the ORM wrote once: the same rows as without, in whichever thread."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from mentoring.messaging import prepared
from mentoring.messaging.models import Message
from mentoring.messaging.prepared import Prepared
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
