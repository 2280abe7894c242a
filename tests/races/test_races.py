"""Two writers at one place: no invariant is broken, and nobody meets an error that was not meant for them.

A few rounds of each contest run every time, on either database. RACE_ROUNDS=10000 shares as many among the contests;
on PostgreSQL (TEST_DATABASE_URL) that is what trust.md §3 asks for.
"""

import os

import pytest

from tests.factories import Northfield
from tests.races.contests import CONTESTS, broken, clear, scene
from tests.races.track import track

ROUNDS = max(2, int(os.environ.get("RACE_ROUNDS", "0")) // len(CONTESTS))


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_first_every_invariant_holds(northfield: Northfield) -> None:
    made, wrong = scene(northfield), []
    with track() as racing:
        for contest in CONTESTS:
            before = racing.done
            for number in range(ROUNDS):
                said = racing.run(*contest(made))
                wrong += [f"{contest.__name__} {number}: {fault}" for fault in (*said, *broken())]
                clear(made)
            if racing.done - before < ROUNDS:
                wrong.append(f"{contest.__name__}: only {racing.done - before} acts held")
    assert wrong == []
