"""Who gets which answer at the URLs of support groups."""

from datetime import timedelta

from mentoring.events.models import Booking, Event
from mentoring.events.states import Audience, BookingState, EventKind
from mentoring.support.models import Meeting, MeetingNote, SupportGroup, Theme
from tests.factories import NOW
from tests.house.access import SIGNED_IN, Row, World, roles

DOORS = roles("una", "sam", "carys", "dr_lee", "mallory")
LEADERS = roles("una", "sam", "dr_lee")
ARRANGERS = roles("sam", "carys", "dr_lee", "mallory")
THE_GROUP = roles("una", "priya")


def _one_group(world: World) -> None:
    """una facilitates a group with priya; it meets today, with a note by una and a theme."""
    northfield = world.northfield
    group = SupportGroup.objects.create(
        cohort=northfield.cohort, unit=northfield.health, name="Sociology mentors", facilitator=northfield.una
    )
    priya = northfield.participant("priya")
    group.members.set([priya])
    event = Event.objects.create(
        cohort=northfield.cohort,
        unit=northfield.health,
        kind=EventKind.SUPPORT_GROUP,
        audience=Audience.MENTORS,
        title=group.name,
        starts_at=NOW + timedelta(hours=2),
        ends_at=NOW + timedelta(hours=3),
        place="Ramsden foyer",
        is_bookable=False,
    )
    Booking.objects.create(event=event, participant=priya, state=BookingState.BOOKED, asked_at=NOW)
    meeting = Meeting.objects.create(group=group, event=event, facilitator=group.facilitator)
    note = MeetingNote.objects.create(meeting=meeting, text="Canary note", written_by=northfield.una, written_at=NOW)
    theme = Theme.objects.create(group=group, text="Where is the desk?", raised_by=northfield.una, raised_at=NOW)
    world.made.update(group=group, meeting=meeting, note=note, theme=theme)


def _row(name: str, about: str, **fields: object) -> Row:
    def arguments(world: World) -> dict[str, int]:
        return {"pk": world.made[about].pk if about in world.made else 0}

    return Row(name, arguments=arguments, prepare=_one_group, **fields)  # type: ignore[arg-type]


ROWS = [
    Row("support:staff_groups", get=DOORS),
    Row("support:actions", get=DOORS),
    Row("support:arrange", get=ARRANGERS, post=ARRANGERS, seen_but_refused=roles("una")),
    _row("support:group", "group", get=LEADERS),
    _row(
        "support:change_group",
        "group",
        get=roles("sam", "dr_lee"),
        post=roles("sam", "dr_lee"),
        seen_but_refused=roles("una"),
    ),
    _row("support:schedule", "group", get=LEADERS, post=LEADERS),
    _row("support:register", "meeting", get=LEADERS),
    _row("support:tap", "meeting", get=None, post=LEADERS),
    _row("support:move", "meeting", get=LEADERS, post=LEADERS),
    _row("support:call_off", "meeting", get=None, post=LEADERS),
    _row("support:restore_meeting", "meeting", get=None, post=LEADERS),
    _row("support:theme", "theme", get=LEADERS, post=LEADERS),
    _row("support:finish", "theme", get=None, post=LEADERS),
    _row("support:set_aside", "theme", get=None, post=LEADERS),
    _row("support:reopen", "theme", get=None, post=LEADERS),
    Row("support:mine", get=SIGNED_IN),
    _row("support:raise_theme", "group", get=LEADERS | roles("priya"), post=LEADERS | roles("priya")),
    _row("support:notes", "meeting", get=THE_GROUP, post=THE_GROUP),
    _row("support:remove_note", "note", get=None, post=roles("una")),
]
