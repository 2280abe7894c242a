"""Reads of courtesy replies."""

from mentoring.contacts.models import CourtesyReply
from mentoring.contacts.states import Reply
from mentoring.matching.models import Match


def standing_reply(match: Match) -> CourtesyReply | None:
    """The newest reply of a mentee that was not undone, whether or not the mentor has taken it up."""
    return match.replies.filter(undone_at=None).first()


def reply_choices(without: str = "") -> list[Reply]:
    """The sentences that can be tapped, in their order."""
    return [choice for choice in Reply if choice != without]
