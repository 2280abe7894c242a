"""Who gets which answer at the URLs of events."""

from datetime import timedelta

from mentoring.events.models import Booking, Event
from mentoring.events.states import Audience, BookingState, EventKind
from tests.factories import NOW
from tests.house.access import SIGNED_IN, Row, World, roles

SEERS = roles("una", "tom", "sam", "carys", "dr_lee", "mallory")
RUNNERS = roles("tom", "sam", "carys", "dr_lee", "mallory")
ITS_RUNNERS = roles("tom", "sam", "dr_lee")


def _one_event(world: World) -> None:
    """An event of Human and Health Sciences today, which priya booked."""
    northfield = world.northfield
    event = Event.objects.create(
        cohort=northfield.cohort,
        unit=northfield.health,
        kind=EventKind.TRAINING,
        audience=Audience.MENTORS,
        title="Canary training",
        starts_at=NOW + timedelta(hours=3),
        ends_at=NOW + timedelta(hours=5),
        place="Ramsden foyer",
        places=10,
    )
    priya = northfield.participant("priya")
    Booking.objects.create(event=event, participant=priya, state=BookingState.BOOKED, asked_at=NOW)
    world.made["event"] = event


def _event(world: World) -> dict[str, int]:
    return {"pk": world.made["event"].pk} if "event" in world.made else {"pk": 0}


def _undo(world: World) -> dict[str, int]:
    return {**_event(world), "stamp": 1}


def _of_one(name: str, **fields: object) -> Row:
    return Row(name, arguments=_event, prepare=_one_event, **fields)  # type: ignore[arg-type]


ONLY_SEES = roles("una")
ROWS = [
    Row("events:staff_list", get=SEERS),
    Row("events:plan", get=RUNNERS, post=RUNNERS),
    _of_one("events:event", get=ITS_RUNNERS | ONLY_SEES),
    _of_one("events:staff_calendar", get=ITS_RUNNERS | ONLY_SEES),
    _of_one("events:change", get=ITS_RUNNERS, post=ITS_RUNNERS),
    _of_one("events:cancel", get=ITS_RUNNERS, post=ITS_RUNNERS),
    _of_one("events:restore", get=None, post=ITS_RUNNERS),
    _of_one("events:register", get=ITS_RUNNERS),
    _of_one("events:tap", get=None, post=ITS_RUNNERS),
    _of_one("events:all_here", get=None, post=ITS_RUNNERS),
    Row("events:undo_all_here", get=None, post=ITS_RUNNERS, arguments=_undo, prepare=_one_event),
    Row("events:mine", get=SIGNED_IN),
    _of_one("events:own", get=roles("priya", "una")),
    _of_one("events:book", get=None, post=roles("priya", "una")),
    _of_one("events:give_up", get=None, post=roles("priya")),
    _of_one("events:own_calendar", get=roles("priya", "una")),
]
