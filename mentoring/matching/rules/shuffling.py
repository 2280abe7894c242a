"""That an attribute alone changes nothing: wishes taken out, attributes dealt anew (matching.md §4, bias audit)."""

import random
from dataclasses import replace
from typing import TypeVar

from mentoring.matching.engine import ATTRIBUTES, Mentee, Mentor, Problem

Person = TypeVar("Person", Mentee, Mentor)


def without_wishes(problem: Problem) -> Problem:
    """The same people, none of whom wishes anything or makes an exception."""
    return replace(
        problem,
        mentees=tuple(replace(mentee, wishes=()) for mentee in problem.mentees),
        mentors=tuple(replace(mentor, exceptions=frozenset()) for mentor in problem.mentors),
    )


def shuffled(problem: Problem, seed: int) -> Problem:
    """The same people with each attribute dealt anew among the mentees, and among the mentors."""
    dealer = random.Random(seed)  # noqa: S311  a deal that can be repeated, nothing secret
    mentees, mentors = list(problem.mentees), list(problem.mentors)
    for attribute in ATTRIBUTES:
        mentees = _dealt(mentees, attribute, dealer)
        mentors = _dealt(mentors, attribute, dealer)
    return replace(problem, mentees=tuple(mentees), mentors=tuple(mentors))


def _dealt(people: list[Person], attribute: str, dealer: random.Random) -> list[Person]:
    values = [person.attributes.get(attribute, "") for person in people]
    dealer.shuffle(values)
    return [
        replace(person, attributes={**person.attributes, attribute: value})
        for person, value in zip(people, values, strict=True)
    ]
