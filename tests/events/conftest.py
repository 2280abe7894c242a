"""An event to book, and how to make more."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mentoring.events.models import Event
from mentoring.events.states import Audience, EventKind
from tests.factories import NOW, Northfield

MakeEvent = Callable[..., Event]


@pytest.fixture
def make_event(northfield: Northfield) -> MakeEvent:
    """Makes a drop-in of Human and Health Sciences for everyone tomorrow, unless told otherwise."""

    def make(**fields: object) -> Event:
        start = NOW + timedelta(days=1)
        given = {
            "cohort": northfield.cohort,
            "unit": northfield.health,
            "kind": EventKind.DROP_IN,
            "audience": Audience.EVERYONE,
            "title": "Welcome drop-in",
            "starts_at": start,
            "ends_at": fields.get("starts_at", start) + timedelta(hours=1),  # type: ignore[operator]
            "place": "Ramsden foyer",
            "created_by": northfield.sam,
        }
        return Event.objects.create(**{**given, **fields})

    return make
