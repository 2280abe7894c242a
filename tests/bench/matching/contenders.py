"""Who runs: the yardstick, the engine, our own simple rules, and the peers with their environments."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.matching.cases import Case


@dataclass(frozen=True)
class Contender:
    """module: in peers/. label: for people. requirements: file in peers/, none for our own Python.
    most: the largest cohort it is tried on; beyond, an earlier run showed that it cannot finish."""

    module: str
    label: str
    requirements: str | None = None
    most: int = 10**9

    def takes_part(self, case: Case) -> bool:
        return case.shape.mentees <= self.most


YARDSTICK = Contender("lsa", "scipy linear_sum_assignment on places")
WHOLE = Contender("engine", "engine, from people to pairs")
CORE = Contender("engine_core", "engine, from prepared components", most=99_999)
CORE_MANY = Contender("engine_core", "engine, from prepared components")
OWN = (YARDSTICK, CORE_MANY, WHOLE)
SIMPLE: tuple[Contender, ...] = ()
PEERS: tuple[Contender, ...] = ()


def of(case: Case, *, with_peers: bool) -> list[Contender]:
    """Those who run a case, in the order of a round."""
    chosen = list(OWN)
    if case.everyone:
        chosen += [*SIMPLE, *(PEERS if with_peers else ())]
    return [contender for contender in chosen if contender.takes_part(case)]
