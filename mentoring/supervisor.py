"""``manage.py up``: web, Celery worker and Celery beat under one supervisor.

It restarts what dies, waiting longer each time that a service dies young, and stops
everything on Ctrl-C or SIGTERM. Nothing here loads Django.
"""

import argparse
import contextlib
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from mentoring.launch import SUPERVISOR_PID

ROOT = Path(__file__).resolve().parent.parent
BROKER_FILE = "broker.sqlite3"
# Seconds.
TICK = 0.2
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
STEADY = 30.0  # a service that lived this long starts afresh at FIRST_WAIT
STOP_PATIENCE = 10.0


class CannotStart(Exception):
    """`up` cannot run here; the message says what to do."""


@dataclass
class Service:
    """One process to keep alive. ``wait`` is the pause before its next start, in seconds."""

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = 0.0
    due: float = field(default=0.0)


def services(port: int) -> list[Service]:
    """Web first: it is what the reader waits for."""
    web = f"gunicorn mentoring.wsgi:application --bind 127.0.0.1:{port} --worker-class gthread --workers 1"
    celery = "celery -A mentoring"
    return [
        Service("web", f"{web} --threads 8 --graceful-timeout 5 --no-control-socket".split()),
        Service(
            "worker",
            f"{celery} worker --loglevel INFO --pool threads --concurrency 6"
            " --without-gossip --without-mingle --without-heartbeat".split(),
        ),
        Service("beat", [*f"{celery} beat --loglevel INFO -S mentoring.beat:Scheduler".split(), "--pidfile="]),
    ]


class Supervisor:
    def __init__(self, services: Sequence[Service], *, logs: Path, environment: Mapping[str, str]) -> None:
        self.services = services
        self.logs = logs
        self.environment = environment
        self.stopping = False

    def run(self, *, ready: "Readiness") -> None:
        """Keep all services alive until a signal asks to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup is kept
                signal.signal(number, self.ask_to_stop)
        try:
            while not self.stopping:
                self.look(time.monotonic())
                ready.look()
                time.sleep(TICK)
        finally:
            self.stop()

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:  # asked twice: do not wait for anyone
            for service in self.services:
                kill_group(service)
        self.stopping = True

    def look(self, now: float) -> None:
        for service in self.services:
            if service.process is None:
                if now >= service.due:
                    self.start(service, now)
            elif has_ended(service.process):
                self.bury(service, now)

    def start(self, service: Service, now: float) -> None:
        with (self.logs / f"{service.name}.log").open("ab") as log:
            service.process = subprocess.Popen(
                launching(*service.arguments),
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        service.started = now

    def bury(self, service: Service, now: float) -> None:
        """A service died: clear away what it left running and set the time of its next start."""
        process = service.process
        if process is None:
            return
        kill_group(service)
        code = process.wait()
        service.process = None
        lived = now - service.started
        service.wait = FIRST_WAIT if lived >= STEADY else min(LONGEST_WAIT, max(FIRST_WAIT, 2 * service.wait))
        service.due = now + service.wait
        say(
            f"{service.name} ended ({code}); starting it again in {service.wait:g} s."
            f" See {self.logs / service.name}.log"
        )

    def stop(self) -> None:
        """Ask every service to end, then end those that do not."""
        say("Stopping …")
        running = [service for service in self.services if service.process is not None]
        for service in running:
            if service.process is not None:
                service.process.terminate()
        until = time.monotonic() + STOP_PATIENCE
        while time.monotonic() < until and not all(ended(service) for service in running):
            time.sleep(TICK / 4)
        for service in running:
            kill_group(service)
            if service.process is not None:
                service.process.wait()
        say("Stopped.")


def launching(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mentoring.launch", *arguments]


def ended(service: Service) -> bool:
    return service.process is None or has_ended(service.process)


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it ended, without reaping it: its group keeps its number until it is cleared away."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def kill_group(service: Service) -> None:
    if service.process is not None and service.process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(service.process.pid, signal.SIGKILL)


class Readiness:
    """Says the address, once, when the health page first answers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.said = False

    def look(self) -> None:
        if not self.said and healthy(self.port):
            self.said = True
            say(f"Ready: http://localhost:{self.port}/   (Ctrl-C stops it)")


def healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/", headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def sole_user_of(data: Path) -> Iterator[None]:
    """Hold the data folder: two `up` on one folder would each run a beat and delete the other's broker."""
    with (data / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"Another `up` is running on {data}. Stop it, or give this one its own folder: --data DIR"
            ) from None
        yield


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise CannotStart(
                f"Port {port} cannot be used ({problem.strerror}). Choose another: --port {port + 1}"
            ) from None


def forget_broker(data: Path) -> None:
    """The embedded broker only says "look now"; what an earlier run left in it is of no use."""
    for path in data.glob(BROKER_FILE + "*"):
        path.unlink()


def set_aside(logs: Path) -> None:
    """Keep the logs of the run before this one, and no more."""
    for log in logs.glob("*.log"):
        log.replace(log.with_suffix(".log.old"))


def environment(data: Path, port: int, *, empty: bool) -> dict[str, str]:
    """What settings.py reads; a variable that is set already is kept."""
    chosen = {"DEBUG": "1", "SITE_URL": f"http://localhost:{port}", "PYTHONUNBUFFERED": "1"}
    fixed = {
        "MENTORING_DATA": str(data),
        "MENTORING_EMPTY": "1" if empty else "0",
        SUPERVISOR_PID: str(os.getpid()),
    }
    return {**chosen, **os.environ, **fixed}


def prepare(environ: Mapping[str, str]) -> None:
    try:
        subprocess.run(launching("mentoring.preparation"), cwd=ROOT, env=environ, check=True)
    except subprocess.CalledProcessError:
        raise CannotStart("The database could not be prepared (see above).") from None


def say(message: str) -> None:
    print(message, flush=True)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description="Run the product on this computer, until Ctrl-C.")
    parser.add_argument("--port", type=int, default=8000, help="of the web pages (default: 8000)")
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="folder of all data (default: var)")
    parser.add_argument("--empty", action="store_true", help="start without the demo university")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    data = options.data.resolve()
    try:
        check_port(options.port)
        data.mkdir(parents=True, exist_ok=True)
        with sole_user_of(data):
            os.umask(0o077)  # personal data: for the owner's eyes only
            logs = data / "logs"
            logs.mkdir(exist_ok=True)
            set_aside(logs)
            forget_broker(data)
            environ = environment(data, options.port, empty=options.empty)
            say(f"Starting. Data in {data}, logs in {logs}")
            prepare(environ)
            Supervisor(services(options.port), logs=logs, environment=environ).run(ready=Readiness(options.port))
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # during the preparation
        return 130
    return 0
