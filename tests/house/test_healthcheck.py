"""The probes of the containers: each tells a living service from a dead one."""

import os
import time

import pytest

from mentoring import beat, healthcheck
from mentoring.celery import app
from tests.devservices import free_port


@pytest.mark.real_clock
@pytest.mark.django_db(transaction=True)
def test_web_answers_under_its_own_name(live_server, monkeypatch):
    monkeypatch.setenv("SITE_URL", "http://localhost:8000")
    assert healthcheck.web(live_server.thread.port)
    assert not healthcheck.web(free_port())


@pytest.mark.real_clock
@pytest.mark.django_db(transaction=True)
def test_web_under_a_foreign_name_is_not_healthy(live_server, monkeypatch, settings):
    settings.ALLOWED_HOSTS = ["mentoring.example.ac.uk"]
    monkeypatch.setenv("SITE_URL", "https://elsewhere.example.ac.uk")
    assert not healthcheck.web(live_server.thread.port)
    monkeypatch.setenv("SITE_URL", "https://mentoring.example.ac.uk")
    assert healthcheck.web(live_server.thread.port)


def test_beat_that_never_looked_or_looked_long_ago_is_not_healthy(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert not healthcheck.beat()
    scheduler = beat.Scheduler(app=app, lazy=True)
    scheduler.tick()
    os.utime(beat.sign_of_life(), (time.time(), time.time()))
    assert healthcheck.beat()
    long_ago = time.time() - healthcheck.BEAT_MAY_SLEEP - 1
    os.utime(beat.sign_of_life(), (long_ago, long_ago))
    assert not healthcheck.beat()


def test_worker_that_does_not_answer_is_not_healthy(monkeypatch):
    asked = []

    class Inspect:
        def __init__(self, answer):
            self.answer = answer

        def ping(self):
            return self.answer

    def inspect(destination, timeout):
        asked.append(destination)
        return Inspect(None if len(asked) == 1 else {destination[0]: {"ok": "pong"}})

    monkeypatch.setattr(app.control, "inspect", inspect)
    assert not healthcheck.worker()
    assert healthcheck.worker()
    assert asked[0][0].startswith("celery@")
