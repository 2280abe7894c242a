"""What is to be matched: mentees, mentors and the rules, as plain values (R28 to R35).

Nothing here knows a database or a clock. Keys are opaque strings chosen by the caller; the
engine never shows them to anyone and its answer depends on them only through the seeded
tie-break.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ATTRIBUTES = ("gender", "ethnicity", "home_country", "religion")
EXCEPTIONS = ("gender", "religion")

Shortage = Literal["lottery", "wishes-first"]
Unit = Literal["student", "tutor-group"]

DEFAULT_AFFINITY_WEIGHTS: Mapping[str, int] = {
    "college": 8,
    "carer": 7,
    "languages": 6,
    "mature": 6,
    "route": 5,
    "commuter": 4,
    "mode": 4,
    "interests": 3,
    "first_in_family": 3,
}


class ProblemError(ValueError):
    """The input contradicts itself: a repeated key, negative places, an unknown attribute."""


class BrokenLock(ProblemError):
    """A pair that the coordinator locked breaks a hard rule.

    `rule` is a code as in `explain.RULES`, for the coordinator who set the lock; causes that
    belong to another person are the neutral "other-rule".
    """

    def __init__(self, mentee_key: str, mentor_key: str, rule: str) -> None:
        super().__init__(f"The locked pair {mentee_key} and {mentor_key} breaks the rule {rule}.")
        self.mentee_key = mentee_key
        self.mentor_key = mentor_key
        self.rule = rule


class Cancelled(Exception):
    """The caller's `cancelled()` returned true; nothing was decided."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing a mentee asks of a mentor; `must` makes it a hard rule (R32, R35)."""

    attribute: str
    value: str
    must: bool = False


@dataclass(frozen=True, slots=True)
class Mentee:
    """A student to be matched.

    attributes: what the student stated about themselves; a missing or empty value is not stated.
    affinities: kind -> values, for instance {"interests": {"chess"}}; only what both share counts.
    blocked: mentor keys never to be given. locked_to: a mentor key that is kept.
    current: the mentor the student has now; losing them counts as moved (re-matching).
    """

    key: str
    discipline: str
    campus: str = ""
    mode: str = ""
    group: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    affinities: Mapping[str, frozenset[str]] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()
    locked_to: str | None = None
    current: str | None = None


@dataclass(frozen=True, slots=True)
class Mentor:
    """A student who offers places.

    capacity: most mentees; minimum: fewest, if any at all. None takes the rule's figure; the
    rule's maximum is never exceeded, and a minimum above the places offered means all of them.
    exceptions: attributes in which the mentor only takes mentees who stated the same value (R34).
    further_groups: (capacity, minimum) of each group beyond the first; a group is none or complete
    on its own.
    """

    key: str
    discipline: str
    campus: str = ""
    mode: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    capacity: int | None = None
    minimum: int | None = None
    exceptions: frozenset[str] = frozenset()
    affinities: Mapping[str, frozenset[str]] = field(default_factory=dict)
    further_groups: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy's matching knobs (R28, R29).

    near: pairs (mentee's discipline, mentor's discipline) allowed after the same discipline.
    campus_hard, mode_hard: only the same campus, or mode of study (an empty value equals only
    an empty value).
    shortage: who is left out when places run short: by seeded lot, or, with "wishes-first",
    rather those who stated no wish.
    spread: even groups (least sum of squared sizes); false leaves size to the other levels.
    target: instead of using as many mentors as possible, fill groups to this size; the mentors who
    are not needed are reserves.
    unit: what gets a mentor, each student or each tutor group (R30); then `group_mentors` is how many
    mentors share a tutor group and `mentor_groups` how many tutor groups one mentor may take; one
    of the two is 1.
    """

    minimum: int = 3
    maximum: int = 5
    near: frozenset[tuple[str, str]] = frozenset()
    campus_hard: bool = False
    mode_hard: bool = False
    affinity_weights: Mapping[str, int] = field(default_factory=lambda: dict(DEFAULT_AFFINITY_WEIGHTS))
    shortage: Shortage = "lottery"
    spread: bool = True
    target: int | None = None
    unit: Unit = "student"
    group_mentors: int = 1
    mentor_groups: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One matching to be done. The order of mentees and mentors changes nothing."""

    mentees: tuple[Mentee, ...]
    mentors: tuple[Mentor, ...]
    rules: Rules = field(default_factory=Rules)
    seed: int = 0

    def mentee(self, key: str) -> Mentee:
        """The mentee with this key; KeyError if there is none."""
        return next((m for m in self.mentees if m.key == key), None) or _missing(key)

    def mentor(self, key: str) -> Mentor:
        """The mentor with this key; KeyError if there is none."""
        return next((m for m in self.mentors if m.key == key), None) or _missing(key)


def _missing(key: str) -> Any:
    raise KeyError(key)


