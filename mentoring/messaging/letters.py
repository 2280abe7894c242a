"""What a message says. A letter is registered once by the app that owes it and composed when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from schemes.roles import Capability


@dataclass(frozen=True)
class Action:
    """One thing to do: a label and an absolute address."""

    label: str
    url: str


@dataclass(frozen=True)
class Attachment:
    """A file to go with the message, such as a calendar file."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True)
class Content:
    """A composed message; HTML and its plain-text twin are made from the same words.

    ``subject`` has at most 50 characters where it can. ``quote`` stands by itself: somebody's own words, a code.
    ``why`` answers "why am I getting this?". ``sender_name`` is a person's name: it is shown with
    " via Peer mentoring". ``reply_to`` is a person's university address. ``stop_url`` takes one
    POST without signing in (RFC 8058) and ends these messages only. ``twin`` and ``language_url`` are set
    at sending, where the reader has chosen no language yet.
    """

    subject: str
    paragraphs: tuple[str, ...]
    actions: tuple[Action, ...] = ()
    quote: str = ""
    tags: tuple[str, ...] = ()
    why: str = ""
    sender_name: str = ""
    reply_to: str = ""
    stop_url: str = ""
    attachments: tuple[Attachment, ...] = field(default=())
    twin: "Twin | None" = None
    language_url: str = ""


@dataclass(frozen=True)
class Twin:
    """The same letter in the other language: the words count, headers and attachments are the first one's."""

    language: str
    content: Content


Compose = Callable[[Message], Content | None]


@dataclass(frozen=True)
class Letter:
    """A kind of message. ``compose`` is called at the time of sending, in the recipient's language;
    ``None`` means that it is no longer wanted, and the message is called off.

    ``stands`` says the same as a condition on the message's row (``Exists(…OuterRef("object_id")…)``,
    no joins, nothing that changes with the hour): it becomes part of the one update between body and
    final dot. A letter without it is composed a second time at that moment, which costs more.

    ``needs``: what one has to hold over its reader, besides seeing messages, to see it in the log: its existence,
    its hour or its state tells what only they may know. ``seen_by``: the objects that somebody may read; a letter
    with it is in the log of those alone who may read what it is about. Without either it is in the log of everybody
    who sees the messages of the person's unit; why that tells nothing is said in ``tests/messaging/test_told.py``.
    """

    name: str
    urgency: Urgency
    compose: Compose
    title: str | Promise  # for the message log, in plain words
    stands: Callable[[], Q] | None = None
    needs: Capability | None = None
    seen_by: Callable[[Any, date], QuerySet[Any]] | None = None


LETTERS: dict[str, Letter] = {}


def register(letter: Letter) -> Letter:
    """Make a letter known; call it from the app's ``letters.py``, imported in ``AppConfig.ready``."""
    LETTERS[letter.name] = letter
    return letter
