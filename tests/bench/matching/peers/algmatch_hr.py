"""algmatch's hospital and residents problem: both sides rank by score, mentees propose."""

from __future__ import annotations

from importlib import metadata

import numpy as np
from algmatch import HospitalResidentsProblem

from tests.bench.matching.peers.parts import Part, each, rankings


def solve(part: Part) -> np.ndarray:
    residents, hospitals = rankings(part)
    asked = {
        "residents": {row + 1: [column + 1 for column in wanted] for row, wanted in residents.items()},
        "hospitals": {
            column + 1: {"capacity": int(part.capacity[column]), "preferences": [row + 1 for row in wanted]}
            for column, wanted in hospitals.items()
        },
    }
    found = HospitalResidentsProblem(dictionary=asked).get_stable_matching()
    columns = np.full(len(part.mentees), -1, dtype=np.int64)
    for resident, hospital in (found or {"resident_sided": {}})["resident_sided"].items():
        if hospital:
            columns[int(resident[1:]) - 1] = int(hospital[1:]) - 1
    return columns


def version() -> str:
    return f"algmatch {metadata.version('algmatch')}"


ready = each(solve)
