"""`manage.py up` as a process of its own, for the tests that kill parts of it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from tests import environment
from tests.devservices import ADDRESSES, free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 150.0  # seconds; a busy machine starts slowly


@dataclass
class Running:
    process: subprocess.Popen[str]
    port: int
    data: Path
    output: Path
    environment: dict[str, str]

    def said(self) -> str:
        return self.output.read_text()

    def service(self, word: str) -> int:
        """The supervisor's own child with this word in its command line; 0 if there is none now."""
        for pid in descendants(self.process.pid):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
                if word in words and parent_of(pid) == self.process.pid:
                    return pid
        return 0

    def kill(self, word: str) -> None:
        """kill -9 a service, and wait until another has taken its place."""
        eventually(lambda: self.service(word))
        old = self.service(word)
        os.kill(old, signal.SIGKILL)
        eventually(lambda: self.service(word) not in (0, old))


@contextlib.contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """In the second round a new database of the real server, and a broker; in the first nothing: the embedded."""
    server, redis = (os.environ.get(name, "") for name in ADDRESSES)
    if not server or not redis:
        yield {}
        return
    name = f"up_{uuid.uuid4().hex}"
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw") or 0)
    with contextlib.closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
            yield {
                "DATABASE_URL": f"{server.rsplit('/', 1)[0]}/{name}",
                "CELERY_BROKER_URL": f"{redis}/{10 + worker}",
                "SECRET_KEY": os.environ["SECRET_KEY"],
                "MENTORING_FIELD_KEYS": os.environ["MENTORING_FIELD_KEYS"],
            }
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def up(folder: Path, **variables: str) -> Iterator[Running]:
    """An empty installation on a free port; killed, with all its children, if the test did not end it."""
    port, data, output = free_port(), folder / "data", folder / "said"
    unwanted = {*environment.FOREIGN, "MENTORING_DATA", "DEBUG", "DJANGO_SETTINGS_MODULE"}
    inherited = {name: value for name, value in os.environ.items() if name not in unwanted}
    with own_database() as chosen, output.open("w") as written:
        environ = {**inherited, **chosen, **variables}
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--empty", "--port", str(port), "--data", str(data)],
            cwd=ROOT, env=environ, text=True, stdout=written, stderr=subprocess.STDOUT,
        )  # fmt: skip
        with killed_in_the_end(process):
            eventually(lambda: process.poll() is not None or "Ready:" in output.read_text())
            assert process.poll() is None, output.read_text()
            yield Running(process, port, data, output, {**environ, "MENTORING_DATA": str(data), "DEBUG": "1"})


@contextlib.contextmanager
def killed_in_the_end(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        tree = descendants(process.pid)
        if process.poll() is None:
            process.kill()
        process.wait()
        for pid in tree:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def eventually(holds: Callable[[], Any], within: float = PATIENCE) -> None:
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


def parent_of(pid: int) -> int:
    """The parent of a living process; 0 for one that is gone, or dead and not yet buried."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:2]
    except OSError:
        return 0
    return 0 if state == "Z" else int(parent)


def descendants(pid: int) -> set[int]:
    numbers = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    parents = {number: parent_of(number) for number in numbers}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}
