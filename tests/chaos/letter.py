"""The letter that the experiment sends, and times short enough for an experiment of minutes.

Only durations are changed, and their order is kept: the relay gives up on a silent sender before the
ledger believes that a message did not arrive.
"""

from datetime import UTC, datetime, timedelta

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse

from mentoring.celery import app
from mentoring.messaging import channels, ledger, relay_pause
from mentoring.messaging.letters import LETTERS, Action, Content, Letter, register
from mentoring.messaging.models import Message
from mentoring.messaging.rendering import Addressee, render
from mentoring.messaging.states import Urgency
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState

LETTER = "chaos.hello"
LEASE = timedelta(seconds=6)
DATA_TIMEOUT = 3  # seconds of silence after which the sink hangs up


def compose(message: Message) -> Content | None:
    person = message.recipient
    name = person.first_name if person else ""
    return Content(
        subject=f"Number {message.pk} for {name}",
        paragraphs=(f"Hello {name}.", "One line from you is enough. No answer is no verdict on you."),
        actions=(Action("Log a contact", "https://mentoring.northfield.ac.uk/contacts/log/"),),
        why="You are getting this because you take part in an experiment.",
    )


def stands() -> Q:
    """Its participant still takes part."""
    taking_part = Participant.objects.filter(
        pk=Cast(OuterRef("object_id"), BigIntegerField()), state=ParticipantState.ENROLLED
    )
    return Q(Exists(taking_part))


def register_and_hurry() -> None:
    if LETTER not in LETTERS:
        register(Letter(LETTER, Urgency.NUDGE, compose, "Experiment", stands))
    ledger.LEASE = LEASE
    ledger.BACK_OFF = tuple(timedelta(seconds=wait) for wait in (1, 2, 4, 8))
    relay_pause.REST = timedelta(seconds=1)
    channels.MARGIN = 2
    warm()
    app.conf.beat_schedule["deliver what is due"]["schedule"] = 2.0


def warm() -> None:
    """Load the templates and the addresses of pages before anybody is born: a worker does it once in its life."""
    content = compose(Message(pk=0))
    assert content is not None
    render(
        content, to=Addressee("", "nobody@northfield.ac.uk"), message_id="<warm@x>", now=datetime.now(UTC)
    ).as_bytes()
    reverse("messaging:language_link", args=["x"])
