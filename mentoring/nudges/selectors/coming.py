"""Who would hear what in the coming week: worked out for a whole cohort at a time, shown as far as a reader may see."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

from django.db.models import Q

from accounts.models import User
from mentoring.messaging.letters import LETTERS
from mentoring.nudges.models import Forecast
from mentoring.nudges.rules import Owed, forecast
from mentoring.nudges.selectors.facts import LETTER, facts_of, may_be_nudged, people_in_batches, rhythm_of
from mentoring.nudges.selectors.reach import reach_of
from mentoring.participation.models import Participant
from schemes.models import Cohort, Programme
from schemes.permissions import appointments_with
from schemes.roles import Capability

DAYS = 7
NAMED = 12  # people named of those who would hear one thing on a day


def foreseen(cohort: Cohort, today: date, progress: Callable[[int, int], None]) -> list[dict[str, Any]]:
    """Who would hear what in the next seven days if nothing else happened: a row a day and message.

    A row holds for each programme how many, and the first by name as (place among all, participant).
    ``progress`` is told how many people were looked at, of how many.
    """
    rhythm, total, done = rhythm_of(cohort), Participant.objects.filter(cohort=cohort).enrolled().count(), 0
    days = [today + timedelta(days=number) for number in range(DAYS)]
    heard: dict[tuple[date, str], list[tuple[str, int, int]]] = defaultdict(list)
    for batch in people_in_batches(cohort):
        people = {person.pk: person for person in batch}
        for _user, roles in groupby(facts_of(cohort, batch, today), lambda facts: facts.user):
            for day, owed in forecast(roles, days, rhythm):
                heard[day, owed.text].append(_entry(owed, people))
        done += len(batch)
        progress(done, total)
    return [
        {"day": day.isoformat(), "text": text, "of": _parts(sorted(heard[day, text]))} for day, text in sorted(heard)
    ]


def _entry(owed: Owed, people: dict[int, Participant]) -> tuple[str, int, int]:
    person = people[owed.participant]
    return person.user.full_name, person.pk, person.programme_id


def _parts(entries: list[tuple[str, int, int]]) -> dict[str, dict[str, Any]]:
    """For each programme, its count and its first people, of entries by name."""
    parts: dict[str, dict[str, Any]] = {}
    for place, (_name, person, programme) in enumerate(entries):
        part = parts.setdefault(str(programme), {"count": 0, "first": []})
        part["count"] += 1
        if len(part["first"]) < NAMED:
            part["first"].append([place, person])
    return parts


@dataclass(frozen=True)
class Coming:
    """What a number of people would hear on a day, the first of them by name."""

    day: date
    text: str
    count: int
    names: list[str]


def forecast_of(cohort: Cohort) -> Forecast | None:
    """The cohort's forecast, or how far it is."""
    return Forecast.objects.filter(cohort=cohort).first()


def rules_changed_since(found: Forecast) -> bool:
    """Whether the cohort's policy was changed after its forecast was asked for."""
    return found.cohort.policy_versions.filter(in_force_at__gt=found.queued_at).exists()


def coming_week(found: Forecast, user: User, today: date) -> list[Coming]:
    """What was worked out, from today on and of people whose messages of the kind the reader sees; a fixed number
    of queries.

    Who has left or asked for quiet meanwhile is neither counted nor named where they stood among the first.
    """
    mine = {needed: _programmes_in_reach(user, found.cohort, needed, today) for needed in map(_needed, found.answer)}
    rows = [(row, [part for key, part in row["of"].items() if int(key) in mine[_needed(row)]]) for row in found.answer]
    first = {
        id(row): [person for _place, person in sorted(one for part in parts for one in part["first"])[:NAMED]]
        for row, parts in rows
    }
    keys = {person for people in first.values() for person in people}
    known = Participant.objects.filter(reach_of(user, today), cohort=found.cohort, pk__in=keys).select_related("user")
    there = {person.pk: person for person in known if may_be_nudged(person, today)}
    week = []
    for row, parts in rows:
        names = [there[person].user.full_name for person in first[id(row)] if person in there]
        count = sum(part["count"] for part in parts) - (len(first[id(row)]) - len(names))
        day = date.fromisoformat(row["day"])
        if count and day >= today:
            week.append(Coming(day, row["text"], count, names))
    return week


def _needed(row: dict[str, Any]) -> Capability:
    """What one has to hold over those who would hear it, to see that they would."""
    return LETTERS[LETTER + row["text"]].needs or Capability.SEE_MESSAGES


def _programmes_in_reach(user: User, cohort: Cohort, capability: Capability, today: date) -> set[int]:
    held = appointments_with(user, capability, today, cohort=cohort)
    under = [Q(unit__path__startswith=appointment.unit.path) for appointment in held]
    return set(Programme.objects.filter(reduce(or_, under, Q(pk__in=[]))).values_list("pk", flat=True))
