"""Who may call which URL of changes to accounts."""

from typing import Any

from mentoring.credentials.models import AccountChange
from mentoring.credentials.states import Kind
from mentoring.messaging.links import make_token
from tests.factories import NOW
from tests.house.access import EVERYONE, SIGNED_IN, Row, World, roles

ADMIN = roles("admin")


def _change(world: World) -> None:
    """dr_lee, who administered then, asked for carys's second step to be taken away."""
    AccountChange.objects.all().delete()
    world.made["change"] = AccountChange.objects.create(
        person=world.northfield.carys, kind=Kind.SECOND_STEP, asked_by=world.northfield.dr_lee, asked_at=NOW
    )


def _address(world: World) -> None:
    AccountChange.objects.all().delete()
    northfield = world.northfield
    world.made["change"] = AccountChange.objects.create(
        person=northfield.carys, kind=Kind.ADDRESS, new_address="c.morgan@northfield.ac.uk", asked_by=northfield.admin,
        asked_at=NOW,
    )  # fmt: skip


def _pk(world: World) -> dict[str, Any]:
    return {"pk": world.made["change"].pk}


def _token(world: World) -> dict[str, Any]:
    token = make_token(purpose="new-address", person=world.northfield.carys, object_id=world.made["change"].pk)
    return {"token": token}


ROWS = [
    Row("credentials:changes", get=ADMIN),
    Row("credentials:ask", get=ADMIN, post=ADMIN),
    Row("credentials:agree", get=None, post=ADMIN, arguments=_pk, prepare=_change, uses_up=True),
    Row("credentials:mine", get=SIGNED_IN),
    Row(
        "credentials:stop",
        get=None,
        post=roles("carys", "dana", "admin"),
        arguments=_pk,
        prepare=_change,
        uses_up=True,
    ),
    Row("credentials:confirm", get=EVERYONE, post=EVERYONE, arguments=_token, prepare=_address, uses_up=True),
]
