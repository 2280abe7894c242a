"""The processes of the experiment, each with the way it is killed and comes back."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests import devservices

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(answers: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not answers():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.05)


class Server:
    """One server process that can be killed and started again on the same data."""

    name = "server"

    def __init__(self, command: list[str], log: Path, *, user: int | None = None, cwd: Path | None = None) -> None:
        self.command, self.log, self.user, self.cwd = command, log, user, cwd
        self.kills = 0
        self.process: subprocess.Popen[bytes] | None = None

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            with self.log.open("ab") as out:
                process = subprocess.Popen(
                    self.command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, user=self.user, cwd=self.cwd
                )
            self.process = process
            while process.poll() is None and time.monotonic() < end:
                if self.answers():
                    return
                time.sleep(0.05)
            if time.monotonic() > end:
                raise TimeoutError(f"{self.name}: {self.log.read_text()[-2000:]}")
            time.sleep(0.2)  # what the killed one left behind is not gone yet

    def kill(self) -> None:
        """kill -9, with the processes that it made."""
        if self.process is not None:
            children = _children(self.process.pid)
            for pid in (self.process.pid, *children):
                kill(pid)
            self.process.wait()
            until(lambda: not any(map(alive, children)), f"{self.name}'s children are still there")
            self.kills += 1

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
            self.kills -= 1


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def cpu_seconds(pid: int) -> float:
    """What a process and its children, the living and the dead, have used of the processors (Linux; else 0)."""
    used = 0.0
    for each in (pid, *_children(pid)):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            used += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return used


class Sink(Server):
    name = "relay"

    def __init__(self, home: Path, seed: int, drops: float, patience: float) -> None:
        self.port = devservices.free_port()
        self.mail_log = home / "mail.log"
        command = [sys.executable, "-m", "tests.chaos.sink", str(self.port), str(self.mail_log)]
        super().__init__([*command, str(seed), str(drops), str(patience)], home / "sink.log", cwd=ROOT)

    def answers(self) -> bool:
        return _listens(self.port)


class PostgreSQL(Server):
    """Durable, unlike the tests' own: what it acknowledged must survive kill -9."""

    name = "database"

    def __init__(self, home: Path) -> None:
        self.port = devservices.free_port()
        folder, user = devservices.postgresql_binaries(), devservices.servant()
        data = home / "postgresql"
        data.mkdir()
        if user is not None:
            home.chmod(0o755)
            os.chown(data, user, -1)
        making = ["-D", str(data), "-U", "mentoring", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run([str(folder / "initdb"), *making], check=True, capture_output=True, user=user, cwd=data)
        command = [str(folder / "postgres"), "-D", str(data), "-p", str(self.port), "-h", "127.0.0.1", "-k", ""]
        super().__init__([*command, "-c", "shared_buffers=128MB"], home / "postgresql.log", user=user, cwd=data)
        self.url = f"postgres://mentoring@127.0.0.1:{self.port}/postgres"

    def answers(self) -> bool:
        return devservices.postgresql_answers(self.port)


class Redis(Server):
    name = "broker"

    def __init__(self, home: Path) -> None:
        self.port = devservices.free_port()
        command = [devservices.redis_binary(), "--port", str(self.port), "--bind", "127.0.0.1"]
        super().__init__([*command, "--dir", str(home), "--save", ""], home / "redis.log")
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        return devservices.redis_answers(self.port)

    def flush(self) -> None:
        with contextlib.suppress(OSError), _connection(self.port) as wire:
            wire.sendall(b"FLUSHALL\r\n")
            wire.recv(64)


class EmbeddedBroker:
    """A file. To kill it is to delete it under its users; to flush it, to empty it."""

    name = "broker"

    def __init__(self, home: Path) -> None:
        self.path = home / "broker.sqlite3"
        self.url = f"sqla+sqlite:///{self.path}"
        self.kills = 0

    def start(self) -> None:
        """It is made by whoever comes first."""

    def kill(self) -> None:
        for path in self.path.parent.glob(self.path.name + "*"):
            path.unlink(missing_ok=True)
        self.kills += 1

    def flush(self) -> None:
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(self.path, timeout=1)) as broker:
            broker.execute("DELETE FROM kombu_message")
            broker.commit()

    def stop(self) -> None:
        """Nothing runs."""


def _connection(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=1)


def _listens(port: int) -> bool:
    try:
        _connection(port).close()
    except OSError:
        return False
    return True


class EmbeddedDatabase:
    """SQLite is no process: what can die is whoever has it open, all in the same moment."""

    name = "database"

    def __init__(self, home: Path) -> None:
        self.url = f"sqlite:///{home / 'mentoring.sqlite3'}"
        self.kills = 0
        self.users: Nursery | None = None

    def start(self) -> None:
        """It is a file."""

    def kill(self) -> None:
        if self.users is not None:
            for pid in (*self.users.workers, *self.users.beats):
                kill(pid)
        self.kills += 1

    def stop(self) -> None:
        """Nothing runs."""


class Nursery:
    """Forks workers and beats, and knows who lives."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.workers: list[int] = []
        self.beats: list[int] = []
        self.frozen: list[int] = []
        self.kills = 0
        with (home / "workers.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.nursery"],
                cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip

    def born(self, kind: str) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{kind}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def keep(self, workers: int, beats: int) -> None:
        """As many of each as asked for: who died is replaced, who is too many is killed."""
        for kind, held, wanted in (("worker", self.workers, workers), ("beat", self.beats, beats)):
            held[:] = [pid for pid in held if alive(pid)]
            for pid in held[wanted:]:
                kill(pid)
            del held[wanted:]
            while len(held) < wanted:
                held.append(self.born(kind))

    def kill_worker(self, pid: int) -> None:
        kill(pid)
        self.kills += 1

    def freeze(self, pid: int) -> bool:
        """SIGSTOP, and another worker in its place; whether it was there to be frozen."""
        if pid not in self.workers or not alive(pid):
            return False
        os.kill(pid, signal.SIGSTOP)
        self.workers.remove(pid)
        self.frozen.append(pid)
        return True

    def thaw(self, pid: int) -> None:
        """SIGCONT: it goes on where it stood. It has a while for it, then its place is taken for good."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
            time.sleep(3)
        kill(pid)

    def stop(self) -> None:
        for pid in (*self.workers, *self.beats, *self.frozen):
            kill(pid)
        self.process.kill()
        self.process.communicate()
