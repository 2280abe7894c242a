"""Writes of matching, by noun."""

from mentoring.matching.services.activating import activate
from mentoring.matching.services.drafts import keep_pairs, move_mentee, undo_move
from mentoring.matching.services.ending import HOLD as ENDING_HOLD
from mentoring.matching.services.ending import can_take_back_ending, end_for_another, take_back_ending
from mentoring.matching.services.inputs import forget_inputs, kept_input
from mentoring.matching.services.leaving import end_matches_of, stop_taking_part, undo_stop
from mentoring.matching.services.making_room import make_room
from mentoring.matching.services.placing import place, share_out
from mentoring.matching.services.publishing import Published, introduce_published, publish_run, unpublish_run
from mentoring.matching.services.runs import cancel_run, discard_run, start_beside, start_run, work_out_again
from mentoring.matching.services.shortlists import (
    PairRefused,
    forget_shortlists,
    shortlist_for,
    strike,
    struck_when_refused,
)
from mentoring.matching.services.solving import solve_run, sweep_runs
from mentoring.matching.services.swaps import (
    ask_for_swap,
    note_reasons_read,
    open_swap,
    swap_mentor,
    withdraw_swap,
)
from mentoring.matching.services.trials import (
    cancel_trial,
    delete_trial,
    forget_trials,
    repeated,
    start_trial,
    sweep_trials,
    work_trial,
)

__all__ = [
    "ENDING_HOLD",
    "PairRefused",
    "can_take_back_ending",
    "Published",
    "activate",
    "ask_for_swap",
    "cancel_run",
    "cancel_trial",
    "delete_trial",
    "discard_run",
    "end_for_another",
    "end_matches_of",
    "forget_inputs",
    "forget_shortlists",
    "forget_trials",
    "introduce_published",
    "keep_pairs",
    "kept_input",
    "make_room",
    "move_mentee",
    "note_reasons_read",
    "open_swap",
    "place",
    "publish_run",
    "share_out",
    "shortlist_for",
    "strike",
    "struck_when_refused",
    "repeated",
    "solve_run",
    "start_beside",
    "start_run",
    "start_trial",
    "stop_taking_part",
    "swap_mentor",
    "sweep_runs",
    "sweep_trials",
    "take_back_ending",
    "undo_move",
    "undo_stop",
    "unpublish_run",
    "withdraw_swap",
    "work_out_again",
    "work_trial",
]
