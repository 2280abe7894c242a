"""The tasks, each run twice."""

import pytest

from mentoring.celery import app, look
from mentoring.messaging import tasks
from mentoring.messaging.channels import mail_folder
from mentoring.messaging.services import owe
from mentoring.messaging.states import MessageState


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def files():
    return sorted(path.name for path in mail_folder().iterdir())


def test_a_sweep_run_twice_lays_each_message_down_once(letter, aisha, priya, now):
    messages = [owe(letter=letter.name, recipient=person, occasion="1", now=now) for person in (aisha, priya)]
    tasks.sweep()
    tasks.sweep()
    assert files() == sorted(f"{message.message_id.strip('<>')}.eml" for message in messages)


def test_one_message_sent_by_name_twice_is_laid_down_once(letter, aisha, priya, now):
    message = owe(letter=letter.name, recipient=aisha, occasion="1", now=now)
    other = owe(letter=letter.name, recipient=priya, occasion="1", now=now)
    tasks.send(message.pk)
    tasks.send(message.pk)
    tasks.send(999_999)
    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.state, other.state) == (MessageState.SENT, MessageState.DUE)
    assert len(files()) == 1


def test_a_sweep_with_more_to_do_asks_for_another(monkeypatch, db):
    poked = []
    monkeypatch.setattr(tasks.delivery, "sweep", lambda **kwargs: True)
    monkeypatch.setattr(tasks, "poke", poked.append)
    tasks.sweep()
    assert poked == [tasks.sweep]


def test_a_worker_looks_by_itself_and_survives_trouble(monkeypatch, letter, aisha, priya, now):
    """Its own look delivers without a broker; what goes wrong in it is the next look's to overcome."""
    owe(letter=letter.name, recipient=aisha, occasion="1", now=now)
    assert look() is False
    assert len(files()) == 1

    def gone(**kwargs):
        raise ConnectionError("the database is gone")

    with monkeypatch.context() as broken:
        broken.setattr(tasks.delivery, "sweep", gone)
        assert look() is False
    owe(letter=letter.name, recipient=priya, occasion="1", now=now)
    assert look() is False
    assert len(files()) == 2


def test_a_backlog_leaves_threads_for_what_cannot_wait(monkeypatch, db):
    swept = []
    monkeypatch.setattr(tasks.delivery, "sweep", lambda **kwargs: swept.append(tasks.sweep()))
    tasks.sweep()
    assert swept == [False, None]


def test_looks_of_an_outage_leave_no_pile():
    entries = app.conf.beat_schedule.values()
    assert all(entry["options"]["expires"] <= entry["schedule"] for entry in entries)