def groups_of(mentor: Mentor, rules: Rules) -> tuple[tuple[int, int], ...]:
    """(fewest, most) mentees of each of this mentor's groups: what they offer, never above the maximum."""
    most = rules.maximum if mentor.capacity is None else min(mentor.capacity, rules.maximum)
    least = rules.minimum if mentor.minimum is None else mentor.minimum
    further = ((min(capacity, rules.maximum), minimum) for capacity, minimum in mentor.further_groups)
    return tuple((min(fewest, size), size) for size, fewest in ((most, least), *further))


def places(mentor: Mentor, rules: Rules) -> int:
    """Most mentees this mentor may have, in all their groups."""
    return sum(most for _, most in groups_of(mentor, rules))


def fewest(mentor: Mentor, rules: Rules) -> int:
    """Fewest mentees that make this mentor's first group complete; at most its places."""
    return groups_of(mentor, rules)[0][0]


def linked_disciplines(near: frozenset[tuple[str, str]]) -> dict[str, str]:
    """One representative for disciplines joined by the near map."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    for a, b in sorted(near):
        first, second = sorted((find(a), find(b)))
        root[second] = first
    return {name: find(name) for name in list(root)}


def check(problem: Problem) -> None:
    """Refuse a problem that contradicts itself; ProblemError says what and where."""
    _check_keys("mentee", [m.key for m in problem.mentees])
    _check_keys("mentor", [m.key for m in problem.mentors])
    _check_rules(problem.rules)
    known = {mentor.key for mentor in problem.mentors}
    for mentor in problem.mentors:
        _check_mentor(mentor)
    for mentee in problem.mentees:
        _check_mentee(mentee, known)


def _check_keys(kind: str, keys: list[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ProblemError(f"The {kind} {key} appears twice.")
        seen.add(key)


def _check_rules(rules: Rules) -> None:
    if rules.maximum < 0 or rules.minimum < 0:
        raise ProblemError("Group sizes cannot be negative.")
    if rules.shortage not in ("lottery", "wishes-first"):
        raise ProblemError(f"Unknown shortage policy {rules.shortage!r}.")
    if rules.target is not None and rules.target < 1:
        raise ProblemError("The target size is at least one.")
    if rules.unit not in ("student", "tutor-group"):
        raise ProblemError(f"Unknown unit {rules.unit!r}.")
    if not (
        1 <= rules.group_mentors <= 2
        and 1 <= rules.mentor_groups <= 2
        and 1 in (rules.group_mentors, rules.mentor_groups)
    ):
        raise ProblemError("A tutor group has one mentor or two, or a mentor two tutor groups, not both.")
    if any(weight < 0 for weight in rules.affinity_weights.values()):
        raise ProblemError("Affinity weights cannot be negative.")


def _check_mentor(mentor: Mentor) -> None:
    figures = (mentor.capacity or 0, mentor.minimum or 0, *(n for group in mentor.further_groups for n in group))
    if min(figures) < 0:
        raise ProblemError(f"The mentor {mentor.key} has negative places.")
    unknown = mentor.exceptions - set(EXCEPTIONS)
    if unknown:
        raise ProblemError(f"The mentor {mentor.key} has an unknown exception {min(unknown)!r}.")


def _check_mentee(mentee: Mentee, mentors: set[str]) -> None:
    asked = [wish.attribute for wish in mentee.wishes]
    for attribute in asked:
        if attribute not in ATTRIBUTES:
            raise ProblemError(f"The mentee {mentee.key} wishes an unknown attribute {attribute!r}.")
    if len(set(asked)) != len(asked):
        raise ProblemError(f"The mentee {mentee.key} has two wishes for one attribute.")
    if mentee.locked_to is not None and mentee.locked_to not in mentors:
        raise ProblemError(f"The mentee {mentee.key} is locked to an unknown mentor.")


def digest(problem: Problem) -> str:
    """SHA-256, in hex, of the canonical input: the same for any order of the same people."""
    content = {
        "mentees": sorted((_plain(m) for m in problem.mentees), key=lambda m: m["key"]),
        "mentors": sorted((_plain(m) for m in problem.mentors), key=lambda m: m["key"]),
        "rules": _plain(problem.rules),
        "seed": problem.seed,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(value: Any) -> Any:
    """A value as JSON can hold it, with sets and wishes in a fixed order."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind in (frozenset, set, tuple, list):
        return _in_order([_plain(item) for item in value])
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    names = getattr(kind, "__dataclass_fields__", None)
    if names is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, Iterable):
        return _in_order([_plain(item) for item in value])
    raise ProblemError(f"Cannot read a value of type {kind.__name__}.")


_AS_THEY_ARE = frozenset({str, int, bool, float, type(None)})


def _in_order(items: list[Any]) -> list[Any]:
    """In the order of their JSON, which is the one that a digest has."""
    if len(items) < 2:
        return items
    return sorted(items, key=_quoted if all(type(item) is str for item in items) else _json)


_json = json.JSONEncoder(sort_keys=True).encode
_quoted = json.encoder.encode_basestring_ascii
