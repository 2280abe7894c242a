"""Reads of matching, by noun."""

from mentoring.matching.selectors.about import FairTable, fairness_tables, levels_of, proof_words
from mentoring.matching.selectors.changes import draft_before
from mentoring.matching.selectors.choices import Choice, choices_for
from mentoring.matching.selectors.comparing import Comparison, comparison
from mentoring.matching.selectors.costs import CostPage, cost_page, possible_mentors
from mentoring.matching.selectors.drafts import DraftReader, drafted_size, proposals_visible_to
from mentoring.matching.selectors.facts import (
    drafted_problem,
    free_places,
    gather,
    live_counts,
    matchable_mentors,
    offered_places,
    sizes_of,
    unmatched_mentees,
)
from mentoring.matching.selectors.homes import GroupHome, SharedOut, homes_for, shared_out
from mentoring.matching.selectors.matches import (
    SWAP_LINK,
    Group,
    groups_of,
    history_of,
    matches_visible_to,
    my_matches,
    swap_link,
)
from mentoring.matching.selectors.runs import (
    discipline_names,
    drafts_to_compare,
    readiness,
    run_name,
    runs_visible_to,
    runs_with_headlines,
    units_to_draft_in,
)
from mentoring.matching.selectors.swaps import (
    handlers_for,
    my_match,
    open_swap_of,
    open_swaps,
    orphaned_by,
    orphaned_groups,
    swaps_visible_to,
    without_mentor,
)
from mentoring.matching.selectors.trials import (
    answer_of,
    last_check,
    trials_visible_to,
    what_if_words,
    what_ifs,
    without_words,
)

__all__ = [
    "Choice",
    "Comparison",
    "CostPage",
    "DraftReader",
    "FairTable",
    "Group",
    "GroupHome",
    "SWAP_LINK",
    "SharedOut",
    "answer_of",
    "choices_for",
    "comparison",
    "cost_page",
    "discipline_names",
    "draft_before",
    "drafted_problem",
    "drafted_size",
    "drafts_to_compare",
    "fairness_tables",
    "free_places",
    "gather",
    "groups_of",
    "handlers_for",
    "history_of",
    "homes_for",
    "last_check",
    "levels_of",
    "live_counts",
    "matchable_mentors",
    "offered_places",
    "matches_visible_to",
    "my_match",
    "my_matches",
    "open_swap_of",
    "open_swaps",
    "orphaned_groups",
    "orphaned_by",
    "possible_mentors",
    "proof_words",
    "proposals_visible_to",
    "readiness",
    "run_name",
    "runs_visible_to",
    "runs_with_headlines",
    "shared_out",
    "sizes_of",
    "swap_link",
    "swaps_visible_to",
    "trials_visible_to",
    "units_to_draft_in",
    "unmatched_mentees",
    "what_if_words",
    "what_ifs",
    "without_mentor",
    "without_words",
]
