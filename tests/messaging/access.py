"""Who gets which answer at the URLs of messaging."""

from mentoring.messaging.links import make_token
from mentoring.messaging.models import Message
from mentoring.messaging.services import owe
from mentoring.messaging.states import MessageState
from tests.factories import NOW
from tests.house.access import EVERYONE, Row, World, roles

READERS = roles("tom", "sam", "carys", "dr_lee", "mallory")
ITS_READERS = roles("tom", "sam", "dr_lee")
ITS_SENDERS = roles("sam", "dr_lee")  # tom, an intern, sees messages and sends none


def _uncertain(world: World) -> None:
    """A message to aisha, of which we do not know whether it arrived."""
    northfield = world.northfield
    message = owe(
        letter="matching.hello",
        recipient=northfield.aisha,
        occasion="access",
        now=NOW,
        cohort=northfield.cohort,
        about=world.matches["aisha"],
    )
    assert message is not None
    Message.objects.filter(pk=message.pk).update(state=MessageState.UNCERTAIN)
    world.made["message"] = message


def _message(world: World) -> dict[str, int]:
    return {"pk": world.made["message"].pk} if "message" in world.made else {"pk": 0}


def _failed_address(world: World) -> None:
    """Aisha's address takes no mail."""
    type(world.northfield.aisha).objects.filter(pk=world.northfield.aisha.pk).update(email_failed_at=NOW)
    world.made["failed"] = world.northfield.aisha


def _person(world: World) -> dict[str, int]:
    return {"pk": world.made["failed"].pk if "failed" in world.made else 0}


def _language(world: World) -> dict[str, str]:
    omar = world.northfield.omar
    return {"token": make_token(purpose="language", person=omar, object_id=omar.pk)}


ROWS = [
    Row("messaging:language_link", get=EVERYONE, post=EVERYONE, arguments=_language),
    Row("messaging:addresses", get=READERS),
    Row("messaging:mended", get=None, post=ITS_READERS, arguments=_person, prepare=_failed_address, uses_up=True),
    # A mail system shows its secret; for everybody else there is nothing.
    Row("messaging:bounced", get=None, post=frozenset(), gone_for_all=True),
    Row("messaging:log", get=READERS),
    Row("messaging:message", get=ITS_READERS, arguments=_message, prepare=_uncertain),
    Row(
        "messaging:again",
        get=None,
        post=ITS_SENDERS,
        arguments=_message,
        prepare=_uncertain,
        uses_up=True,
        seen_but_refused=roles("tom"),
    ),
    Row(
        "messaging:mark_sent",
        get=None,
        post=ITS_SENDERS,
        arguments=_message,
        prepare=_uncertain,
        uses_up=True,
        seen_but_refused=roles("tom"),
    ),
]
