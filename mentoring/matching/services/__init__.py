"""Writes of matching, by noun."""

from mentoring.matching.services.activating import activate
from mentoring.matching.services.drafts import keep_pairs, move_mentee, undo_last_move
from mentoring.matching.services.leaving import end_matches_of, stop_taking_part, undo_stop
from mentoring.matching.services.placing import place, share_out
from mentoring.matching.services.publishing import Published, introduce_published, publish_run, unpublish_run
from mentoring.matching.services.runs import (
    cancel_run,
    discard_run,
    solve_run,
    start_run,
    sweep_runs,
    work_out_again,
)
from mentoring.matching.services.swaps import ask_for_swap, open_swap, swap_mentor, withdraw_swap

__all__ = [
    "Published",
    "activate",
    "ask_for_swap",
    "cancel_run",
    "discard_run",
    "end_matches_of",
    "introduce_published",
    "keep_pairs",
    "move_mentee",
    "open_swap",
    "place",
    "publish_run",
    "share_out",
    "solve_run",
    "start_run",
    "stop_taking_part",
    "swap_mentor",
    "sweep_runs",
    "undo_last_move",
    "undo_stop",
    "unpublish_run",
    "withdraw_swap",
    "work_out_again",
]
