"""Who may call which URL about people's own data."""

from typing import Any

from mentoring.concerns.models import Concern
from mentoring.protection.models import DataCopy, ErasureRequest
from tests.factories import NOW
from tests.house.access import SIGNED_IN, Row, World, roles


def _wish(world: World) -> None:
    """omar asks to be erased."""
    ErasureRequest.objects.filter(person=world.northfield.omar).delete()
    world.made["wish"] = ErasureRequest.objects.create(person=world.northfield.omar, asked_at=NOW)


def _copy(world: World) -> None:
    """A copy for priya, of which one record was held back; its file is long gone."""
    if "copy" not in world.made:
        world.made["copy"] = DataCopy.objects.create(
            person=world.northfield.priya, queued_at=NOW, job_state="done", finished_at=NOW, held=1
        )


def _held(world: World) -> None:
    """The same, and a concern about priya."""
    _copy(world)
    DataCopy.objects.filter(pk=world.made["copy"].pk).update(held_by_leads=1)
    Concern.objects.get_or_create(
        form_key="00000000-0000-4000-8000-00000000abce",
        defaults={
            "cohort": world.northfield.cohort,
            "kind": "conduct",
            "text": "She shouts.",
            "about": world.northfield.participants["priya"],
            "raised_by": world.northfield.aisha,
            "raised_at": NOW,
        },
    )


def _of(what: str) -> Any:
    return lambda world: {"pk": world.made[what].pk}


ADMIN = roles("admin")
ROWS = [
    Row("protection:mine", get=SIGNED_IN),
    Row("protection:looks", get=SIGNED_IN),
    Row("protection:ask_copy", get=None, post=SIGNED_IN),
    Row("protection:fetch", get=None, post=roles("priya"), arguments=_of("copy"), prepare=_copy),
    Row("protection:ask_erasure", get=SIGNED_IN, post=SIGNED_IN),
    Row("protection:take_back", get=None, post=SIGNED_IN),
    Row("protection:requests", get=ADMIN),
    Row("protection:statements", get=ADMIN, post=ADMIN),
    Row("protection:grant", get=None, post=ADMIN, arguments=_of("wish"), prepare=_wish, uses_up=True),
    Row("protection:refuse", get=ADMIN, post=ADMIN, arguments=_of("wish"), prepare=_wish),
    Row("protection:held", get=roles("dana")),
    Row("protection:held_reviewed", get=None, post=roles("dana"), arguments=_of("copy"), prepare=_held),
]
