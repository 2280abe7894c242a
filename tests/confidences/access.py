"""Who may call which URL of what a pair keeps to itself."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from mentoring.confidences.services.disclosures import disclose
from mentoring.confidences.services.notes import allow_notes, write_note
from mentoring.confidences.states import Basis
from schemes.services import change_policy
from tests.house.access import Row, World, roles

STAFF = roles("una", "tom", "sam", "carys", "dr_lee", "dana", "mallory")
PRIYA, AISHA, DANA = roles("priya"), roles("aisha"), roles("dana")


def _allow_in_scheme(world: World) -> None:
    cohort = world.northfield.cohort
    change_policy(
        cohort=cohort, changes={"notes_allowed": True}, by=world.northfield.dr_lee, now=timezone.now()
    )  # fmt: skip
    world.matches["aisha"].cohort.__dict__.pop("policy", None)


def _note(world: World) -> None:
    """aisha allows notes, and priya has written one."""
    _allow_in_scheme(world)
    match, now = world.matches["aisha"], timezone.now()
    allow_notes(match=match, by=world.northfield.aisha, now=now)
    world.made["note"] = write_note(
        match=match, text="Likes to be asked twice.", form_key=uuid4(), by=world.northfield.priya, now=now
    )


def _disclosure(world: World, basis: Basis) -> None:
    _note(world)
    world.made["disclosure"] = disclose(
        note=world.made["note"], reader=world.northfield.dana, basis=basis, reason="She said she may not be safe.",
        asked_to_wait=True, by=world.northfield.priya, now=timezone.now(),
    )  # fmt: skip


def _asked(world: World) -> None:
    """priya asks aisha whether dana may read it."""
    _disclosure(world, Basis.AGREED)


def _danger(world: World) -> None:
    """priya shows it to dana because of danger, and aisha is not told yet."""
    _disclosure(world, Basis.DANGER)


def _match(world: World) -> dict[str, Any]:
    return {"pk": world.matches["aisha"].pk}


def _pk(key: str) -> Any:
    return lambda world: {"pk": world.made[key].pk}


ROWS = [
    Row("confidences:mine", get=AISHA, prepare=_asked),
    Row("confidences:allow", get=None, post=AISHA, prepare=_allow_in_scheme),
    Row("confidences:forbid", get=None, post=AISHA, prepare=_note),
    Row("confidences:answer", get=None, post=AISHA, arguments=_pk("disclosure"), prepare=_asked, uses_up=True),
    Row("confidences:notes", get=PRIYA, post=PRIYA, arguments=_match, prepare=_note),
    Row("confidences:note", get=PRIYA, post=PRIYA, arguments=_pk("note"), prepare=_danger),
    Row("confidences:delete_note", get=None, post=PRIYA, arguments=_pk("note"), prepare=_note, uses_up=True),
    Row("confidences:disclose", get=PRIYA, post=PRIYA, arguments=_pk("note"), prepare=_note),
    Row("confidences:pair", get=PRIYA | AISHA, post=PRIYA | AISHA, arguments=_match),
    Row("confidences:shown", get=STAFF, prepare=_danger),
    Row("confidences:shown_note", get=DANA, arguments=_pk("disclosure"), prepare=_danger),
    Row("confidences:telling", get=DANA, post=DANA, arguments=_pk("disclosure"), prepare=_danger),
    Row("confidences:tell", get=None, post=DANA, arguments=_pk("disclosure"), prepare=_danger, uses_up=True),
]
