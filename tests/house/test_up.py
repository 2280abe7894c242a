"""`manage.py up`, really started: it restarts what dies and leaves nothing behind."""

import os
import signal
import sys

import pytest

from mentoring import supervisor
from tests.devservices import free_port
from tests.house.running import PATIENCE, descendants, eventually, parent_of, up

pytestmark = pytest.mark.real_clock


def test_what_dies_is_restarted_and_sigterm_ends_all(tmp_path):
    with up(tmp_path) as running:
        assert f"http://localhost:{running.port}/" in running.said()
        for word in ("gunicorn", "worker", "beat"):
            running.kill(word)
        eventually(lambda: supervisor.healthy(running.port))
        assert running.said().count("starting it again") == 3
        tree = descendants(running.process.pid)
        assert len(tree) >= 4
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=PATIENCE) == 0
        assert not [pid for pid in tree if parent_of(pid)]
        assert "Stopped." in running.said()


def test_nothing_outlives_a_supervisor_that_was_killed(tmp_path):
    with up(tmp_path) as running:
        # gunicorn's own child has to be there besides the three services, or the test proves little.
        eventually(lambda: len(descendants(running.process.pid)) >= 4)
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


def test_the_logs_of_the_last_run_are_kept_and_no_more(tmp_path):
    log = tmp_path / "web.log"
    for text in ("first", "second"):
        log.write_text(text)
        supervisor.set_aside(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"web.log.old": "second"}


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
