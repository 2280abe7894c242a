"""Who may call which URL of a student's own pages."""

from typing import Any

from mentoring.messaging.links import make_token
from tests.house.access import EVERYONE, SIGNED_IN, Row, World, roles

TAKING_PART = roles("aisha", "omar", "priya", "una")


def _token(purpose: str) -> Any:
    def arguments(world: World) -> dict[str, Any]:
        omar = world.northfield.participant("omar")
        return {"token": make_token(purpose=purpose, person=omar.user, object_id=omar.pk)}

    return arguments


ROWS = [
    Row("portal:home", get=SIGNED_IN),
    Row("portal:mentor", get=roles("aisha", "omar")),
    Row("portal:mentees", get=roles("priya", "una")),
    Row("portal:stop", get=TAKING_PART, post=TAKING_PART),
    Row("portal:undo_stop", get=None, post=TAKING_PART),
    Row("portal:pause", get=None, post=TAKING_PART),
    Row("portal:stop_link", get=EVERYONE, post=EVERYONE, arguments=_token("stop")),
    Row("portal:undo_stop_link", get=None, post=EVERYONE, arguments=_token("stop")),
    Row("portal:quiet_link", get=EVERYONE, post=EVERYONE, arguments=_token("quiet")),
    Row("portal:loud_link", get=None, post=EVERYONE, arguments=_token("quiet")),
]
