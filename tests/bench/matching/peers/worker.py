"""Run one contender and time it from inside: python -m tests.bench.matching.peers.worker NAME FOLDER.

Reads lines of JSON, writes lines of JSON. {"do": "run"} solves once and answers with seconds of
wall clock and of processor, and the peak of memory so far; {"do": "save", "path": ...} writes the
last answer; any other "do" is the contender's own (its COMMANDS).
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from tests.bench.processes import peak_memory


def main(name: str, folder: Path) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # a library that prints must not be taken for an answer
    module = importlib.import_module(f"tests.bench.matching.peers.{name}")
    run = module.ready(folder)
    _say(answers, {"ready": name, "memory": peak_memory(), "version": getattr(module, "version", str)()})
    last = np.zeros(0, dtype=np.int64)
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if question["do"] == "run":
                answer, last = _timed(run)
            elif question["do"] == "save":
                np.save(question["path"], last)
                answer = {"saved": len(last)}
            else:
                answer = module.COMMANDS[question.pop("do")](folder, **question)
        except Exception as error:  # whatever a contender raises is its result
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:200]}
        _say(answers, answer)


def _timed(run: Any) -> tuple[dict[str, float], np.ndarray]:
    gc.collect()
    wall, processor = time.perf_counter(), _processor()
    chosen = run()
    spent = {"seconds": time.perf_counter() - wall, "processor": _processor() - processor}
    return {**spent, "memory": peak_memory()}, chosen


def _processor() -> float:
    """Seconds of processor, those of children that have ended among them: one peer is a program of its own."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
