"""Run contenders in turns, A B A B, each in its own process, and keep what they answered.

In turns, because the machine is shared: what slows one run down slows its neighbours as well, and
the ratio of medians survives. A contender that overruns its limit is out and reported so.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.matching.contenders import Contender
from tests.bench.processes import Failed, TooLong, Worker

ROUNDS = 5
SLOW = 30.0
"""Seconds: who needs longer for one run is not run five times."""

START_LIMIT = 120.0


@dataclass
class Lap:
    """One contender's runs of one case. failed: why there is no answer."""

    module: str
    label: str
    version: str = ""
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    memory: float = 0.0
    failed: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def processor_median(self) -> float:
        return statistics.median(self.processor)


@dataclass
class Race:
    """The laps of a case, in order, and the answers: module -> int (n,)."""

    laps: list[Lap]
    answers: dict[str, np.ndarray]
    engine: dict[str, Any] = field(default_factory=dict)

    def lap(self, module: str) -> Lap | None:
        return next((lap for lap in self.laps if lap.module == module and not lap.failed), None)


def run(
    contenders: Sequence[Contender], folder: Path, pythons: Mapping[str, Path | str], *,
    rounds: int = ROUNDS, limit: float = 120.0, budget: float = 240.0, questions: Mapping[str, Mapping[str, Any]],
) -> Race:  # fmt: skip
    """Race them on the case prepared in `folder`.

    pythons: requirement file -> interpreter, or why there is none. limit: seconds for one run.
    budget: seconds after which no further round begins. questions: what the engine is asked after
    the races, command of its worker -> arguments.
    """
    laps = [Lap(contender.module, contender.label) for contender in contenders]
    workers: dict[str, Worker] = {}
    try:
        for contender, lap in zip(contenders, laps, strict=True):
            _start(contender, lap, folder, pythons, workers)
        for lap in laps:
            _await(lap, workers)
        limits = {contender.module: contender.patience * limit for contender in contenders}
        _rounds(laps, workers, rounds, limits, budget)
        answers = {lap.module: _answer(workers[lap.module], folder, lap) for lap in laps if not lap.failed}
        facts = _asked(workers.get("engine"), laps, 5 * limit, questions)
    finally:
        for worker in workers.values():
            worker.stop()
    return Race(laps, answers, facts)


def _start(
    contender: Contender, lap: Lap, folder: Path, pythons: Mapping[str, Path | str], workers: dict[str, Worker]
) -> None:
    python = pythons[contender.requirements] if contender.requirements else Path(sys.executable)
    if isinstance(python, str):
        lap.failed = python
        return
    command = [str(python), "-m", "tests.bench.matching.peers.worker", contender.module, str(folder)]
    workers[contender.module] = Worker(command)


def _await(lap: Lap, workers: dict[str, Worker]) -> None:
    """They load the case side by side; nobody runs before all are ready."""
    if lap.failed:
        return
    try:
        lap.version = workers[lap.module].ask(START_LIMIT)["version"]
    except TooLong:
        lap.failed = "did not start"
    except Failed as problem:
        lap.failed = f"did not start: {problem}"


def _rounds(
    laps: list[Lap], workers: Mapping[str, Worker], rounds: int, limits: Mapping[str, float], budget: float
) -> None:
    began = time.monotonic()
    for number in range(rounds):
        if number and time.monotonic() - began > budget:
            return
        for lap in laps:
            if not lap.failed and (not lap.seconds or lap.median < SLOW):
                _once(lap, workers[lap.module], limits[lap.module])


def _once(lap: Lap, worker: Worker, limit: float) -> None:
    try:
        answer = worker.ask(limit, do="run")
    except TooLong:
        lap.failed = f"not finished in {limit:.0f} s"
    except Failed as problem:
        lap.failed = str(problem)
    else:
        lap.seconds.append(answer["seconds"])
        lap.processor.append(answer["processor"])
        lap.memory = answer["memory"]


def _answer(worker: Worker, folder: Path, lap: Lap) -> np.ndarray:
    path = folder / f"{lap.module}-answer.npy"
    worker.ask(60, do="save", path=str(path))
    return np.load(path)


def _asked(
    worker: Worker | None, laps: Sequence[Lap], limit: float, questions: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The engine's facts about its answer, and what else it was asked, under the name of the question."""
    if worker is None or not any(lap.module == "engine" and not lap.failed for lap in laps):
        return {}
    try:
        told = worker.ask(limit, do="facts")
        for name, arguments in questions.items():
            answer = worker.ask(limit, do=name, **arguments)
            told[name] = answer["hash"] if name == "shuffled" else answer
    except (TooLong, Failed) as problem:
        return {"failed": str(problem) or "too long"}
    return told
