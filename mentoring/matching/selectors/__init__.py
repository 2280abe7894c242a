"""Reads of matching, by noun."""

from mentoring.matching.selectors.choices import Choice, choices_for
from mentoring.matching.selectors.drafts import DraftReader, drafted_size, proposals_visible_to
from mentoring.matching.selectors.facts import (
    free_places,
    gather,
    live_counts,
    matchable_mentors,
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
    readiness,
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
    swaps_visible_to,
    without_mentor,
)

__all__ = [
    "SWAP_LINK",
    "Choice",
    "DraftReader",
    "Group",
    "GroupHome",
    "SharedOut",
    "choices_for",
    "discipline_names",
    "drafted_size",
    "free_places",
    "gather",
    "groups_of",
    "handlers_for",
    "history_of",
    "homes_for",
    "live_counts",
    "matchable_mentors",
    "matches_visible_to",
    "my_match",
    "my_matches",
    "open_swap_of",
    "open_swaps",
    "orphaned_by",
    "proposals_visible_to",
    "readiness",
    "runs_visible_to",
    "runs_with_headlines",
    "shared_out",
    "sizes_of",
    "swap_link",
    "swaps_visible_to",
    "units_to_draft_in",
    "unmatched_mentees",
    "without_mentor",
]
