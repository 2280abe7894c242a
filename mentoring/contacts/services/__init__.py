"""Writes of contacts, replies, meetings, questions and the directory, by noun."""

from mentoring.contacts.services.checks import check_in
from mentoring.contacts.services.directory import remove_service, save_service
from mentoring.contacts.services.log import ContactFacts, correct_contact, log_contact, withdraw_contact
from mentoring.contacts.services.meetings import (
    Meeting,
    answer_invitation,
    ask_about,
    cancel_invitation,
    change_invitation,
    invite,
    take_back,
    tell_outcome,
)
from mentoring.contacts.services.questions import (
    answer_masked,
    ask_masked,
    ask_to_step_in,
    close_question,
    forget_masked,
    lift_mask,
    take_question,
    unmask_for_danger,
)
from mentoring.contacts.services.quiet import close_quiet, report_quiet
from mentoring.contacts.services.replies import ask_for_new_links, mark_answered, reply, undo_reply

__all__ = [
    "ContactFacts",
    "Meeting",
    "answer_invitation",
    "answer_masked",
    "ask_about",
    "ask_for_new_links",
    "ask_masked",
    "ask_to_step_in",
    "cancel_invitation",
    "change_invitation",
    "check_in",
    "close_question",
    "close_quiet",
    "correct_contact",
    "forget_masked",
    "invite",
    "lift_mask",
    "log_contact",
    "mark_answered",
    "remove_service",
    "reply",
    "report_quiet",
    "save_service",
    "take_back",
    "take_question",
    "tell_outcome",
    "undo_reply",
    "unmask_for_danger",
    "withdraw_contact",
]
