"""Who runs: the yardstick, the engine, our own simple rules, and the peers with their environments."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.matching.cases import Case


@dataclass(frozen=True)
class Contender:
    """module: in peers/. label: for people. requirements: file in peers/, none for our own Python.
    most: the largest cohort it is tried on; beyond, an earlier run showed that it cannot finish.
    patience: how many times the limit it may use."""

    module: str
    label: str
    requirements: str | None = None
    most: int = 10**9
    patience: int = 1

    def takes_part(self, case: Case) -> bool:
        return case.shape.mentees <= self.most and (case.core or self not in (CORE, FAST))


YARDSTICK = Contender("lsa", "scipy linear_sum_assignment on places", patience=5)
CORE = Contender("engine_core", "engine, from prepared components", patience=5)
FAST = Contender("engine_fast", "engine, fast, from prepared components", patience=5)
WHOLE = Contender("engine", "engine, from people to pairs", patience=5)
OWN = (YARDSTICK, FAST, CORE, WHOLE)
SIMPLE = (
    Contender("first_come", "first come, first served"),
    Contender("greedy", "best pair first"),
)
PEERS = (
    Contender("lapjv", "lap.lapjv on places", "lapjv"),
    Contender("ortools_flow", "OR-tools min cost flow", "ortools"),
    Contender("networkx_simplex", "networkx network simplex", "networkx", most=2_500),
    Contender("pulp_cbc", "PuLP with CBC, 0 or at least the minimum", "pulp", most=2_500),
    Contender("munkres_python", "munkres on places", "munkres", most=2_500),
    Contender("matching_hr", "matching, hospital and resident", "matching", most=10_000),
    Contender("algmatch_hr", "algmatch, hospital and residents", "algmatch", most=10_000),
    Contender("mentor_match_rounds", "mentor-match, rounds of Munkres", "mentor_match", most=2_500),
)


def of(case: Case, *, with_peers: bool) -> list[Contender]:
    """Those who run a case, in the order of a round."""
    chosen = list(OWN)
    if case.everyone:
        chosen += [*SIMPLE, *(PEERS if with_peers else ())]
    return [contender for contender in chosen if contender.takes_part(case)]
