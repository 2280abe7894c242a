"""The matching engine: hard rules, fewest left out, groups of three to five, wishes from the
worst-off up. Pure: values in, values out; no Django, no clock, no files. See docs/matching.md."""

from mentoring.matching.engine.certificate import certificate_faults, verify_certificate
from mentoring.matching.engine.checker import Violation, undersized, violations
from mentoring.matching.engine.explain_pair import Candidate, PairReasons, explain_pair, rank_mentors
from mentoring.matching.engine.explain_unmatched import (
    UnmatchedReason,
    explain_all_unmatched,
    explain_unmatched,
)
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
from mentoring.matching.engine.proof import ComponentProof, StageProof
from mentoring.matching.engine.rule_masks import RULES
from mentoring.matching.engine.score import vector_of
from mentoring.matching.engine.solver import solve, solve_columns
from mentoring.matching.engine.tutor_groups import GroupAllocation, match_groups

__all__ = [
    "ATTRIBUTES",
    "DEFAULT_AFFINITY_WEIGHTS",
    "EXCEPTIONS",
    "LEVELS",
    "RULES",
    "Allocation",
    "BrokenLock",
    "Cancelled",
    "GroupAllocation",
    "Candidate",
    "Mentee",
    "Mentor",
    "PairReasons",
    "Problem",
    "ProblemError",
    "Rules",
    "UnmatchedReason",
    "Violation",
    "Wish",
    "digest",
    "explain_all_unmatched",
    "explain_pair",
    "explain_unmatched",
    "fewest",
    "places",
    "match_groups",
    "rank_mentors",
    "solve",
    "solve_columns",
    "verify_certificate",
    "certificate_faults",
    "ComponentProof",
    "StageProof",
    "undersized",
    "vector_of",
    "violations",
]
