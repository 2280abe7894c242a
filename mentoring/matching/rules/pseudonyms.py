"""What a run keeps of its input: facts under pseudonyms, enough to repeat it, without a name or a value.

A run is worked out on the very problem that is kept: everybody's key, and every value that somebody
told, is replaced by a keyed hash. The engine asks only which values are equal, so the answer is as good.
While the run's salt is there the pseudonyms can be tied to people; once it is deleted they cannot.
"""

import hashlib
import hmac
import types
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from mentoring.matching.engine import Mentee, Mentor, Problem, Rules, Wish

Row = dict[str, Any]
Thing = TypeVar("Thing")
LENGTH = 24  # hex digits: 96 bits, so that no two people of a run ever share one


class Pseudonyms:
    """Keyed hashes of one run."""

    def __init__(self, salt: str) -> None:
        self.salt = salt.encode()

    def of(self, kind: str, value: str) -> str:
        """The pseudonym of a value; nothing stays nothing, because the engine reads it as "not stated"."""
        return hmac.new(self.salt, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()[:LENGTH] if value else ""

    def person(self, key: str) -> str:
        return self.of("person", key)

    def people(self, problem: Problem) -> dict[str, str]:
        """Pseudonym → key, of everybody in a problem."""
        keys = [*(mentee.key for mentee in problem.mentees), *(mentor.key for mentor in problem.mentors)]
        return {self.person(key): key for key in keys}

    def problem(self, problem: Problem) -> Problem:
        """The same problem under pseudonyms; discipline, campus and mode stay as they are."""
        return replace(
            problem,
            mentees=tuple(self._mentee(mentee) for mentee in problem.mentees),
            mentors=tuple(self._mentor(mentor) for mentor in problem.mentors),
        )

    def _mentee(self, mentee: Mentee) -> Mentee:
        return replace(
            mentee,
            key=self.person(mentee.key),
            group=self.of("group", mentee.group),
            attributes=self._attributes(mentee.attributes),
            wishes=tuple(replace(w, value=self.of(w.attribute, w.value)) for w in mentee.wishes),
            affinities=self._affinities(mentee.affinities),
            blocked=frozenset(self.person(key) for key in mentee.blocked),
            locked_to=self.person(mentee.locked_to) if mentee.locked_to else None,
            current=self.person(mentee.current) if mentee.current else None,
        )

    def _mentor(self, mentor: Mentor) -> Mentor:
        return replace(
            mentor,
            key=self.person(mentor.key),
            attributes=self._attributes(mentor.attributes),
            affinities=self._affinities(mentor.affinities),
        )

    def _attributes(self, told: Mapping[str, str]) -> dict[str, str]:
        return {attribute: self.of(attribute, value) for attribute, value in told.items()}

    def _affinities(self, told: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        return {kind: frozenset(self.of(kind, value) for value in values) for kind, values in told.items()}


def problem_in_rows(problem: Problem) -> tuple[Row, dict[str, Row]]:
    """The rules, and one row for each person by key, as JSON can hold them."""
    people: Iterable[tuple[str, Mentee | Mentor]] = [
        *(("mentee", mentee) for mentee in problem.mentees),
        *(("mentor", mentor) for mentor in problem.mentors),
    ]
    return _plain(problem.rules), {person.key: {"role": role, **_plain(person)} for role, person in people}


def problem_from(rules: Row, rows: Iterable[Row], seed: int) -> Problem:
    """The problem again, from what ``problem_in_rows`` gave."""
    people = list(rows)
    return Problem(
        mentees=tuple(restored(Mentee, row) for row in people if row["role"] == "mentee"),
        mentors=tuple(restored(Mentor, row) for row in people if row["role"] == "mentor"),
        rules=restored(Rules, rules),
        seed=seed,
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted((_plain(item) for item in value), key=str)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def restored(kind: type[Thing], row: Mapping[str, Any]) -> Thing:
    """A dataclass of the engine from its plain form; what it did not have at the time takes its default."""
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: _typed(hints[name], value) for name, value in row.items() if name in known})


def _typed(hint: Any, value: Any) -> Any:
    """A plain value in the shape of a type hint: the engine's fields hold nothing more than these."""
    origin, inner = get_origin(hint), get_args(hint)
    if value is None or origin is Literal:
        return value
    if origin in (Union, types.UnionType):
        return _typed(next(each for each in inner if each is not type(None)), value)
    if origin is frozenset:
        return frozenset(_typed(inner[0], item) for item in value)
    if origin is tuple:
        of = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_typed(each, item) for each, item in zip(of, value, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {key: _typed(inner[1], item) for key, item in value.items()}
    return restored(hint, value) if hint is Wish else value
