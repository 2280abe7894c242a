"""Who may call which URL of emergencies and of safeguarding leads."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from mentoring.safeguarding.models import Grant, Opening
from tests.factories import NOW, TODAY
from tests.house.access import Row, World, roles

LEADS = roles("dana")
CONCERNED = roles("dana", "dr_lee", "mallory", "admin")  # mallory leads another scheme, and sees its proposals
APPOINTING = roles("dr_lee", "admin")


def _opening(world: World) -> None:
    """dana opened chidi's confidences a moment ago."""
    northfield = world.northfield
    world.made["opening"], _new = Opening.objects.get_or_create(
        form_key="00000000-0000-4000-8000-00000000b001",
        defaults={
            "scheme": northfield.scheme,
            "subject": northfield.chidi,
            "opened_by": northfield.dana,
            "category": "harm",
            "reason": "He wrote that there is no point.",
            "opened_at": NOW,
            "ends_at": NOW + timedelta(minutes=60),
            "review_due_on": TODAY + timedelta(days=7),
        },
    )


def _by_another(world: World) -> None:
    """The same by somebody who was safeguarding lead then; dana reviews it."""
    _opening(world)
    Opening.objects.filter(pk=world.made["opening"].pk).update(opened_by=world.northfield.sam)


def _grant(world: World) -> None:
    """dr_lee proposed carys; no administrator has said yes."""
    Grant.objects.filter(person=world.northfield.carys).delete()
    northfield = world.northfield
    world.made["grant"] = Grant.objects.create(
        scheme=northfield.scheme, person=northfield.carys, asked_by=northfield.dr_lee, asked_at=NOW
    )


def _danas(world: World) -> dict[str, int]:
    return {"pk": world.northfield.dana.appointments.get().pk}


def _of_opening(world: World) -> dict[str, UUID]:
    return {"public_key": world.made["opening"].public_key}


def _of(what: str) -> Any:
    return lambda world: {"pk": world.made[what].pk}


OPENING: dict[str, Any] = {"arguments": _of_opening, "prepare": _opening}
GRANT: dict[str, Any] = {"arguments": _of("grant"), "prepare": _grant, "uses_up": True}
ROWS = [
    Row("safeguarding:openings", get=LEADS),
    # Without a second step in the session there is nothing to post to, for anybody.
    Row("safeguarding:open", get=LEADS, post=roles()),
    Row("safeguarding:read", get=LEADS, **OPENING),
    Row("safeguarding:opening", get=LEADS, **OPENING),
    Row("safeguarding:end", get=None, post=LEADS, **OPENING),
    Row("safeguarding:review", get=LEADS, post=LEADS, arguments=_of_opening, prepare=_by_another),
    Row("safeguarding:tell", get=None, post=LEADS, **OPENING),
    Row("safeguarding:later", get=LEADS, post=LEADS, **OPENING),
    Row("safeguarding:grants", get=CONCERNED),
    Row(
        "safeguarding:propose",
        get=APPOINTING,
        post=APPOINTING,
        arguments=lambda world: {"pk": world.northfield.scheme.pk},
    ),
    Row("safeguarding:propose_end", get=None, post=APPOINTING, arguments=_danas),
    Row("safeguarding:resign", get=None, post=roles("dana"), arguments=_danas),
    Row("safeguarding:approve", get=None, post=roles("admin"), **GRANT),
    Row("safeguarding:stop", get=None, post=roles("dana", "dr_lee", "admin"), **GRANT),
]
