"""Writes about emergencies and safeguarding leads, by noun."""

from mentoring.safeguarding.services.grants import (
    approve,
    ask_for_end,
    ask_for_grant,
    begin_due_grants,
    resign,
    stop_grant,
    tell_appointed,
    tell_of_new_readers,
    tell_replaced_leads,
)
from mentoring.safeguarding.services.openings import (
    delay_telling,
    end_early,
    escalate_late_reviews,
    note_reading,
    open_confidences,
    review,
    tell_due_subjects,
    tell_subject,
)

__all__ = [
    "approve",
    "ask_for_end",
    "ask_for_grant",
    "begin_due_grants",
    "delay_telling",
    "end_early",
    "escalate_late_reviews",
    "note_reading",
    "open_confidences",
    "resign",
    "review",
    "stop_grant",
    "tell_appointed",
    "tell_due_subjects",
    "tell_of_new_readers",
    "tell_replaced_leads",
    "tell_subject",
]
