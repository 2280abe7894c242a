"""Reads of contacts, replies and the directory, by noun."""

from mentoring.contacts.selectors.directory import emergency_lines, services_of
from mentoring.contacts.selectors.group import Card, group_of, heard_in, is_in_a_pair, my_group
from mentoring.contacts.selectors.log import (
    Remembered,
    contacts_logged_today,
    contacts_visible_to,
    keys_logged,
    my_contacts,
    remembered,
)
from mentoring.contacts.selectors.replies import reply_choices, standing_reply

__all__ = [
    "Card",
    "Remembered",
    "contacts_logged_today",
    "contacts_visible_to",
    "emergency_lines",
    "group_of",
    "heard_in",
    "is_in_a_pair",
    "keys_logged",
    "my_contacts",
    "my_group",
    "remembered",
    "reply_choices",
    "services_of",
    "standing_reply",
]
