"""The matching engine: hard rules, fewest left out, groups of three to five, wishes from the
worst-off up. Pure: values in, values out; no Django, no clock, no files. See docs/matching.md."""

from mentoring.matching.engine.checker import Violation, undersized, violations
from mentoring.matching.engine.outcome import LEVELS, Allocation
from mentoring.matching.engine.problem import (
    ATTRIBUTES,
    DEFAULT_AFFINITY_WEIGHTS,
    EXCEPTIONS,
    BrokenLock,
    Cancelled,
    Mentee,
    Mentor,
    Problem,
    ProblemError,
    Rules,
    Wish,
    digest,
    fewest,
    places,
)
from mentoring.matching.engine.score import vector_of
from mentoring.matching.engine.solver import solve

__all__ = [
    "ATTRIBUTES",
    "DEFAULT_AFFINITY_WEIGHTS",
    "EXCEPTIONS",
    "LEVELS",
    "Allocation",
    "BrokenLock",
    "Cancelled",
    "Mentee",
    "Mentor",
    "Problem",
    "ProblemError",
    "Rules",
    "Violation",
    "Wish",
    "digest",
    "fewest",
    "places",
    "solve",
    "undersized",
    "vector_of",
    "violations",
]
