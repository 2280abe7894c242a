"""The product's engine, from people to pairs ("whole")."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mentoring.matching import engine
from mentoring.matching.engine.instance import Instance, indexes, levels_of_file, load
from tests.bench.matching.peers.parts import Run


@cache
def _read(folder: Path) -> Instance:
    return load(json.loads((folder / "instance.json").read_text(encoding="utf-8")))


_last: dict[Path, engine.Allocation] = {}


def ready(folder: Path) -> Run:
    loaded = _read(folder)

    def run() -> np.ndarray:
        _last[folder] = engine.solve(loaded.problem)
        return np.array(indexes(loaded, _last[folder]), dtype=np.int64)

    return run


def version() -> str:
    return "this tree"


def facts(folder: Path) -> dict[str, Any]:
    """What the last answer says of itself, its certificate verified, and its hash."""
    found = _last[folder]
    return {
        "vector": levels_of_file(found.vector),
        "bounds": levels_of_file(found.bounds),
        "proven": found.proven,
        "components": found.components,
        "proven_components": found.proven_components,
        "certificate": _certificate(folder),
        "hash": _hash(found),
    }


def shuffled(folder: Path, seed: int) -> dict[str, Any]:
    """The hash of the answer to the same people in another order."""
    random = np.random.default_rng(seed)
    problem = _read(folder).problem
    mentees = tuple(problem.mentees[i] for i in random.permutation(len(problem.mentees)))
    mentors = tuple(problem.mentors[j] for j in random.permutation(len(problem.mentors)))
    return {"hash": _hash(engine.solve(replace(problem, mentees=mentees, mentors=mentors)))}


def _certificate(folder: Path) -> bool | None:
    """Whether the engine's own proof holds; None while it offers none."""
    verify = getattr(engine, "verify_certificate", None)
    return None if verify is None else bool(verify(_read(folder).problem, _last[folder]))


def _hash(found: engine.Allocation) -> str:
    return hashlib.sha256(json.dumps(sorted(found.pairs.items())).encode()).hexdigest()[:16]


def reasons(folder: Path) -> dict[str, Any]:
    """Why each student of the last answer has no mentor, by index in the file, and the seconds."""
    loaded, found = _read(folder), _last[folder]
    number = {key: i for i, key in enumerate(loaded.mentee_keys)}
    began = time.perf_counter()
    explained = engine.explain_all_unmatched(loaded.problem, found.pairs)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "reasons": [{"mentee": number[key], **asdict(why)} for key, why in explained.items()]}


def changes(folder: Path, swaps: int, withdrawals: int, seed: int) -> dict[str, Any]:
    """Swaps and withdrawals, each asked of the last answer as it stands; none while the engine offers none.

    Each has the seconds, the index of the person, and who is where afterwards (indexes; -1 nobody).
    """
    if not hasattr(engine, "prepare"):
        return {"offered": False}
    loaded, found = _read(folder), _last[folder]
    random = np.random.default_rng(seed)
    began = time.perf_counter()
    index = engine.prepare(loaded.problem, found.pairs)
    prepared = time.perf_counter() - began
    mentees, mentors = sorted(found.pairs), sorted(set(found.pairs.values()))
    mentees = random.choice(mentees, min(swaps, len(mentees)), replace=False).tolist()
    mentors = random.choice(mentors, min(withdrawals, len(mentors)), replace=False).tolist()
    asked = [_change(loaded, "swap", key, engine.swap, index) for key in mentees]
    asked += [_change(loaded, "withdrawal", key, engine.withdraw, index) for key in mentors]
    return {"offered": True, "prepared": prepared, "changes": asked}


def _change(loaded: Instance, kind: str, key: str, ask: Callable[..., Any], index: Any) -> dict[str, Any]:
    mentee = {name: i for i, name in enumerate(loaded.mentee_keys)}
    mentor: dict[str | None, int] = {name: j for j, name in enumerate(loaded.mentor_keys)}
    began = time.perf_counter()
    answer = ask(index, key)
    seconds = time.perf_counter() - began
    after = {mentee[k]: mentor[v] for k, v in answer.pairs.items()} | {mentee[k]: -1 for k in answer.unmatched}
    moved = {mentee[k]: mentor.get(v, -1) for k, v in answer.moved.items()}
    who = mentee[key] if kind == "swap" else mentor[key]
    # JSON has no numbers for keys.
    return {"kind": kind, "who": who, "seconds": seconds, "after": list(after.items()), "moved": list(moved.items())}


COMMANDS = {"facts": facts, "shuffled": shuffled, "reasons": reasons, "changes": changes}
