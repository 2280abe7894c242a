"""A scheme that has notes; priya and aisha, who allowed them; and one note."""

from uuid import uuid4

import pytest

from mentoring.confidences.services.notes import allow_notes, write_note
from mentoring.matching.models import Match
from schemes.services import change_policy


@pytest.fixture
def match(northfield, matched, now):
    """priya with aisha, in a scheme that has notes."""
    change_policy(cohort=northfield.cohort, changes={"notes_allowed": True}, by=northfield.dr_lee, now=now)
    return Match.objects.with_people().get(pk=matched["aisha"].pk)


@pytest.fixture
def allowed(match, northfield, now):
    """The same, and aisha allows them."""
    allow_notes(match=match, by=northfield.aisha, now=now)
    return match


@pytest.fixture
def note(allowed, northfield, now):
    """An everyday note about aisha."""
    return write_note(match=allowed, text="Likes tea.", form_key=uuid4(), by=northfield.priya, now=now)
