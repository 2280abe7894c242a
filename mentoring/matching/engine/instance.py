"""Read the shared instance files, whose people are lists of numbers, one list for each field.

The files follow their own policy: wishes first, their own affinity weights, and places and
minimum given for each mentor. A result is a list of mentor indexes, -1 for none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mentoring.matching.engine.outcome import Allocation
from mentoring.matching.engine.problem import (
    ATTRIBUTES,
    Mentee,
    Mentor,
    Problem,
    ProblemError,
    Rules,
    Wish,
)

COLUMNS = dict(zip(ATTRIBUTES, ("gender", "ethnicity", "country", "religion"), strict=True))
BITS = ("lang", "interests")
FLAGS = ("commuter", "mature", "carer", "fif")
WEIGHT_OF = {"interests": "interest"}


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem and the keys of its people in the order of the file."""

    problem: Problem
    mentee_keys: tuple[str, ...]
    mentor_keys: tuple[str, ...]


def load(content: Mapping[str, Any], spec: Mapping[str, Any] | None = None) -> Instance:
    """The problem of one instance (for a bundle: one of its "instances" with the bundle's spec).

    Raises ProblemError where the file lacks a field or lists differ in length.
    """
    try:
        return _load(content, spec if spec is not None else content["spec"])
    except (KeyError, IndexError, TypeError) as error:
        raise ProblemError(f"The instance file is incomplete: {error!r}.") from error


def indexes(loaded: Instance, allocation: Allocation) -> list[int]:
    """For each mentee of the file the index of the mentor, or -1."""
    number = {key: j for j, key in enumerate(loaded.mentor_keys)}
    return [number[allocation.pairs[key]] if key in allocation.pairs else -1 for key in loaded.mentee_keys]


def _load(content: Mapping[str, Any], spec: Mapping[str, Any]) -> Instance:
    mentees, mentors = content["mentees"], content["mentors"]
    blocked: dict[int, set[str]] = {}
    for i, j in content["block"]:
        blocked.setdefault(i, set()).add(f"m{j}")
    left = tuple(_mentee(mentees, i, frozenset(blocked.get(i, ()))) for i in range(len(mentees["disc"])))
    right = tuple(_mentor(mentors, j) for j in range(len(mentors["disc"])))
    institutions = sorted(set(mentees["inst"]) | set(mentors["inst"]))
    kinds = (*BITS, "route", "mode", "college", *FLAGS)
    rules = Rules(
        minimum=0,
        maximum=max((*mentors["cap"], 0)),
        near=frozenset((f"{k}/{a}", f"{k}/{b}") for a, b in content["near"] for k in institutions),
        campus_hard=bool(content["campus_hard"]),
        mode_hard=bool(content["mode_hard"]),
        affinity_weights={kind: spec["affinity_weights"][WEIGHT_OF.get(kind, kind)] for kind in kinds},
        shortage="wishes-first",
    )
    problem = Problem(left, right, rules, seed=int(content.get("seed", 0)))
    return Instance(problem, tuple(m.key for m in left), tuple(m.key for m in right))


def _person(people: Mapping[str, Any], i: int) -> dict[str, Any]:
    return {
        "discipline": f"{people['inst'][i]}/{people['disc'][i]}",
        "campus": str(people["campus"][i]),
        "mode": str(people["mode"][i]),
        "attributes": {name: str(people[column][i]) for name, column in COLUMNS.items()},
        "affinities": _affinities(people, i),
    }


def _affinities(people: Mapping[str, Any], i: int) -> dict[str, frozenset[str]]:
    found = {kind: _bits(people[kind][i]) for kind in BITS}
    if people["route"][i] > 0:
        found["route"] = frozenset({str(people["route"][i])})
    for kind in ("mode", "college"):
        found[kind] = frozenset({str(people[kind][i])})
    for flag in FLAGS:
        if people[flag][i]:
            found[flag] = frozenset({"yes"})
    return found


def _bits(number: int) -> frozenset[str]:
    return frozenset(str(bit) for bit in range(number.bit_length()) if number >> bit & 1)


def _mentee(people: Mapping[str, Any], i: int, blocked: frozenset[str]) -> Mentee:
    wishes = tuple(
        Wish(name, str(people["pref_value"][i][a]), must=people["pref_kind"][i][a] == 2)
        for a, name in enumerate(ATTRIBUTES)
        if people["pref_kind"][i][a]
    )
    return Mentee(key=f"s{i}", wishes=wishes, blocked=blocked, **_person(people, i))


def _mentor(people: Mapping[str, Any], j: int) -> Mentor:
    exceptions = frozenset(name for name in ("gender", "religion") if people[f"exc_{name}"][j])
    return Mentor(
        key=f"m{j}",
        capacity=people["cap"][j],
        minimum=people["min"][j],
        exceptions=exceptions,
        **_person(people, j),
    )
