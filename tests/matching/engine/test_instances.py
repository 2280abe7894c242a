"""The shared instances: known optima, judged by a count over the file's own numbers."""

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from mentoring.matching.engine import LEVELS, ProblemError, instance, solve, solve_columns, verify_certificate
from mentoring.matching.engine.instance_columns import load_columns

FOLDER = Path(__file__).parents[2] / "data" / "matching"
COUNTED = [Fraction(0), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(3, 4)]
WANTED = ("gender", "ethnicity", "country", "religion")


def _read(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _person(people: dict[str, list[Any]], i: int) -> dict[str, Any]:
    return {field: column[i] for field, column in people.items()}


def _forbidden(content: dict[str, Any], i: int, j: int, mentee: dict[str, Any], mentor: dict[str, Any]) -> bool:
    linked = mentee["disc"] == mentor["disc"] or [mentee["disc"], mentor["disc"]] in content["near"]
    places = ("campus",) * content["campus_hard"] + ("mode",) * content["mode_hard"] + ("inst",)
    away = any(mentee[name] != mentor[name] for name in places)
    unmet = any(
        kind == 2 and mentor[name] != value
        for name, kind, value in zip(WANTED, mentee["pref_kind"], mentee["pref_value"], strict=True)
    )
    refused = any(mentor["exc_" + n] and mentor[n] != mentee[n] for n in ("gender", "religion"))
    return not linked or away or unmet or refused or [i, j] in content["block"]


def _points(weights: dict[str, int], mentee: dict[str, Any], mentor: dict[str, Any]) -> int:
    total = weights["lang"] * (mentee["lang"] & mentor["lang"]).bit_count()
    total += weights["interest"] * (mentee["interests"] & mentor["interests"]).bit_count()
    total += weights["route"] * (mentee["route"] == mentor["route"] != 0)
    total += sum(weights[name] for name in ("mode", "college") if mentee[name] == mentor[name])
    return total + sum(
        weights[name] for name in ("commuter", "mature", "carer", "fif") if mentee[name] and mentor[name]
    )


def _judge(content: dict[str, Any], chosen: list[int]) -> list[int]:
    """The file's objective vector; fails where a hard rule is broken."""
    load = Counter(j for j in chosen if j >= 0)
    shares: Counter[Fraction] = Counter()
    near = points = 0
    for i, j in enumerate(chosen):
        mentee = _person(content["mentees"], i)
        stated = [a for a in range(4) if mentee["pref_kind"][a] == 1]
        kept = 0
        if j >= 0:
            mentor = _person(content["mentors"], j)
            assert not _forbidden(content, i, j, mentee, mentor), (i, j)
            near += mentee["disc"] != mentor["disc"]
            points += _points(content["spec"]["affinity_weights"], mentee, mentor)
            kept = sum(mentor[WANTED[a]] == mentee["pref_value"][a] for a in stated)
        if stated:
            shares[Fraction(kept, len(stated))] += 1
    thin = 0
    for j, (most, least) in enumerate(zip(content["mentors"]["cap"], content["mentors"]["min"], strict=True)):
        assert load[j] <= most, j
        thin += 0 < load[j] < least
    balance = sum(size * size for size in load.values())
    return [chosen.count(-1), near, thin, *(shares[share] for share in COUNTED), balance, -points]


@pytest.mark.parametrize("name", ["faculty250.json", "university2500.json"])
def test_shared_instance_is_solved_to_its_optimum(name: str) -> None:
    content = _read(name)
    loaded = instance.load(content)
    found = solve(loaded.problem)
    vector = _judge(content, instance.indexes(loaded, found))
    assert vector == content["optimum"]
    assert [found.vector[0], *found.vector[3:]] == vector
    assert found.bounds == found.vector
    assert verify_certificate(loaded.problem, found)


@pytest.mark.parametrize("name", ["faculty250.json", "university2500.json"])
def test_people_as_columns_get_the_answer_of_people_one_by_one(name: str) -> None:
    content = _read(name)
    found, known = solve_columns(load_columns(content)), solve(instance.load(content).problem)
    assert found.pairs == known.pairs
    assert (found.vector, found.bounds) == (known.vector, known.bounds)


def test_fast_run_proves_every_level_down_to_the_shares_of_wishes() -> None:
    content = _read("university2500.json")
    loaded = instance.load(content)
    fast, full = solve(loaded.problem, effort="fast"), solve(loaded.problem)
    shares = LEVELS.index("balance")
    assert fast.vector[:shares] == fast.bounds[:shares] == full.vector[:shares]
    assert fast.bounds <= full.vector <= fast.vector
    assert verify_certificate(loaded.problem, fast)


def test_columns_that_contradict_themselves_are_refused() -> None:
    columns = load_columns(_read("faculty250.json"))
    twice = replace(columns.mentees, keys=("s0", *columns.mentees.keys[:-1]))
    for wrong in (
        replace(columns, mentees=twice),
        replace(columns, capacity=columns.capacity - 10),
        replace(columns, locked=columns.locked + len(columns.capacity) + 1),
        replace(columns, mentors=replace(columns.mentors, campus=columns.mentors.campus[1:])),
    ):
        with pytest.raises(ProblemError):
            solve_columns(wrong)
    content = _read("faculty250.json")
    del content["mentors"]["cap"]
    with pytest.raises(ProblemError, match="cap"):
        load_columns(content)


def test_shared_bundle_of_tiny_instances_is_solved_to_its_optima() -> None:
    bundle = _read("tiny200.json")
    for number, content in enumerate(bundle["instances"]):
        loaded = instance.load(content, bundle["spec"])
        found = solve(loaded.problem)
        vector = _judge({**content, "spec": bundle["spec"]}, instance.indexes(loaded, found))
        assert vector == content["optimum"], number
        assert found.proven, number


def test_load_incomplete_file_names_what_is_missing() -> None:
    content = _read("faculty250.json")
    del content["mentors"]["cap"]
    with pytest.raises(ProblemError, match="cap"):
        instance.load(content)
