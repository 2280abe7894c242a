"""Pure decisions of matching, by noun."""

from mentoring.lib.small_numbers import HIDDEN_BELOW, Cell, Shown, shown
from mentoring.matching.rules.changes import Changes, Size, changes_between
from mentoring.matching.rules.fairness import fairness_of
from mentoring.matching.rules.groups import (
    PRIVATE,
    Cost,
    Sizes,
    codes_by_hand,
    cost_of_move,
    discipline_name,
    group_note,
    group_places,
    is_restorable,
    pair_codes,
    places_offered,
    restriction_for,
    that_fit,
    unmatched_codes,
)
from mentoring.matching.rules.pseudonyms import Pseudonyms, problem_from, problem_in_rows, restored
from mentoring.matching.rules.remedies import remedies_for
from mentoring.matching.rules.shuffling import shuffled, without_wishes
from mentoring.matching.rules.whatif import NEW_MENTOR, WhatIf, imagined

__all__ = [
    "HIDDEN_BELOW",
    "NEW_MENTOR",
    "PRIVATE",
    "Cell",
    "Changes",
    "Cost",
    "Pseudonyms",
    "Shown",
    "Size",
    "Sizes",
    "WhatIf",
    "changes_between",
    "codes_by_hand",
    "cost_of_move",
    "discipline_name",
    "fairness_of",
    "group_note",
    "group_places",
    "imagined",
    "is_restorable",
    "pair_codes",
    "places_offered",
    "problem_from",
    "problem_in_rows",
    "remedies_for",
    "restored",
    "restriction_for",
    "shown",
    "shuffled",
    "that_fit",
    "unmatched_codes",
    "without_wishes",
]
