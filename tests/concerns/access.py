"""Rows of the access table for concerns."""

from uuid import UUID

from mentoring.concerns.models import Concern
from tests.factories import NOW
from tests.house.access import SIGNED_IN, Row, World, roles

READERS = roles("dana", "mallory")  # mallory leads a scheme without a safeguarding lead
OWN = roles("dana")


def _raised(world: World) -> None:
    world.made["concern"], _new = Concern.objects.get_or_create(
        form_key=UUID("00000000-0000-4000-8000-00000000abcd"),
        defaults={
            "cohort": world.northfield.cohort,
            "kind": "wellbeing",
            "text": "She has not left her room.",
            "about": world.northfield.participants["aisha"],
            "raised_by": world.northfield.priya,
            "raised_at": NOW,
        },
    )


def _public_key(world: World) -> dict[str, UUID]:
    return {"public_key": world.made["concern"].public_key}


def _key(world: World) -> dict[str, UUID]:
    return {"form_key": world.made["concern"].form_key}


ROWS = [
    Row("concerns:raise", get=SIGNED_IN, post=SIGNED_IN),
    Row("concerns:sent", get=roles("priya"), post=roles("priya"), arguments=_key, prepare=_raised),
    Row("concerns:inbox", get=READERS, post=READERS),
    Row("concerns:concern", get=OWN, post=OWN, arguments=_public_key, prepare=_raised),
    Row("concerns:take", get=None, post=OWN, arguments=_public_key, prepare=_raised),
    Row("concerns:close", get=None, post=OWN, arguments=_public_key, prepare=_raised),
]
