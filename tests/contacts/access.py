"""Who may call which URL of contacts."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from mentoring.contacts.letters.meetings import link_object
from mentoring.contacts.models import CourtesyReply, Invitation, MaskedQuestion, SupportService
from mentoring.contacts.services import ContactFacts, Meeting, ask_masked, invite, log_contact, reply
from mentoring.messaging.links import make_token
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


def _invite(world: World) -> None:
    """priya invited aisha for tomorrow."""
    now = timezone.now()
    world.made["meeting"] = invite(
        match=world.matches["aisha"], meeting=Meeting(now + timedelta(days=1), "Ramsden foyer"), form_key=uuid4(),
        by=world.northfield.priya, now=now,
    )  # fmt: skip


def _invite_before(world: World) -> None:
    """The same, for yesterday."""
    _invite(world)
    made = world.made["meeting"]
    begun = timezone.now() - timedelta(days=1)
    Invitation.objects.filter(pk=made.pk).update(starts_at=begun, ends_at=begun + timedelta(minutes=45))


def _meeting_link(world: World) -> dict[str, Any]:
    token = make_token(
        purpose="meeting-accept", person=world.northfield.aisha, object_id=link_object(world.made["meeting"])
    )
    return {"step": "accept", "token": token}


def _check_link(world: World) -> dict[str, Any]:
    aisha = world.northfield.participant("aisha")
    return {"token": make_token(purpose="check", person=aisha.user, object_id=aisha.pk)}


def _ask(world: World) -> None:
    """aisha asks priya without her name."""
    world.made["question"] = ask_masked(
        asker=world.northfield.participant("aisha"), match=world.matches["aisha"], text="Is the pool free?",
        form_key=uuid4(), now=timezone.now(),
    )  # fmt: skip


def _ask_long_ago(world: World) -> None:
    """The same, and nobody has answered for five days."""
    _ask(world)
    MaskedQuestion.objects.update(asked_at=timezone.now() - timedelta(days=5))


def _wait(world: World) -> None:
    """aisha's question has waited three days."""
    _reply(world)
    CourtesyReply.objects.filter(pk=world.made["reply"].pk).update(replied_at=timezone.now() - timedelta(days=3))


def _question(world: World) -> dict[str, Any]:
    return {"kind": "reply", "pk": world.made["reply"].pk}


STEP_IN = roles("una", "sam", "dr_lee")
STEPPING_IN = STEP_IN | roles("carys", "mallory")

ROWS = [
    Row("contacts:kept", get=MENTORS, post=MENTORS),
    Row(
        "contacts:report_quiet",
        get=roles("priya"),
        post=roles("priya"),
        arguments=lambda world: {"pk": world.matches["aisha"].pk},
    ),
    Row(
        "contacts:take_back_quiet",
        get=None,
        post=roles("priya"),
        arguments=lambda world: {"pk": world.matches["aisha"].pk},
    ),
    Row("contacts:invite", get=MENTORS, post=MENTORS),
    Row("contacts:meeting", get=roles("priya"), post=roles("priya"), arguments=_pk("meeting"), prepare=_invite),
    Row(
        "contacts:cancel_meeting",
        get=None,
        post=roles("priya"),
        arguments=_pk("meeting"),
        prepare=_invite,
    ),
    Row(
        "contacts:meeting_outcome",
        get=None,
        post=roles("priya"),
        arguments=_pk("meeting"),
        prepare=_invite_before,
    ),
    Row("contacts:answer_meeting", get=None, post=roles("aisha"), arguments=_pk("meeting"), prepare=_invite),
    Row("contacts:meeting_link", get=EVERYONE, post=EVERYONE, arguments=_meeting_link, prepare=_invite),
    Row("contacts:take_back_meeting_link", get=None, post=EVERYONE, arguments=_meeting_link, prepare=_invite),
    Row("contacts:check_link", get=EVERYONE, post=EVERYONE, arguments=_check_link),
    Row("contacts:ask", get=MENTEES, post=MENTEES),
    Row("contacts:name_me", get=None, post=roles("aisha"), arguments=_pk("question"), prepare=_ask),
    Row(
        "contacts:answer_masked",
        get=roles("priya") | STEP_IN,
        post=roles("priya") | STEP_IN,
        arguments=_pk("question"),
        prepare=_ask_long_ago,
    ),
    Row("contacts:questions", get=STEPPING_IN, prepare=_wait),
    Row("contacts:take_question", get=None, post=STEP_IN, arguments=_question, prepare=_wait),
    Row(
        "contacts:close_question",
        get=None,
        post=STEP_IN,
        arguments=_pk("reply"),
        prepare=_wait,
        uses_up=True,
    ),
    Row("contacts:masks", get=roles("dana"), prepare=_ask),
    Row("contacts:mask", get=roles("dana"), post=roles("dana"), arguments=_pk("question"), prepare=_ask),
    Row("contacts:log", get=MENTORS, post=MENTORS),
    Row("contacts:mine", get=MENTORS),
    Row("contacts:correct", get=roles("priya"), post=roles("priya"), arguments=_pk("contact"), prepare=_log),
    Row("contacts:withdraw", get=None, post=roles("priya"), arguments=_pk("contact"), prepare=_log),
    Row("contacts:answered", get=None, post=roles("priya"), arguments=_pk("reply"), prepare=_reply),
    Row("contacts:reply", get=None, post=roles("aisha"), arguments=_match),
    Row("contacts:undo_reply", get=None, post=roles("aisha"), arguments=_pk("reply"), prepare=_reply),
    Row("contacts:services", get=SIGNED_IN),
    Row("contacts:reply_link", get=EVERYONE, post=EVERYONE, arguments=_link),
    Row("contacts:undo_reply_link", get=None, post=EVERYONE, arguments=_link),
    Row("contacts:new_reply_link", get=None, post=EVERYONE, arguments=_link),
    Row("contacts:staff_services", get=KEEPERS),
    Row("contacts:add_service", get=KEEPERS, post=KEEPERS),
    Row("contacts:edit_service", get=KEEPERS, post=KEEPERS, arguments=_pk("service"), prepare=_service),
    Row("contacts:remove_service", get=None, post=KEEPERS, arguments=_pk("service"), prepare=_service),
]
