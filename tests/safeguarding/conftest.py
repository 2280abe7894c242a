"""What the tests of emergencies stand on."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from mentoring.confidences.models import Note
from mentoring.events.models import Event
from mentoring.events.states import Audience, EventKind
from mentoring.matching.models import Match, SwapRequest
from mentoring.support.models import Meeting, MeetingNote, SupportGroup
from schemes.services import appoint
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield

SWAP, SUPPORT, EARLIER, ELSEWHERE, NOTE = "COMFORT", "support-words", "earlier-words", "other-words", "noted-words"
SEALED = "sealed-words"  # of a note whose permission was taken back


def prove(client: Client, person: User, *, minutes_ago: float = 0, method: str = "mfa") -> None:
    """As if the person had shown a second factor (or a password) in this session."""
    session = client.session
    session["account_authentication_methods_user"] = str(person.pk)
    shown = {"method": method, "at": time.time() - 60 * minutes_ago, "type": "totp", "reauthenticated": True}
    session["account_authentication_methods"] = [shown]
    session.save()


@pytest.fixture
def lead(northfield: Northfield) -> Callable[..., Client]:
    """dana's browser (or another's) with a second factor shown just now, or as long ago as is said."""

    def signed_in(name: str = "dana", **proof: Any) -> Client:
        client = Client()
        client.force_login(northfield.people[name])
        if proof.pop("proved", True):
            prove(client, northfield.people[name], **proof)
        return client

    return signed_in


@pytest.fixture
def second_lead(northfield: Northfield) -> User:
    """sam is safeguarding lead as well."""
    appoint(
        scheme=northfield.scheme, user=northfield.sam, role=Role.SAFEGUARDING_LEAD, unit=northfield.university,
        starts_on=TODAY - timedelta(days=9), by=None, now=NOW,
    )  # fmt: skip
    return northfield.sam


@pytest.fixture
def told(northfield: Northfield, matched: dict[str, Match]) -> dict[str, Any]:
    """What aisha told, and what priya, her mentor, and una, a stranger to her, wrote."""
    swap = SwapRequest.objects.create(
        match=matched["aisha"], reasons=["comfort"], handler=northfield.sam, asked_at=NOW, promised_by=TODAY
    )
    kept, _sealed = (
        Note.objects.create(
            match=matched["aisha"], text=text, form_key=f"00000000-0000-4000-8000-0000000000c{last}",
            written_at=NOW, sealed_at=sealed_at,
        )
        for last, (text, sealed_at) in enumerate([(NOTE, None), (SEALED, NOW)])
    )  # fmt: skip
    group = SupportGroup.objects.create(
        cohort=northfield.cohort, unit=northfield.health, name="Group", facilitator=northfield.una
    )
    event = Event.objects.create(
        cohort=northfield.cohort, unit=northfield.health, kind=EventKind.SUPPORT_GROUP, audience=Audience.MENTORS,
        title="Group", starts_at=NOW, ends_at=NOW + timedelta(hours=1), is_bookable=False,
    )  # fmt: skip
    meeting = Meeting.objects.create(group=group, event=event, facilitator=northfield.una)
    notes = [
        MeetingNote.objects.create(meeting=meeting, text=text, written_by=by, written_at=NOW - timedelta(days=days))
        for text, by, days in [
            (SUPPORT, northfield.priya, 1),
            (EARLIER, northfield.priya, 300),  # before they were matched
            (ELSEWHERE, northfield.una, 1),
        ]
    ]
    return {"swap": swap, "kept": kept, "note": notes[0]}
