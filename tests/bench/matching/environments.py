"""An environment for each peer, made once with its pinned versions, in the cache outside the tree.

Two peers install the same top-level package and two solvers cannot live in one process, so none
shares with another.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.bench.matching.contenders import Contender

REQUIREMENTS = Path(__file__).parent / "peers" / "requirements"


def pythons(contenders: Iterable[Contender], cache: Path) -> dict[str, Path | str]:
    """Requirement file -> interpreter, or one line on why it could not be had."""
    wanted = sorted({each.requirements for each in contenders if each.requirements})
    return {name: _python(REQUIREMENTS / f"{name}.txt", cache / "environments") for name in wanted}


def _python(requirements: Path, cache: Path) -> Path | str:
    """A changed requirement file is another environment; one half made is made again."""
    text = requirements.read_bytes() + sys.version.encode()
    folder = cache / f"{requirements.stem}-{hashlib.sha256(text).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return python
    print(f"making the environment of {requirements.stem}", file=sys.stderr, flush=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)]
    for command in ([sys.executable, "-m", "venv", "--clear", str(folder)], install):
        answer = subprocess.run(command, capture_output=True, text=True)
        if answer.returncode:
            return f"not installed: {(answer.stderr.strip().splitlines() or ['pip failed'])[-1]}"
    (folder / "complete").touch()
    return python
