"""What contacts write to people, by noun."""

from mentoring.contacts.letters import questions, replies
from mentoring.contacts.letters.checks import CHECK, check_action
from mentoring.contacts.letters.meetings import MEETING_LINKS

__all__ = ["CHECK", "MEETING_LINKS", "check_action", "questions", "replies"]
