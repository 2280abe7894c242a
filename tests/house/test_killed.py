"""Worker, beat and web killed with `kill -9` in the middle of the post: nothing lost, nothing sent twice."""

import json
import subprocess
import sys
import time

import pytest

from mentoring.messaging.tasks import SENDERS
from tests.house.running import ROOT, Running, eventually, up
from tests.messaging.sink import Sink, SinkServer

pytestmark = pytest.mark.real_clock

LETTERS = 60
KILLS = 2
# What a killed worker held is taken up again when its lease of 90 seconds ends.
PATIENCE = 300.0

OWE = f"""
from django.utils import timezone
from tests.factories import build_northfield
from mentoring.messaging.services import owe
from mentoring.messaging.states import Urgency
aisha = build_northfield().people["aisha"]
for number in range({LETTERS}):
    owe(
        letter="sign-in.code", recipient=aisha, occasion=str(number), secret={{"code": "000000"}},
        urgency=Urgency.NORMAL, now=timezone.now(),
    )
"""
STATES = """
import json
from mentoring.messaging.models import Message
print(json.dumps(list(Message.objects.values_list("message_id", "state"))))
"""


def shell(running: Running, code: str) -> str:
    """Run code in a process of its own, on the data of the running installation."""
    answer = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT,
        env=running.environment,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_no_message_is_lost_and_none_is_sent_twice(tmp_path):
    sink = Sink()
    sink.on_data = lambda mail: time.sleep(0.1)  # a slow relay, so that the kills fall between two letters
    server = SinkServer(sink)
    server.start()
    try:
        with up(tmp_path, EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(server.port)) as running:
            shell(running, OWE)
            for number in range(1, KILLS + 1):
                eventually(lambda number=number: len(sink.journal) >= 6 * number, within=PATIENCE)
                running.kill("worker")
            running.kill("beat")
            running.kill("gunicorn")
            states = settled(running)
    finally:
        server.stop()
    arrived = sink.acknowledged
    assert max(arrived.values()) == 1
    assert set(arrived) <= set(states)
    perhaps = {key for key, state in states.items() if state == "uncertain"}
    assert set(states) - set(arrived) <= perhaps
    assert len(perhaps) <= KILLS * SENDERS  # each was between two words of a hand-over (trust.md §3)
    assert len(states) >= LETTERS


def settled(running: Running) -> dict[str, str]:
    """Message-ID and state, when every message has come to its end."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        states = dict(json.loads(shell(running, STATES)))
        if set(states.values()) <= {"sent", "uncertain"}:
            return states
        time.sleep(5)
    pytest.fail(f"still on their way: {states}")
