"""The product's engine from prepared components ("core"): what the yardstick is given, no more."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mentoring.matching.engine.components import split
from mentoring.matching.engine.levels import Policy
from mentoring.matching.engine.solver import Effort, solve_component
from mentoring.matching.engine.tables import build
from tests.bench.matching.peers.engine import _read
from tests.bench.matching.peers.parts import Run


def ready(folder: Path) -> Run:
    return prepared(folder, "full")


def prepared(folder: Path, effort: Effort) -> Run:
    """The engine's run over the components of a case, read and split beforehand."""
    loaded = _read(folder)
    rules = loaded.problem.rules
    tables = build(loaded.problem)
    policy = Policy(wishes_first=rules.shortage == "wishes-first", spread=rules.spread)
    components = list(split(tables))
    row = {key: i for i, key in enumerate(loaded.mentee_keys)}
    column = {key: j for j, key in enumerate(loaded.mentor_keys)}
    rows = np.array([row[key] for key in tables.mentee_keys])
    columns = np.array([column[key] for key in tables.mentor_keys])

    def run() -> np.ndarray:
        chosen = np.full(len(rows), -1, dtype=np.int64)
        for component in components:
            found = solve_component(component, policy, effort=effort, stop=lambda: None).columns
            component.forget()
            placed = found < len(component.mentors)
            chosen[rows[component.mentees[placed]]] = columns[component.mentors[found[placed]]]
        return chosen

    return run


def version() -> str:
    return "this tree"
