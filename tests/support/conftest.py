"""una's group of priya and herself, with a meeting today."""

from datetime import timedelta

import pytest

from mentoring.events.models import Booking, Event
from mentoring.events.states import Audience, EventKind
from mentoring.support.models import Meeting, SupportGroup
from tests.factories import NOW, MentorFactory, Northfield, UserFactory


@pytest.fixture
def group(northfield: Northfield) -> SupportGroup:
    made = SupportGroup.objects.create(
        cohort=northfield.cohort, unit=northfield.health, name="Sociology mentors", facilitator=northfield.una
    )
    made.members.set([northfield.participant("priya")])
    return made


@pytest.fixture
def meeting(northfield: Northfield, group: SupportGroup) -> Meeting:
    event = Event.objects.create(
        cohort=group.cohort,
        unit=group.unit,
        kind=EventKind.SUPPORT_GROUP,
        audience=Audience.MENTORS,
        title=group.name,
        starts_at=NOW + timedelta(hours=1),
        ends_at=NOW + timedelta(hours=2),
        place="A1",
        is_bookable=False,
        created_by=northfield.una,
    )
    Booking.objects.create(event=event, participant=northfield.participant("priya"), state="booked", asked_at=NOW)
    return Meeting.objects.create(group=group, event=event, facilitator=group.facilitator)


@pytest.fixture
def outsider(northfield: Northfield) -> object:
    """Another mentor of the same course, in no group."""
    person = UserFactory(given_name="Olu")
    MentorFactory(user=person, cohort=northfield.cohort, programme=northfield.sociology)
    return person
