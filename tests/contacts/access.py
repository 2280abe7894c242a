"""Who may call which URL of contacts."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from mentoring.contacts.models import SupportService
from mentoring.contacts.services import ContactFacts, log_contact, reply
from mentoring.messaging.links import make_token
from schemes.services import change_policy
from tests.house.access import EVERYONE, SIGNED_IN, Row, World, roles

MENTORS = roles("priya", "una")
MENTEES = roles("aisha", "omar")
KEEPERS = roles("dr_lee", "mallory", "admin")


def _log(world: World) -> None:
    """priya was in touch with aisha, an hour ago."""
    facts = ContactFacts([world.matches["aisha"]], "two-way", "message", timezone.localdate())
    world.made["contact"] = log_contact(
        mentor=world.northfield.participant("priya"),
        facts=facts,
        form_key=uuid4(),
        by=world.northfield.priya,
        now=timezone.now() - timedelta(hours=1),
    )


def _reply(world: World) -> None:
    """aisha has a question."""
    world.made["reply"] = reply(
        match=world.matches["aisha"], choice="question", by=world.northfield.aisha, now=timezone.now()
    )


def _allow_notes(world: World) -> None:
    change_policy(
        cohort=world.northfield.cohort,
        changes={"notes_allowed": True},
        by=world.northfield.dr_lee,
        now=timezone.now(),
    )


def _service(world: World) -> None:
    """The university's only service."""
    world.made["service"] = SupportService.objects.create(
        institution=world.northfield.institution, name="Wellbeing", what_for="Feeling low"
    )


def _pk(key: str) -> Any:
    return lambda world: {"pk": world.made[key].pk}


def _match(world: World) -> dict[str, Any]:
    return {"pk": world.matches["aisha"].pk}


def _link(world: World) -> dict[str, Any]:
    token = make_token(purpose="reply-hello", person=world.northfield.aisha, object_id=world.matches["aisha"].pk)
    return {"choice": "hello", "token": token}


ROWS = [
    Row("contacts:log", get=MENTORS, post=MENTORS),
    Row("contacts:mine", get=MENTORS),
    Row("contacts:correct", get=roles("priya"), post=roles("priya"), arguments=_pk("contact"), prepare=_log),
    Row("contacts:withdraw", get=None, post=roles("priya"), arguments=_pk("contact"), prepare=_log),
    Row("contacts:answered", get=None, post=roles("priya"), arguments=_pk("reply"), prepare=_reply),
    Row("contacts:reply", get=None, post=roles("aisha"), arguments=_match),
    Row("contacts:undo_reply", get=None, post=roles("aisha"), arguments=_pk("reply"), prepare=_reply),
    Row("contacts:notes", get=MENTEES, prepare=_allow_notes),
    Row("contacts:allow_notes", get=None, post=MENTEES, prepare=_allow_notes),
    Row("contacts:forbid_notes", get=None, post=MENTEES, prepare=_allow_notes),
    Row("contacts:services", get=SIGNED_IN),
    Row("contacts:reply_link", get=EVERYONE, post=EVERYONE, arguments=_link),
    Row("contacts:undo_reply_link", get=None, post=EVERYONE, arguments=_link),
    Row("contacts:new_reply_link", get=None, post=EVERYONE, arguments=_link),
    Row("contacts:staff_services", get=KEEPERS),
    Row("contacts:add_service", get=KEEPERS, post=KEEPERS),
    Row("contacts:edit_service", get=KEEPERS, post=KEEPERS, arguments=_pk("service"), prepare=_service),
    Row("contacts:remove_service", get=None, post=KEEPERS, arguments=_pk("service"), prepare=_service),
]
