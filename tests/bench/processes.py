"""A worker process that is asked one thing at a time, in lines of JSON, within a limit of seconds.

What is measured lives in its own process, so that one contender's memory, threads and warm caches
are not another's. The worker measures itself; the asker only waits.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Everybody gets one core: on a shared machine a second one is there only sometimes."""


class TooLong(Exception):
    """The worker did not answer within its limit and was stopped."""


class Failed(Exception):
    """The worker ended, or answered with an error; the message is its last line."""


class Worker:
    """A running command that answers each line of JSON on its input with one on its output."""

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD, **(env or {})}, start_new_session=True,
        )  # fmt: skip
        self._rest = b""

    def ask(self, limit: float, **question: Any) -> dict[str, Any]:
        """The answer to a question; TooLong after `limit` seconds, Failed if there is none.

        Either ends the worker: a contender that overran is not asked again.
        """
        try:
            if question:
                self._send(question)
            answer = json.loads(self._line(time.monotonic() + limit))
        except (TooLong, Failed):
            self.stop()
            raise
        if "error" in answer:
            self.stop()
            raise Failed(answer["error"])
        return answer

    def stop(self) -> None:
        """End the worker and what it started (a solver may be a program of its own)."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def _send(self, question: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Failed(self._last_words()) from None

    def _line(self, until: float) -> bytes:
        assert self._process.stdout is not None
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._process.stdout], [], [], max(until - time.monotonic(), 0))
            if not ready:
                raise TooLong
            read = os.read(self._process.stdout.fileno(), 65536)
            if not read:
                raise Failed(self._last_words())
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _last_words(self) -> str:
        assert self._process.stderr is not None
        self._process.wait()
        said = self._process.stderr.read().decode(errors="replace").strip().splitlines()
        return said[-1] if said else f"ended with {self._process.returncode}"


def peak_memory() -> float:
    """Most memory this process has held, in MB (Linux: since it began to run its program)."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return _peak_by_getrusage()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024


def _peak_by_getrusage() -> float:
    import resource  # noqa: PLC0415 (not on every system)

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
