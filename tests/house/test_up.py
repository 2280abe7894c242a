"""`manage.py up`, really started: it restarts what dies and leaves nothing behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mentoring import supervisor
from tests import environment
from tests.devservices import free_port

pytestmark = pytest.mark.real_clock

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds; a busy machine starts slowly


@dataclass
class Running:
    process: subprocess.Popen[str]
    port: int
    data: Path
    output: Path

    def said(self) -> str:
        return self.output.read_text()


@contextlib.contextmanager
def up(data: Path, output: Path) -> Iterator[Running]:
    """An empty installation on a free port, in its own process; killed if the test did not end it."""
    port = free_port()
    with output.open("w") as written:
        process = command(data, port, stdout=written, stderr=subprocess.STDOUT)
    tree: set[int] = set()
    try:
        eventually(lambda: process.poll() is not None or "Ready:" in output.read_text())
        assert process.poll() is None, output.read_text()
        yield Running(process, port, data, output)
    finally:
        tree = descendants(process.pid)
        if process.poll() is None:
            process.kill()
        process.wait()
        for pid in tree:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def command(data: Path, port: int, **streams: object) -> subprocess.Popen[str]:
    unwanted = {*environment.FOREIGN, "MENTORING_DATA", "DEBUG", "DJANGO_SETTINGS_MODULE"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "up", "--empty", "--port", str(port), "--data", str(data)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in unwanted},
        text=True,
        **streams,
    )


def eventually(holds: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


def parent_of(pid: int) -> int:
    """The parent of a living process; 0 for one that is gone or dead and not yet buried."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:2]
    except OSError:
        return 0
    return 0 if state == "Z" else int(parent)


def descendants(pid: int) -> set[int]:
    parents = {int(path.name): parent_of(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def service(running: Running, word: str) -> int:
    """The process of one service: the supervisor's own child with this word in its command line; 0 if none."""
    for pid in descendants(running.process.pid):
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            if word in words and parent_of(pid) == running.process.pid:
                return pid
    return 0


def test_what_dies_is_restarted_and_sigterm_ends_all(tmp_path):
    with up(tmp_path / "data", tmp_path / "said") as running:
        assert f"http://localhost:{running.port}/" in running.said()
        assert not list(running.data.glob("**/*.pid"))
        for word in ("gunicorn", "worker", "beat"):
            eventually(lambda word=word: service(running, word))
            old = service(running, word)
            os.kill(old, signal.SIGKILL)
            eventually(lambda word=word, old=old: service(running, word) not in (0, old))
        eventually(lambda: supervisor.healthy(running.port))
        assert running.said().count("starting it again") == 3
        tree = descendants(running.process.pid)
        assert len(tree) >= 4
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=PATIENCE) == 0
        assert not [pid for pid in tree if parent_of(pid)]
        assert "Stopped." in running.said()


def test_nothing_outlives_a_supervisor_that_was_killed(tmp_path):
    with up(tmp_path / "data", tmp_path / "said") as running:
        # gunicorn's and Celery's own children have to be there, or the test proves little.
        eventually(lambda: len(descendants(running.process.pid)) >= 6)
        tree = descendants(running.process.pid)
        running.process.kill()
        running.process.wait()
        eventually(lambda: not [pid for pid in tree if parent_of(pid)])
        assert not supervisor.healthy(running.port)


def test_a_folder_or_port_in_use_is_refused_with_a_way_out(tmp_path, capsys):
    data = tmp_path / "data"
    data.mkdir()
    with supervisor.sole_user_of(data):
        assert supervisor.main(["--data", str(data), "--port", str(free_port())]) == 2
    assert "--data DIR" in capsys.readouterr().err
    with supervisor.socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert supervisor.main(["--data", str(data), "--port", str(port)]) == 2
    assert f"--port {port + 1}" in capsys.readouterr().err


def test_an_old_broker_is_forgotten_and_the_database_is_not(tmp_path):
    for name in ("broker.sqlite3", "broker.sqlite3-wal", "mentoring.sqlite3"):
        (tmp_path / name).touch()
    supervisor.forget_broker(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mentoring.sqlite3"]


def test_a_service_that_keeps_dying_is_started_less_and_less_often(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "launching", lambda *arguments: [sys.executable, "-c", "raise SystemExit(3)"])
    dying = supervisor.Service("web", ())
    watch = supervisor.Supervisor([dying], logs=tmp_path, environment=dict(os.environ))
    waits = []
    now = 0.0
    for _ in range(9):
        watch.look(now)
        eventually(lambda: supervisor.ended(dying))
        watch.look(now)
        waits.append(dying.wait)
        now = dying.due
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    watch.look(now)
    eventually(lambda: supervisor.ended(dying))
    watch.look(now + supervisor.STEADY)
    assert dying.wait == supervisor.FIRST_WAIT


def test_variables_that_are_set_are_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("SITE_URL", "https://mentoring.example.ac.uk")
    monkeypatch.delenv("DEBUG", raising=False)
    chosen = supervisor.environment(tmp_path, 8123, empty=True)
    assert chosen["SITE_URL"] == "https://mentoring.example.ac.uk"
    assert (chosen["DEBUG"], chosen["MENTORING_EMPTY"]) == ("1", "1")
    assert chosen["MENTORING_DATA"] == str(tmp_path)
