"""`matching`'s hospital and resident game: both sides rank by score, mentees propose."""

from __future__ import annotations

import warnings
from importlib import metadata

import numpy as np
from matching.games import HospitalResident

from tests.bench.matching.peers.parts import Part, each, rankings


def solve(part: Part) -> np.ndarray:
    residents, hospitals = rankings(part)
    columns = np.full(len(part.mentees), -1, dtype=np.int64)
    places = {column: int(part.capacity[column]) for column in hospitals}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        game = HospitalResident.create_from_dictionaries(residents, hospitals, places)
        for hospital, taken in game.solve(optimal="resident").items():
            columns[[resident.name for resident in taken]] = hospital.name
    return columns


def version() -> str:
    return f"matching {metadata.version('matching')}"


ready = each(solve)
