"""kill -9 at the worst moments, on real processes: nothing is lost, nothing acknowledged is repeated.

A real Celery worker, a real broker and a real SMTP server that journals what it acknowledged. The
test takes the part of beat: it says "look now" again and again.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from mentoring.messaging.channels import mail_folder
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState, Urgency
from tests.messaging.worker_process import LETTER

pytestmark = [pytest.mark.real_clock, pytest.mark.django_db(transaction=True)]

PATIENCE = 120.0  # on a machine with other work; alone it takes a quarter of a minute
SCRIPT = Path(__file__).with_name("worker_process.py")
OPEN = [MessageState.DUE, MessageState.CLAIMED, MessageState.HANDING]


class Workers:
    """One worker at a time, and others that are loaded and wait to take its place."""

    def __init__(self, environment: dict[str, str], log: Path, count: int) -> None:
        self.log = log
        self.kills = 0
        with log.open("ab") as out:
            self.waiting = [
                subprocess.Popen(
                    [sys.executable, str(SCRIPT)],
                    env=environment,
                    start_new_session=True,
                    stdin=subprocess.PIPE,
                    stdout=out,
                    stderr=out,
                )
                for _ in range(count)
            ]
        self.all = list(self.waiting)
        self.active: subprocess.Popen[bytes] | None = None

    def keep_one_alive(self) -> None:
        if self.active is None and self.waiting:
            self.active = self.waiting.pop()
            assert self.active.stdin is not None
            self.active.stdin.write(b"begin\n")
            self.active.stdin.flush()

    def kill(self) -> None:
        """kill -9, with every process of its pool: whoever was talking to the relay is dead."""
        if self.active is not None:
            os.killpg(self.active.pid, signal.SIGKILL)
            self.active.wait()
            self.active = None
            self.kills += 1

    def end(self) -> None:
        for process in self.all:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            assert process.stdin is not None
            process.stdin.close()


def database_url() -> str:
    """The test database, as another process finds it."""
    kept = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{kept['NAME']}"
    return f"postgres://{kept['USER']}:{kept['PASSWORD']}@{kept['HOST']}:{kept['PORT']}/{kept['NAME']}"


@pytest.fixture
def broker(tmp_path) -> str:
    return os.environ.get("CELERY_BROKER_URL") or f"sqla+sqlite:///{tmp_path / 'broker.sqlite3'}"


@pytest.fixture
def start_workers(broker, tmp_path) -> Iterator[Callable[..., Workers]]:
    """Start workers that hand over to a port, or to the mail folder."""
    with contextlib.ExitStack() as stack:

        def start(port: int = 0, count: int = 2) -> Workers:
            workers = Workers(
                {
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "mentoring.settings",
                    "PYTHONPATH": str(settings.BASE_DIR),
                    "DATABASE_URL": database_url(),
                    "CELERY_BROKER_URL": broker,
                    "EMAIL_HOST": "127.0.0.1" if port else "",
                    "EMAIL_PORT": str(port),
                },
                tmp_path / "worker.log",
                count,
            )
            stack.callback(workers.end)
            return workers

        yield start


def owe_many(person: User, count: int, urgency: Urgency = Urgency.NORMAL) -> None:
    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            key=f"{person.pk}/{LETTER}/{urgency}-{number}", letter=LETTER, recipient=person, urgency=urgency,
            due_at=now, created_at=now, message_id=f"<{urgency}-{number}@northfield.ac.uk>",
        )
        for number in range(count)
    )  # fmt: skip


def run_until_settled(workers: Workers, broker: str) -> None:
    """Say "look now", and let the next worker begin when one is dead, until nothing is open."""
    with Celery(broker=broker, set_as_current=False) as beat:
        until = time.monotonic() + PATIENCE
        while Message.objects.filter(state__in=OPEN).exists():
            assert time.monotonic() < until, workers.log.read_text()[-3000:]
            workers.keep_one_alive()
            beat.send_task("messaging.sweep", retry=False)
            time.sleep(0.3)


def test_a_killed_worker_loses_nothing_and_repeats_nothing(sink, start_workers, broker, university, aisha):
    """Killed at RCPT, right after the acknowledgement, and at some moment between."""
    owe_many(aisha, 80)
    owe_many(aisha, 20, Urgency.AT_ONCE)
    workers = start_workers(settings.EMAIL_PORT, count=4)
    heard = Counter()
    acknowledged_but_unheard = []

    def at_rcpt(address: str) -> None:
        heard["rcpt"] += 1
        if heard["rcpt"] == 40:
            workers.kill()

    def after_acknowledging(mail) -> None:
        heard["data"] += 1
        time.sleep(0.01)
        if heard["data"] in (10, 60):  # what cannot wait goes first: one of either kind
            acknowledged_but_unheard.append(mail["Message-ID"])
            workers.kill()

    sink.on_rcpt, sink.after = at_rcpt, after_acknowledging
    run_until_settled(workers, broker)

    assert workers.kills == 3
    states = dict(Message.objects.values_list("message_id", "state"))
    repeated = {identity for identity, times in sink.acknowledged.items() if times > 1}
    uncertain = {identity for identity, state in states.items() if state == MessageState.UNCERTAIN}
    arrived = set(sink.acknowledged)
    assert set(states.values()) <= {MessageState.SENT, MessageState.UNCERTAIN}
    assert {identity for identity, state in states.items() if state == MessageState.SENT} <= arrived
    assert set(states) - arrived <= uncertain
    assert all(identity.startswith("<at-once") for identity in repeated)
    assert not any(identity.startswith("<at-once") for identity in uncertain)
    assert len(uncertain) <= 4 * workers.kills
    normal = [identity for identity in acknowledged_but_unheard if identity.startswith("<normal")]
    assert normal
    assert set(normal) <= uncertain


def test_without_a_relay_a_killed_worker_lays_every_message_down_once(start_workers, broker, university, aisha):
    folder = mail_folder()
    before = set(folder.glob("*.eml"))
    owe_many(aisha, 300)
    workers = start_workers()

    def laid_down() -> set[Path]:
        return set(folder.glob("*.eml")) - before

    with Celery(broker=broker, set_as_current=False) as beat:
        until = time.monotonic() + PATIENCE
        while len(laid_down()) < 20 and time.monotonic() < until:
            workers.keep_one_alive()
            beat.send_task("messaging.sweep", retry=False)
            time.sleep(0.05)
    workers.kill()
    at_kill = len(laid_down())
    run_until_settled(workers, broker)
    assert 20 <= at_kill < 300
    assert len(laid_down()) == 300
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}
