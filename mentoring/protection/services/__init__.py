"""Writes about people's own data, by noun."""

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
from mentoring.protection.services.tidying import overdue_counts, tidy, tidy_if_due

__all__ = [
    "ask_for_copy",
    "ask_to_be_erased",
    "close_review",
    "do_granted",
    "erase",
    "erase_again",
    "forget_old_copies",
    "grant",
    "make_copy",
    "open_copy",
    "overdue_counts",
    "refuse",
    "sweep_copies",
    "take_back",
    "tidy",
    "tidy_if_due",
]
