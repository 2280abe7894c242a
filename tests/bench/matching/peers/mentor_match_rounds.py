"""mentor-match (UK civil service): rounds of Munkres, one mentee a mentor and round, as its manual shows."""

from __future__ import annotations

from importlib import metadata

import numpy as np
from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.process import process_data
from matching.rules.rule import Disqualify, Rule

from tests.bench.matching.peers.parts import Part, each


class Score(Rule):
    """The prepared score of the pair."""

    def __init__(self, score: np.ndarray) -> None:
        super().__init__()
        self._score = score

    def apply(self, match_object) -> int:  # type: ignore[no-untyped-def]
        return int(self._score[_number(match_object.mentee), _number(match_object.mentor)])

    def evaluate(self, match_object) -> bool:  # type: ignore[no-untyped-def]
        return bool(self.apply(match_object))


def solve(part: Part) -> np.ndarray:
    mentees = [Mentee(email=f"s{row}", grade=0) for row in range(len(part.mentees))]
    mentors = [Mentor(email=f"m{column}", grade=0) for column in range(len(part.mentors))]

    def full(match) -> bool:  # type: ignore[no-untyped-def]
        return len(match.mentor.mentees) >= int(part.capacity[_number(match.mentor)])

    def forbidden(match) -> bool:  # type: ignore[no-untyped-def]
        return int(part.score[_number(match.mentee), _number(match.mentor)]) <= 0

    rules = [
        Score(part.score),
        Disqualify(forbidden),
        Disqualify(lambda match: len(match.mentee.mentors) > 0),
        Disqualify(full),
    ]
    process_data(mentors, mentees, [rules] * int(part.capacity.max()))
    held = [mentee.mentors for mentee in mentees]
    return np.array([_number(mentors_[0]) if mentors_ else -1 for mentors_ in held])


def _number(person) -> int:  # type: ignore[no-untyped-def]
    return int(person.email[1:])


def version() -> str:
    return f"mentor-match {metadata.version('mentor-match')}, munkres {metadata.version('munkres')}"


ready = each(solve)
