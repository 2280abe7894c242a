"""Read the shared instance files, whose people are lists of numbers, one list for each field.

The files follow their own policy: wishes first, their own affinity weights, and places and
minimum given for each mentor. A result is a list of mentor indexes, -1 for none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mentoring.matching.engine.outcome import LEVELS as ENGINE_LEVELS
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
PERSON = ("inst", "disc", "campus", "mode", *COLUMNS.values(), *BITS, *FLAGS, "route", "college")
FIELDS = {
    "mentees": (*PERSON, "pref_kind", "pref_value"),
    "mentors": (*PERSON, "cap", "min", "exc_gender", "exc_religion"),
}
SWITCHES = ("campus_hard", "mode_hard", "near", "block")
LARGEST = 2**62
"""Codes and sets of bits are below; places and minimum below MOST_PLACES."""
MOST_PLACES = 10**6

LEVELS = tuple(name for name in ENGINE_LEVELS if name not in ("moved", "lottery"))
"""The levels of a file's "optimum" and "bound": nobody has a mentor yet, and there is no lot."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem and the keys of its people in the order of the file."""

    problem: Problem
    mentee_keys: tuple[str, ...]
    mentor_keys: tuple[str, ...]


def load(content: Mapping[str, Any], spec: Mapping[str, Any] | None = None) -> Instance:
    """The problem of one instance (for a bundle: one of its "instances" with the bundle's spec).

    Raises ProblemError where the file lacks a field, lists differ in length, a number is out of
    range, or a near or blocked pair names nobody.
    """
    try:
        _check(content)
        return _load(content, spec if spec is not None else content["spec"])
    except KeyError as error:
        raise ProblemError(f"The instance file is incomplete: {error.args[0]!r} is missing.") from error
    except ProblemError:
        raise
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise ProblemError(f"The instance file is not in the expected form: {error}.") from error


def load_all(content: Mapping[str, Any]) -> list[Instance]:
    """The one instance of a file, or all instances of a bundle, in its order.

    Raises ProblemError as `load` does; for a bundle it says which instance is at fault.
    """
    if "instances" not in content:
        return [load(content)]
    spec, parts = content.get("spec"), content["instances"]
    if not isinstance(parts, list) or not isinstance(spec, Mapping):
        raise ProblemError('A bundle needs a list "instances" and a "spec".')
    return [_numbered(number, part, spec) for number, part in enumerate(parts)]


def levels_of_file(vector: Sequence[int]) -> list[int]:
    """A vector or bounds of the engine in the levels that files use, one integer for each of LEVELS."""
    named = dict(zip(ENGINE_LEVELS, vector, strict=True))
    return [named[name] for name in LEVELS]


def indexes(loaded: Instance, allocation: Allocation) -> list[int]:
    """For each mentee of the file the index of the mentor, or -1."""
    number = {key: j for j, key in enumerate(loaded.mentor_keys)}
    return [number[allocation.pairs[key]] if key in allocation.pairs else -1 for key in loaded.mentee_keys]


def _numbered(number: int, part: Mapping[str, Any], spec: Mapping[str, Any]) -> Instance:
    try:
        return load(part, spec)
    except ProblemError as error:
        raise ProblemError(f"Instance {number}: {error}") from error


def _check(content: Mapping[str, Any]) -> None:
    """Refuse a file whose columns are not lists of whole numbers of one length for each side."""
    for side, fields in FIELDS.items():
        people = content[side]
        count = len(people["disc"])
        for name in fields:
            if len(people[name]) != count:
                raise ProblemError(f"The {side} have {count} entries in 'disc' but {len(people[name])} in {name!r}.")
            if name.startswith("pref_"):
                _check_numbers(name, [number for four in people[name] for number in _four(name, four)], least=-1)
            else:
                _check_numbers(name, people[name], below=MOST_PLACES if name in ("cap", "min") else LARGEST)
    for name in SWITCHES:
        content[name]
    for name in ("near", "block"):
        _check_numbers(name, [number for a, b in content[name] for number in (a, b)])
    for i, j in content["block"]:
        if i >= len(content["mentees"]["disc"]) or j >= len(content["mentors"]["disc"]):
            raise ProblemError(f"The blocked pair {[i, j]} names nobody.")


def _four(name: str, wishes: Sequence[Any]) -> Sequence[Any]:
    if len(wishes) != len(ATTRIBUTES):
        raise ProblemError(f"An entry of {name!r} has {len(wishes)} numbers in place of {len(ATTRIBUTES)}.")
    return wishes


def _check_numbers(name: str, numbers: Sequence[Any], *, least: int = 0, below: int = LARGEST) -> None:
    for number in numbers:
        if not isinstance(number, int) or not least <= number < below:
            raise ProblemError(f"{name!r} holds {str(number)[:40]!r}, which is not a whole number in range.")


def _load(content: Mapping[str, Any], spec: Mapping[str, Any]) -> Instance:
    mentees, mentors = content["mentees"], content["mentors"]
    blocked: dict[int, set[str]] = {}
    for i, j in content["block"]:
        blocked.setdefault(i, set()).add(f"m{j}")
    left = tuple(_mentee(mentees, i, frozenset(blocked.get(i, ()))) for i in range(len(mentees["disc"])))
    right = tuple(_mentor(mentors, j) for j in range(len(mentors["disc"])))
    institutions = sorted(set(mentees["inst"]) | set(mentors["inst"]))
    kinds = (*BITS, "route", "mode", "college", *FLAGS)
    _check_numbers("affinity_weights", list(spec["affinity_weights"].values()), below=MOST_PLACES)
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
