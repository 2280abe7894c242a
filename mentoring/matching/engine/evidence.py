"""What certificate.py judges by: pairs, costs and places of one component, from the people themselves.

It repeats on purpose what tables.py, components.py and levels.py work out for the solver, in its own
words, so that a mistake there is not believed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from scipy import sparse

from mentoring.matching.engine.outcome import LEVELS
from mentoring.matching.engine.problem import ATTRIBUTES, Mentee, Mentor, Problem, fewest, places
from mentoring.matching.engine.tables import key_hashes, lots, tie_break

COUNTED = (Fraction(0), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(3, 4))
SHARES = LEVELS[5:11]


class Evidence:
    """The people of a problem and who was paired."""

    def __init__(self, problem: Problem, pairs: Mapping[str, str]) -> None:
        self.problem = problem
        self.pairs = pairs
        self.mentors = {mentor.key: mentor for mentor in problem.mentors}
        self.locked: dict[str, int] = {}
        self.by_discipline: dict[str, list[Mentee]] = {}
        for mentee in sorted(problem.mentees, key=lambda person: person.key):
            if mentee.locked_to is None:
                self.by_discipline.setdefault(mentee.discipline, []).append(mentee)
            else:
                self.locked[mentee.locked_to] = self.locked.get(mentee.locked_to, 0) + 1
        drawn = lots(problem.mentees, problem.seed).tolist()
        self.lot = {mentee.key: lot for mentee, lot in zip(problem.mentees, drawn, strict=True)}

    def part(self, mentor_keys: Sequence[str]) -> Part:
        """The mentors, and everyone without a lock who may be paired with one of them."""
        mentors = [self.mentors[key] for key in mentor_keys]
        near = self.problem.rules.near
        wanted = {mentor.discipline for mentor in mentors}
        wanted |= {ours for ours, theirs in near if theirs in wanted}
        candidates = [mentee for name in sorted(wanted) for mentee in self.by_discipline.get(name, ())]
        whole = Part(self, sorted(candidates, key=lambda person: person.key), mentors)
        some = np.flatnonzero(whole.allowed.any(axis=1)).tolist()
        return Part(self, [whole.mentees[i] for i in some], mentors)

    def strays(self, components: Sequence[Sequence[str]]) -> list[str]:
        """Mentees in two components, and mentors with an open place whom no component has."""
        faults = []
        seen: set[str] = set()
        for keys in components:
            here = {mentee.key for mentee in self.part(keys).mentees}
            if here & seen:
                faults.append("two components share a mentee")
            seen |= here
        known = {key for keys in components for key in keys}
        if len(known) != sum(map(len, components)):
            faults.append("two components share a mentor")
        rest = [
            key
            for key, mentor in self.mentors.items()
            if key not in known and self.locked.get(key, 0) < places(mentor, self.problem.rules)
        ]
        for name in sorted({self.mentors[key].discipline for key in rest}):
            if self.part([key for key in rest if self.mentors[key].discipline == name]).mentees:
                faults.append(f"an open mentor of {name} is in no component")
        return faults


@dataclass(frozen=True)
class Part:
    """Some mentees, n in order of key, and mentors, m."""

    evidence: Evidence
    mentees: list[Mentee]
    mentors: list[Mentor]

    @cached_property
    def allowed(self) -> np.ndarray:
        """bool (n, m): pairs that break no hard rule."""
        rules = self.evidence.problem.rules
        ok = self._equal("discipline")
        for a, b in rules.near:
            ok |= self._is(self.mentees, "discipline", a)[:, None] & self._is(self.mentors, "discipline", b)[None, :]
        for name, hard in (("campus", rules.campus_hard), ("mode", rules.mode_hard)):
            if hard:
                ok &= self._equal(name)
        for name in ATTRIBUTES:
            ok &= self._granted(name, must=True) | ~self._asks(name, must=True)[:, None]
            strict = np.array([name in mentor.exceptions for mentor in self.mentors], dtype=bool)
            own = [mentee.attributes.get(name) or object() for mentee in self.mentees]
            ok &= _equal(own, [mentor.attributes.get(name) for mentor in self.mentors]) | ~strict[None, :]
        position = {mentor.key: j for j, mentor in enumerate(self.mentors)}
        for i, mentee in enumerate(self.mentees):
            ok[i, [position[key] for key in mentee.blocked if key in position]] = False
        return ok

    @cached_property
    def near(self) -> np.ndarray:
        """bool (n, m): another discipline."""
        return ~self._equal("discipline")

    @cached_property
    def shares(self) -> np.ndarray:
        """int (n, m): index into COUNTED, or len(COUNTED)."""
        got = sum(self._granted(name, must=False).astype(np.int64) for name in ATTRIBUTES)
        stated = np.array([sum(not wish.must for wish in mentee.wishes) for mentee in self.mentees])[:, None]
        found = np.full(self.near.shape, len(COUNTED))
        for k, share in enumerate(COUNTED):
            found[(stated > 0) & (got * share.denominator == share.numerator * stated)] = k
        return found

    @cached_property
    def points(self) -> np.ndarray:
        """int64 (n, m): affinity."""
        number: dict[tuple[str, str], int] = {}
        weights = self.evidence.problem.rules.affinity_weights

        def cells(people: Sequence[Mentee] | Sequence[Mentor]) -> np.ndarray:
            found = [
                (i, number.setdefault((kind, value), len(number)), weights.get(kind, 0))
                for i, shared in enumerate([person.affinities for person in people])
                for kind, values in shared.items()
                for value in values
            ]
            return np.array(found, dtype=np.int64).reshape(-1, 3)

        left, right = cells(self.mentees), cells(self.mentors)
        ones = np.ones(len(left), dtype=np.int64)
        ours = sparse.csr_array((ones, (left[:, 0], left[:, 1])), (len(self.mentees), len(number)))
        theirs = sparse.csr_array((right[:, 2], (right[:, 0], right[:, 1])), (len(self.mentors), len(number)))
        return np.asarray((ours @ theirs.T).toarray(), dtype=np.int64)

    @cached_property
    def wishful(self) -> np.ndarray:
        """bool (n,): has a preference."""
        return np.array([any(not wish.must for wish in mentee.wishes) for mentee in self.mentees], dtype=bool)

    @cached_property
    def base(self) -> np.ndarray:
        """int (m,): locked mentees."""
        return np.array([self.evidence.locked.get(mentor.key, 0) for mentor in self.mentors], dtype=np.int64)

    @cached_property
    def least(self) -> np.ndarray:
        """int (m,): the minimum of a group in use."""
        return np.array([fewest(mentor, self.evidence.problem.rules) for mentor in self.mentors], dtype=np.int64)

    @cached_property
    def room(self) -> np.ndarray:
        """int (m,): places that mentees without a lock can take."""
        offered = np.array([places(mentor, self.evidence.problem.rules) for mentor in self.mentors], dtype=np.int64)
        return np.minimum(offered - self.base, self.allowed.sum(axis=0))

    @cached_property
    def answer(self) -> np.ndarray:
        """int (n,): the mentor that each was given, -1 for none or one from elsewhere."""
        position = {mentor.key: j for j, mentor in enumerate(self.mentors)}
        return np.array([position.get(self.evidence.pairs.get(m.key, ""), -1) for m in self.mentees], dtype=np.int64)

    def most_points(self) -> int:
        """What the affinity could be if everyone had the best mentor."""
        return int(np.where(self.allowed, self.points, 0).max(axis=1, initial=0).sum())

    def moved(self) -> np.ndarray:
        """bool (n, m + 1): whether the mentee would lose a present mentor."""
        lost = np.zeros((len(self.mentees), len(self.mentors) + 1), dtype=bool)
        position = {mentor.key: j for j, mentor in enumerate(self.mentors)}
        for i, mentee in enumerate(self.mentees):
            if mentee.current is not None:
                lost[i] = True
                lost[i, position.get(mentee.current, len(self.mentors))] &= mentee.current not in position
        return lost

    def level(self, name: str, unit: int = 1) -> np.ndarray:
        """int64 (n, m + 1): what each pair, and being unmatched, adds to a level; none for group sizes."""
        lottery = self.evidence.problem.rules.shortage == "lottery"
        cost = np.zeros((len(self.mentees), len(self.mentors) + 1), dtype=np.int64)
        if name == "unmatched":
            cost[:, -1] = 1
        elif name == "moved":
            cost += self.moved()
        elif name == "lottery" and lottery:
            cost[:, -1] = [self.evidence.lot[mentee.key] for mentee in self.mentees]
        elif name == "near":
            cost[:, :-1] = self.near
        elif name in SHARES:
            cost[:, :-1] = self.shares == SHARES.index(name)
            if name == "ignored" and not lottery:
                cost[:, -1] = self.wishful
        elif name == "affinity":
            cost[:, :-1] = -((self.points + unit // 2) // unit * unit)
        elif name == "tie":
            cost += self._ties()
        return cost

    def cost(self, weights: Mapping[str, int], unit: int) -> np.ndarray:
        """int64 (n, m + 1): a stage's one cost."""
        total = np.zeros((len(self.mentees), len(self.mentors) + 1), dtype=np.int64)
        for name, weight in weights.items():
            total += weight * self.level(name, unit)
        return total

    def charges(self, weight: int) -> np.ndarray:
        """int64 (m, k): what each mentor's places cost, one after the other, under the convex envelope."""
        size = self.base[:, None] + np.arange(1, int(self.room.max(initial=0)) + 1)[None, :]
        slope = (self.base[:, None] == 0) & (size <= self.least[:, None])
        return weight * np.where(slope, self.least[:, None], 2 * size - 1)

    def ranges(self, unit: int) -> dict[str, int]:
        """Level -> the most by which moving people along one cycle changes it, in order of importance."""
        rules = self.evidence.problem.rules
        lottery = rules.shortage == "lottery"
        q = min(len(self.mentees), len(self.mentors) + 1)
        most = np.sort(np.where(self.allowed, self.points, 0).max(axis=1))[::-1]
        found = {
            "unmatched": 1,
            "moved": min(q, sum(mentee.current is not None for mentee in self.mentees)),
            "lottery": max(self.evidence.lot[mentee.key] for mentee in self.mentees) if lottery else 0,
            "near": min(q, int((self.allowed & self.near).any(axis=1).sum())),
        }
        for k, name in enumerate(SHARES):
            some = (self.allowed & (self.shares == k)).any(axis=1)
            found[name] = min(q, int((some | self.wishful if k == 0 and not lottery else some).sum()))
        found["balance"] = 2 * int(np.maximum(self.base + self.room, self.least).max()) + 1 if rules.spread else 0
        found["affinity"] = int(most[:q].sum()) + q * (unit // 2)
        return found

    def vector(self, columns: np.ndarray, *, enveloped: bool) -> tuple[int, ...]:
        """The levels of an assignment, int (n,), -1 for none; enveloped: thin groups pass as convex sizes."""
        at = np.where(columns < 0, len(self.mentors), columns)
        rows = np.arange(len(at))
        totals = {name: int(self.level(name)[rows, at].sum()) for name in LEVELS}
        size = self.base + np.bincount(at, minlength=len(self.mentors) + 1)[:-1]
        thin = (size > 0) & (size < self.least)
        square = size**2
        if enveloped:
            square = np.where(thin & (self.base == 0), size * self.least, square)
            thin = np.zeros_like(thin)
        totals["undersized"] = int(thin.sum())
        totals["balance"] = int(square.sum()) if self.evidence.problem.rules.spread else 0
        return tuple(totals[name] for name in LEVELS)

    def _ties(self) -> np.ndarray:
        seed = self.evidence.problem.seed
        left = key_hashes("mentee", [mentee.key for mentee in self.mentees], seed)
        right = key_hashes("mentor", [mentor.key for mentor in self.mentors], seed)
        return tie_break(left, right)

    def _equal(self, name: str) -> np.ndarray:
        return _equal([getattr(p, name) for p in self.mentees], [getattr(p, name) for p in self.mentors])

    def _is(self, people: Sequence[Mentee] | Sequence[Mentor], name: str, value: str) -> np.ndarray:
        return np.array([getattr(person, name) == value for person in people], dtype=bool)

    def _asks(self, name: str, *, must: bool) -> np.ndarray:
        return np.array(
            [any(w.attribute == name and w.must == must for w in mentee.wishes) for mentee in self.mentees], dtype=bool
        )

    def _granted(self, name: str, *, must: bool) -> np.ndarray:
        """bool (n, m): the mentor is what the mentee's wish for this attribute says."""
        wanted = [
            next((w.value for w in mentee.wishes if w.attribute == name and w.must == must), object())
            for mentee in self.mentees
        ]
        return _equal(wanted, [mentor.attributes.get(name) for mentor in self.mentors])


def _equal(left: Sequence[object], right: Sequence[object]) -> np.ndarray:
    """bool (n, m): whose values are the same."""
    number: dict[object, int] = {}
    ours = np.array([number.setdefault(value, len(number)) for value in left], dtype=np.int64)
    theirs = np.array([number.setdefault(value, len(number)) for value in right], dtype=np.int64)
    return ours[:, None] == theirs[None, :]
