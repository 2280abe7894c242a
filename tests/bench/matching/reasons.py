"""Are the engine's reasons true? Each is tried by matching again with the rules relaxed.

Independent of the engine: rules are read from the file's columns, and whether a student can be
placed is found by searching an augmenting path from that student (Berge 1957). A few are tried
once more by a maximum matching of the whole cohort from scratch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

CODES = {"must:gender": "gender", "must:ethnicity": "ethnicity", "must:home_country": "country",
         "must:religion": "religion"}  # fmt: skip
FROM_SCRATCH = 10


@dataclass
class Tried:
    """students: how many reasons. tests: how many relaxations were tried. wrong: what did not hold."""

    students: int = 0
    tests: int = 0
    wrong: list[str] = field(default_factory=list)

    def expect(self, holds: bool, message: str) -> None:
        self.tests += 1
        if not holds:
            self.wrong.append(message)


def tried(content: Mapping[str, Any], chosen: np.ndarray, reasons: Iterable[Mapping[str, Any]]) -> Tried:
    """chosen: the engine's answer, int (n,). reasons: as the engine's worker gives them."""
    cohort = Cohort(content, chosen)
    found = Tried()
    for number, reason in enumerate(reasons):
        found.students += 1
        _try(cohort, reason, found, from_scratch=number < FROM_SCRATCH)
    waiting = int((chosen < 0).sum())
    found.expect(found.students == waiting, f"{found.students} reasons for {waiting} students")
    return found


def _try(cohort: Cohort, reason: Mapping[str, Any], found: Tried, *, from_scratch: bool) -> None:
    i, sets = reason["mentee"], [frozenset(one) for one in reason["blocking"]]
    found.expect(not cohort.place(i, frozenset()), f"mentee {i} has a place as it is")
    for one in sets:
        found.expect(cohort.place(i, one), f"mentee {i} has no place without {sorted(one)}")
        for rule in one:
            found.expect(not cohort.place(i, one - {rule}), f"mentee {i} needs less than {sorted(one)}")
        if from_scratch:
            more = cohort.most_matched(i, one) - cohort.matched
            found.expect(more == 1, f"mentee {i} without {sorted(one)}: {more} more are matched")
    if not sets:
        found.expect(not cohort.place(i, frozenset(cohort.rules)), f"mentee {i} would have a place after all")
    if reason["kind"] == "competition":
        counted = cohort.confined(i)
        found.expect(counted == (reason["students"], reason["places"]), f"mentee {i}: {counted} confined")
        found.expect(counted[0] > counted[1], f"mentee {i}: no more students than places")


class Cohort:
    """People, rules and an allocation. allowed: bool (n, m). capacity: int (m,). free: bool (m,), has a
    free place. chosen: int (n,), mentor or -1; matched: how many have one."""

    def __init__(self, content: Mapping[str, Any], chosen: np.ndarray) -> None:
        self._left = {name: np.array(column) for name, column in content["mentees"].items()}
        self._right = {name: np.array(column) for name, column in content["mentors"].items()}
        self._content = content
        self._blocked: dict[int, list[int]] = {}
        for i, j in content["block"]:
            self._blocked.setdefault(i, []).append(j)
        self.rules = tuple(self.broken(0))
        self.capacity = self._right["cap"]
        rows = [~np.logical_or.reduce(list(self.broken(i).values())) for i in range(len(chosen))]
        self.allowed = np.array(rows) & (self.capacity > 0)[None, :]
        self._stand(chosen)

    def after(self, chosen: np.ndarray) -> Cohort:
        """The same people and rules under another allocation."""
        later = copy(self)
        later._stand(chosen)
        return later

    def _stand(self, chosen: np.ndarray) -> None:
        self.chosen = chosen
        self.matched = int((chosen >= 0).sum())
        load = np.bincount(chosen[chosen >= 0], minlength=len(self.capacity))
        self.free = load < self.capacity
        order = np.argsort(chosen, kind="stable")[len(chosen) - self.matched :]
        self._held = np.split(order, np.cumsum(load)[:-1])

    def broken(self, i: int) -> dict[str, np.ndarray]:
        """Rule code -> bool (m,), for one mentee."""
        ours = {name: column[i] for name, column in self._left.items()}
        theirs = self._right
        linked = [ours["disc"], *(b for a, b in self._content["near"] if a == ours["disc"])]
        other = np.isin(np.arange(len(theirs["disc"])), self._blocked.get(i, []))
        for name in ("gender", "religion"):
            other |= (theirs[f"exc_{name}"] == 1) & (theirs[name] != ours[name])
        found = {"discipline": (theirs["inst"] != ours["inst"]) | ~np.isin(theirs["disc"], linked), "other-rule": other}
        for name in ("campus", "mode"):
            found[name] = (theirs[name] != ours[name]) & bool(self._content[f"{name}_hard"])
        for a, (code, name) in enumerate(CODES.items()):
            found[code] = (theirs[name] != ours["pref_value"][a]) & (ours["pref_kind"][a] == 2)
        return found

    def open_to(self, i: int, relaxed: frozenset[str]) -> np.ndarray:
        """bool (m,): mentors that break no other rule."""
        kept = [broken for rule, broken in self.broken(i).items() if rule not in relaxed]
        refused = np.logical_or.reduce(kept) if kept else np.zeros(len(self.capacity), dtype=bool)
        return ~refused & (self.capacity > 0)

    def place(self, i: int, relaxed: frozenset[str]) -> bool:
        """Whether an augmenting path leads from the mentee to a free place."""
        return self.leads_to_a_place(self.open_to(i, relaxed))

    def leads_to_a_place(self, start: np.ndarray) -> bool:
        """Whether somebody who may go to these mentors, bool (m,), can be placed and nobody loses theirs."""
        return bool((self._visited(start) & self.free).any())

    def confined(self, i: int) -> tuple[int, int]:
        """Students who are confined to the mentors that the mentee competes for, and their places."""
        seen = self._visited(self.allowed[i])
        inside = self.allowed.any(axis=1) & ~self.allowed[:, ~seen].any(axis=1)
        held = np.isin(self.chosen, np.flatnonzero(seen))
        return int((held | (inside & (self.chosen < 0))).sum()), int(self.capacity[seen].sum())

    def most_matched(self, i: int, relaxed: frozenset[str]) -> int:
        """Size of a maximum matching with the mentee's rules relaxed, by Hopcroft and Karp."""
        allowed = self.allowed.copy()
        allowed[i] = self.open_to(i, relaxed)
        owner = np.repeat(np.arange(len(self.capacity)), self.capacity)
        graph = sparse.csr_array(sparse.csc_array(allowed)[:, owner])
        return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())

    def _visited(self, start: np.ndarray) -> np.ndarray:
        """bool (m,): mentors that alternating paths reach from these, stopping at a free place."""
        seen, edge = start.copy(), np.flatnonzero(start)
        while len(edge) and not self.free[edge].any():
            moving = np.concatenate([self._held[j] for j in edge])
            reached = self.allowed[moving].any(axis=0) & ~seen
            seen |= reached
            edge = np.flatnonzero(reached)
        return seen
