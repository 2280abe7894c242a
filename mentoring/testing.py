"""``manage.py test``: every check, then the suite on SQLite and again on PostgreSQL and Redis.

The second round leaves out what asks no database: the pure rules, the engine, the checks of the house.

With arguments it is the fast loop: they go to pytest as they are, on SQLite. Without, all
checks run even if one fails, and pytest's own closing line comes last.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests import devservices, environment

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent
PYTHON = sys.executable
# Read by tests/conftest.py, which reports them just before pytest's closing line.
FAILED = "MENTORING_FAILED_CHECKS"

# What each check is called, and the command that fails when it does not hold.
CHECKS: tuple[tuple[str, Sequence[str]], ...] = (
    ("format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    ("lint", (PYTHON, "-m", "ruff", "check", ".")),
    ("templates", (PYTHON, "-m", "djlint", "templates", "--lint", "--quiet")),
    ("types", (PYTHON, "-m", "mypy")),
    ("import contracts", (str(SCRIPTS / "lint-imports"), "--no-cache")),
    ("system check", (PYTHON, "manage.py", "check", "--fail-level", "WARNING")),
    ("missing migrations", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
    ("state diagrams", (PYTHON, "manage.py", "draw_states", "--check")),
    ("translations", (PYTHON, "-m", "mentoring.lib.translations", "--check")),
    ("stylesheets", (PYTHON, "-m", "mentoring.lib.stylesheets", "--check")),
    ("dependencies", (PYTHON, "-m", "mentoring.lib.advisories")),
)


def main(arguments: Sequence[str]) -> int:
    if arguments:
        return pytest(arguments, clean())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers are stopped on the way out
    with real_servers() as (servers, missing):
        failed = [name for name, command in CHECKS if not holds(name, command)]
        if missing and os.environ.get("REQUIRE_REAL") == "1":
            failed.append(f"suite on PostgreSQL and Redis: {missing}")
        elif missing:
            say(f"SKIPPED  suite on PostgreSQL and Redis: {missing}")
        again = {**servers, "MENTORING_SECOND_ROUND": "1"} if servers else {}
        rounds = [("suite on SQLite", {}), *([("suite on PostgreSQL and Redis", again)] if again else [])]
        for number, (name, addresses) in enumerate(rounds, start=1):
            say(f"\n{name}")
            said_last = "|".join(failed) if number == len(rounds) else ""
            sqlite = {name: value for name, value in clean().items() if name not in devservices.ADDRESSES}
            if pytest(["-n", "3", "--dist", "worksteal"], {**sqlite, **addresses, FAILED: said_last}):
                failed.append(name)
    return 1 if failed else 0


def holds(name: str, command: Sequence[str]) -> bool:
    """Run one check; its output is shown only when it fails, or says what it left out."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mentoring-check-") as data:
        answer = subprocess.run(
            command, cwd=ROOT, env={**clean(), "MENTORING_DATA": data, "DEBUG": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
    good = answer.returncode == 0
    say(f"{'ok      ' if good else 'FAILED  '} {name}  ({time.monotonic() - began:.1f} s)")
    if not good or answer.stdout.startswith("SKIPPED"):
        say(answer.stdout.rstrip())
    return good


def pytest(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    return subprocess.run([PYTHON, "-m", "pytest", *arguments], cwd=ROOT, env=env).returncode


def clean() -> dict[str, str]:
    """The environment without anything that would choose settings or databases for Django."""
    unwanted = {*environment.FOREIGN, "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


@contextlib.contextmanager
def real_servers() -> Iterator[tuple[dict[str, str], str]]:
    """Addresses of a running PostgreSQL and Redis, or none and what is missing."""
    with contextlib.ExitStack() as stack:
        try:
            found = stack.enter_context(devservices.servers())
        except (devservices.Unavailable, OSError, subprocess.CalledProcessError) as problem:
            yield {}, f"not available here ({problem})"
        else:
            yield found, ""


def say(message: str) -> None:
    print(message, flush=True)
