"""Writes about people's own data, by noun."""

from mentoring.protection.services.anchoring import anchor, anchor_if_due, seal_trail
from mentoring.protection.services.copying import (
    ask_for_copy,
    close_review,
    forget_old_copies,
    make_copy,
    open_copy,
    sweep_copies,
)
from mentoring.protection.services.erasing import (
    ask_to_be_erased,
    do_granted,
    erase,
    erase_again,
    grant,
    refuse,
    take_back,
)
from mentoring.protection.services.rotating import know_keys
from mentoring.protection.services.tidying import overdue_counts, tidy, tidy_if_due

__all__ = [
    "anchor",
    "anchor_if_due",
    "ask_for_copy",
    "ask_to_be_erased",
    "close_review",
    "do_granted",
    "erase",
    "erase_again",
    "forget_old_copies",
    "grant",
    "know_keys",
    "make_copy",
    "open_copy",
    "overdue_counts",
    "refuse",
    "seal_trail",
    "sweep_copies",
    "take_back",
    "tidy",
    "tidy_if_due",
]
