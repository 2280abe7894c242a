"""Filling a database with matches, and measuring passes over it."""

import time
import tracemalloc
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command

from accounts.models import User
from mentoring.matching.models import Match
from mentoring.nudges.rules import decide
from mentoring.nudges.selectors import facts_of, people_in_batches, rhythm_of
from mentoring.nudges.services import owe_nudges
from mentoring.participation.models import Participant
from schemes.models import Cohort
from tests.factories import NOW, Northfield, build_northfield

FOUR = 4  # mentees of a mentor
STEP = 2000


def measured(matches: int, *, owes: bool) -> dict[str, Any]:
    """Fill the database in two steps and measure a pass after each."""
    settings.DEBUG = False  # which would keep every query
    call_command("migrate", verbosity=0)
    northfield = build_northfield()
    few = matches // 10
    fill(northfield, 0, few)
    found: dict[str, Any] = {"few": one_pass(northfield.cohort, few)}
    fill(northfield, few, matches)
    found["all"] = one_pass(northfield.cohort, matches)
    if owes:
        began = time.perf_counter()
        owed = owe_nudges(cohort=northfield.cohort, now=NOW)
        found["owe"] = {"owed": owed, "seconds": round(time.perf_counter() - began, 1)}
        found["again"] = {"owed": owe_nudges(cohort=northfield.cohort, now=NOW)}
    return found


def fill(northfield: Northfield, since: int, until: int) -> None:
    """Introduced matches, four a mentor, three weeks old; nobody has been in touch."""
    introduced = NOW - timedelta(days=21)
    for start in range(since, until, STEP):
        numbers = range(start, min(start + STEP, until))
        mentors = _people(northfield, [f"mentor{number}" for number in numbers[::FOUR]], "mentor")
        mentees = _people(northfield, [f"mentee{number}" for number in numbers], "mentee")
        Match.objects.bulk_create(
            Match(
                cohort=northfield.cohort, mentor=mentors[at // FOUR], mentee=mentee,
                state="provisional", made_at=introduced, introduced_at=introduced,
            )
            for at, mentee in enumerate(mentees)
        )  # fmt: skip


def _people(northfield: Northfield, names: list[str], role: str) -> list[Participant]:
    users = User.objects.bulk_create(
        User(institution=northfield.institution, email=f"{name}@northfield.ac.uk", given_name=name) for name in names
    )
    return Participant.objects.bulk_create(
        Participant(
            cohort=northfield.cohort, user=user, role=role, programme=northfield.sociology, year_of_study=1,
            enrolled_at=NOW - timedelta(days=60),
        )
        for user in users
    )  # fmt: skip


def one_pass(cohort: Cohort, matches: int) -> dict[str, Any]:
    """A pass, timed; and again with its memory watched, which makes it slow."""
    today = NOW.date()
    began = time.perf_counter()
    decided = decided_in(cohort, today)
    seconds = time.perf_counter() - began
    tracemalloc.start()
    decided_in(cohort, today)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "matches": matches,
        "decided": decided,
        "seconds": round(seconds, 1),
        "matches_a_second": round(matches / seconds),
        "peak_mb": round(peak / 1e6, 1),
    }


def decided_in(cohort: Cohort, today: date) -> int:
    """How many messages are owed to a cohort on a day."""
    rhythm = rhythm_of(cohort)
    batches = (facts_of(cohort, batch, today) for batch in people_in_batches(cohort))
    return sum(len(decide(facts, today, rhythm)) for facts in batches)
