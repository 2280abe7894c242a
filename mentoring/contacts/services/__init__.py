"""Writes of contacts, replies, notes and the directory, by noun."""

from mentoring.contacts.services.directory import remove_service, save_service
from mentoring.contacts.services.log import ContactFacts, correct_contact, log_contact, withdraw_contact
from mentoring.contacts.services.notes import allow_notes, forbid_notes
from mentoring.contacts.services.replies import ask_for_new_links, mark_answered, reply, undo_reply

__all__ = [
    "ContactFacts",
    "allow_notes",
    "ask_for_new_links",
    "correct_contact",
    "forbid_notes",
    "log_contact",
    "mark_answered",
    "remove_service",
    "reply",
    "save_service",
    "undo_reply",
    "withdraw_contact",
]
