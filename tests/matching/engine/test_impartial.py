"""Attributes count through stated wishes and exceptions only, and nobody reads another's through an answer."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from mentoring.matching.engine import (
    ATTRIBUTES,
    Mentee,
    Mentor,
    Problem,
    cost_of_alternative,
    explain_all_unmatched,
    explain_pair,
    instance,
    place,
    prepare,
    rank_mentors,
    solve,
    what_would_help,
    withdraw,
)
from tests.matching.engine.examples import drawn

Person = TypeVar("Person", Mentee, Mentor)
FACULTY = Path(__file__).parents[2] / "data" / "matching" / "faculty250.json"


def _shuffled(people: Sequence[Person], random: Random, names: Sequence[str] = ATTRIBUTES) -> tuple[Person, ...]:
    """The same people with these attributes dealt out anew among them."""
    attributes = [dict(person.attributes) for person in people]
    for name in names:
        values = [held.pop(name, None) for held in attributes]
        random.shuffle(values)
        for held, value in zip(attributes, values, strict=True):
            if value is not None:
                held[name] = value
    return tuple(replace(person, attributes=held) for person, held in zip(people, attributes, strict=True))


def _without_wishes(one: Problem) -> Problem:
    mentees = tuple(replace(m, wishes=()) for m in one.mentees)
    return replace(one, mentees=mentees, mentors=tuple(replace(m, exceptions=frozenset()) for m in one.mentors))


def _attributes_shuffled(one: Problem, seed: int) -> Problem:
    random = Random(seed)
    return replace(one, mentees=_shuffled(one.mentees, random), mentors=_shuffled(one.mentors, random))


def test_without_wishes_attributes_change_no_pair() -> None:
    differing = 0
    for seed in range(60):
        one = _without_wishes(drawn(seed, mentees=14, mentors=5))
        other = _attributes_shuffled(one, seed)
        found = solve(one)
        assert solve(other).pairs == found.pairs
        indexes = prepare(one, found.pairs), prepare(other, found.pairs)
        assert withdraw(indexes[0], "m0") == withdraw(indexes[1], "m0")
        assert place(indexes[0], found.unmatched) == place(indexes[1], found.unmatched)
        differing += one != other
    assert differing > 50


@pytest.mark.parametrize("seed", range(3))
def test_without_wishes_attributes_change_no_pair_of_a_faculty(seed: int) -> None:
    one = _without_wishes(instance.load(json.loads(FACULTY.read_text(encoding="utf-8"))).problem)
    other = _attributes_shuffled(one, seed)
    assert one != other
    assert solve(other).pairs == solve(one).pairs


def test_with_wishes_a_students_own_attributes_change_no_pair() -> None:
    for seed in range(60):
        one = drawn(seed, mentees=14, mentors=5)
        one = replace(one, mentors=tuple(replace(m, exceptions=frozenset()) for m in one.mentors))
        other = replace(one, mentees=_shuffled(one.mentees, Random(seed)))
        assert solve(other).pairs == solve(one).pairs


def test_wishes_do_change_pairs_so_that_the_proofs_above_could_fail() -> None:
    changed = 0
    for seed in range(60):
        one = drawn(seed, mentees=14, mentors=5)
        one = replace(one, mentees=tuple(replace(m, locked_to=None) for m in one.mentees))
        other = replace(one, mentors=_shuffled(one.mentors, Random(seed)))
        changed += solve(other).pairs != solve(one).pairs
    assert changed > 20


def test_reasons_of_a_pair_depend_on_nobody_else_and_on_nothing_unasked() -> None:
    checked = 0
    for seed in range(80):
        one = drawn(seed)
        for student, guide in solve(one).pairs.items():
            asked = {wish.attribute for wish in one.mentee(student).wishes}
            unasked = [name for name in ATTRIBUTES if name not in asked]
            others = tuple(m for m in one.mentors if m.key != guide)
            theirs = one.mentor(guide)
            swapped = replace(theirs, attributes={**theirs.attributes, **dict.fromkeys(unasked, "swapped")})
            other = replace(
                one,
                mentees=_shuffled(one.mentees, Random(seed)),
                mentors=(*_shuffled(others, Random(seed)), swapped),
            )
            assert explain_pair(other, student, guide) == explain_pair(one, student, guide)
            checked += one != other
    assert checked > 100


def test_students_attributes_change_nothing_that_anybody_reads() -> None:
    """Where no mentor excludes by attribute; where one does, a cause is the neutral code and no more."""
    checked = 0
    for seed in range(25):
        one = drawn(seed, mentees=9, mentors=4)
        one = replace(one, mentors=tuple(replace(m, exceptions=frozenset()) for m in one.mentors))
        other = replace(one, mentees=_shuffled(one.mentees, Random(seed)))
        pairs = solve(one).pairs
        left_out = [m.key for m in one.mentees if m.key not in pairs]
        assert explain_all_unmatched(other, pairs) == explain_all_unmatched(one, pairs)
        for person in one.mentees[:3]:
            assert rank_mentors(other, person.key, pairs) == rank_mentors(one, person.key, pairs)
            assert what_would_help(other, person.discipline, left_out) == what_would_help(
                one, person.discipline, left_out
            )
            for guide in one.mentors[:2]:
                answers = [cost_of_alternative(each, pairs, person.key, guide.key) for each in (one, other)]
                assert answers[0] == answers[1]
        checked += one != other
    assert checked > 15


def test_no_answer_holds_an_attribute_of_anybody() -> None:
    for seed in range(60):
        one = _marked(drawn(seed, mentees=9, mentors=4))
        found = solve(one)
        said = [explain_all_unmatched(one, found.pairs)]
        said += [explain_pair(one, student, guide) for student, guide in found.pairs.items()]
        for person in one.mentees[:3]:
            said += [rank_mentors(one, person.key, found.pairs)]
            said += [cost_of_alternative(one, found.pairs, person.key, guide.key) for guide in one.mentors]
        index = prepare(one, found.pairs)
        said += [withdraw(index, guide.key) for guide in one.mentors]
        assert "secret" not in repr(said), seed


def _marked(one: Problem) -> Problem:
    """The same problem with values that would be seen if they were said."""
    mentees = [
        replace(
            m,
            attributes={name: f"secret-{value}" for name, value in m.attributes.items()},
            wishes=tuple(replace(wish, value=f"secret-{wish.value}") for wish in m.wishes),
        )
        for m in one.mentees
    ]
    mentors = [
        replace(m, attributes={name: f"secret-{value}" for name, value in m.attributes.items()}) for m in one.mentors
    ]
    return replace(one, mentees=tuple(mentees), mentors=tuple(mentors))
