"""The product's engine, from people to pairs ("whole")."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mentoring.matching import engine
from mentoring.matching.engine.instance import Instance, indexes, load
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


def facts(folder: Path) -> dict[str, Any]:
    """What the last answer says of itself, its certificate verified, and its hash."""
    found = _last[folder]
    names = engine.LEVELS
    bounds = dict(zip(names, found.bounds, strict=True))
    return {
        "vector": dict(zip(names, found.vector, strict=True)),
        "bounds": bounds,
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


COMMANDS = {"facts": facts, "shuffled": shuffled}
