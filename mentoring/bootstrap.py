"""Make the virtual environment that `up` and `test` run in.

Standard library only, since nothing is installed yet, and syntax that an older Python still
reads, so that a wrong one gets a clear message instead of a traceback.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ((3, 13), (3, 12), (3, 11))
LOCKS = {
    "up": ("requirements.txt",),
    "test": ("requirements.txt", "requirements-dev.txt"),
    "chaos_messages": ("requirements.txt", "requirements-dev.txt"),
}
UV_LOCK = "requirements-bootstrap.txt"
# Nothing is built from source, and nothing is taken that the lock does not know.
STRICT = ("--require-hashes", "--only-binary", ":all:")
APT_LINE = "sudo apt-get install python3 python3-venv"


class CannotStart(Exception):
    """The environment cannot be made; the message says what to do."""


def enter(argv: Sequence[str]) -> None:
    """Go on in the project's own environment; return at once if this one is to be used.

    Inside a virtual environment, or with MENTORING_NO_VENV=1 (the container), nothing is made.
    Of the commands only those in ``LOCKS`` make the environment; the others use it if it is there.
    """
    if os.environ.get("MENTORING_NO_VENV") == "1" or sys.prefix != sys.base_prefix:
        return
    command = argv[1] if len(argv) > 1 else ""
    python = environment_python(ROOT)
    try:
        if command in LOCKS:
            prepare(ROOT, LOCKS[command])
        elif not python.exists():
            raise CannotStart("Nothing is installed yet. Run `python3 manage.py up` once.")
    except CannotStart as problem:
        sys.exit(str(problem))
    sys.stdout.flush()
    os.execv(python, [str(python), *argv])  # noqa: S606 - our own interpreter


def environment_python(root: Path) -> Path:
    return root / ".venv" / "bin" / "python"


def prepare(root: Path, locks: Sequence[str]) -> None:
    """Make ``root/.venv`` hold what ``locks`` name. Costs nothing when it already does."""
    wanted = {name: digest(root / name) for name in locks}
    if up_to_date(root, wanted):
        return
    with only_one(root):
        if up_to_date(root, wanted):
            return
        print("Preparing the environment in .venv (once, about half a minute) …", flush=True)
        make_environment(root)
        uv = fetch_uv(root)
        for name in locks:
            install(root, name, uv)
        stamp_path(root).write_text(json.dumps({**read_stamp(root), **wanted}))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamp_path(root: Path) -> Path:
    return root / ".venv" / "installed-locks.json"


def read_stamp(root: Path) -> dict[str, str]:
    """The lock files that were installed, by name and digest; empty when unknown."""
    try:
        stamp = json.loads(stamp_path(root).read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def up_to_date(root: Path, wanted: dict[str, str]) -> bool:
    stamp = read_stamp(root)
    return environment_python(root).exists() and all(stamp.get(name) == value for name, value in wanted.items())


@contextlib.contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Two first starts at the same time: the second waits for the first."""
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def version_of(python: str) -> tuple[int, ...] | None:
    """(major, minor) of an interpreter, or None if it does not run."""
    try:
        answer = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True, text=True, timeout=30, check=True,
        )  # fmt: skip
        return tuple(int(part) for part in answer.stdout.split())
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def find_python() -> str:
    """The interpreter to build with: the running one if it will do, else the newest that will."""
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for version in SUPPORTED:
        found = shutil.which("python{}.{}".format(*version))
        if found and version_of(found) == version:
            return found
    running = "{}.{}".format(*sys.version_info[:2])
    raise CannotStart(f"Python 3.11, 3.12 or 3.13 is needed; this is {running}. On Debian:\n  {APT_LINE}")


def make_environment(root: Path) -> None:
    """A usable ``.venv``; one that still runs is kept, one that does not is made anew."""
    if version_of(str(environment_python(root))) in SUPPORTED:
        return
    try:
        run([find_python(), "-m", "venv", "--clear", str(root / ".venv")])
    except subprocess.CalledProcessError as problem:
        raise CannotStart(f"A virtual environment could not be made. On Debian:\n  {APT_LINE}") from problem


def fetch_uv(root: Path) -> Path | None:
    """uv installs ten times faster than pip; without it pip does the work."""
    try:
        run(pip(root, "-r", str(root / UV_LOCK)))
    except subprocess.CalledProcessError:
        return None
    return root / ".venv" / "bin" / "uv"


def install(root: Path, lock: str, uv: Path | None) -> None:
    python = str(environment_python(root))
    if uv is not None:
        with contextlib.suppress(subprocess.CalledProcessError):
            run([str(uv), "pip", "install", "-q", "--python", python, *STRICT, "-r", str(root / lock)])
            return
    try:
        run(pip(root, "-r", str(root / lock)), quiet=False)
    except subprocess.CalledProcessError as problem:
        raise CannotStart(f"The packages of {lock} could not be installed (see above).") from problem


def pip(root: Path, *arguments: str) -> list[str]:
    python = str(environment_python(root))
    return [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *STRICT, *arguments]


def run(command: Sequence[str], *, quiet: bool = True) -> None:
    subprocess.run(command, check=True, capture_output=quiet)
