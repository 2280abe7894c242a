"""An invitation to meet, and a question without a name, to begin with."""

import uuid
from datetime import timedelta

import pytest

from mentoring.contacts import services
from mentoring.contacts.services import Meeting


@pytest.fixture
def invitation(northfield, matched, now):
    """priya invites aisha to Ramsden foyer, tomorrow at 12.45."""
    starts_at = now.replace(hour=12, minute=45) + timedelta(days=1)
    return services.invite(
        match=matched["aisha"], meeting=Meeting(starts_at, "Ramsden foyer"), form_key=uuid.uuid4(),
        by=northfield.priya, now=now,
    )  # fmt: skip


@pytest.fixture
def question(northfield, matched, now):
    """aisha asks priya without her name."""
    return services.ask_masked(
        asker=northfield.participant("aisha"), match=matched["aisha"], text="Is it normal to feel lost?",
        form_key=uuid.uuid4(), now=now,
    )  # fmt: skip
