"""The matching engine: hard rules, fewest left out, groups of three to five, wishes from the
worst-off up. Pure: values in, values out; no Django, no clock, no files. See docs/matching.md."""

from mentoring.matching.engine.alternatives import AlternativeCost, cost_in, cost_of_alternative
from mentoring.matching.engine.certificate import certificate_faults, verify_certificate
from mentoring.matching.engine.checker import Violation, undersized, violations
from mentoring.matching.engine.explain_pair import Candidate, PairReasons, explain_pair, rank_mentors
from mentoring.matching.engine.explain_unmatched import (
    UnmatchedReason,
    explain_all_unmatched,
    explain_unmatched,
)
from mentoring.matching.engine.index import Index, prepare
from mentoring.matching.engine.modes import reserves, solve
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
from mentoring.matching.engine.rematch import Rematch, Restriction, force, keeps, place, swap, withdraw
from mentoring.matching.engine.remedies import Remedy, applied, what_would_help
from mentoring.matching.engine.rule_masks import RULES
from mentoring.matching.engine.score import vector_of
from mentoring.matching.engine.solver import solve_columns
from mentoring.matching.engine.tutor_groups import GroupAllocation, match_groups

__all__ = [
    "Index",
    "Rematch",
    "Restriction",
    "Remedy",
    "applied",
    "cost_in",
    "force",
    "keeps",
    "place",
    "prepare",
    "swap",
    "what_would_help",
    "withdraw",
    "ATTRIBUTES",
    "DEFAULT_AFFINITY_WEIGHTS",
    "EXCEPTIONS",
    "LEVELS",
    "RULES",
    "Allocation",
    "AlternativeCost",
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
    "cost_of_alternative",
    "digest",
    "explain_all_unmatched",
    "explain_pair",
    "explain_unmatched",
    "fewest",
    "places",
    "match_groups",
    "rank_mentors",
    "reserves",
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
