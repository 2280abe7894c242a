"""Owing a message and calling it off. The row is the promise; the broker only hears "look now"."""

import hashlib
import logging
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from celery.app.task import Task
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record
from mentoring.lib.lifecycle import move
from mentoring.messaging.bounces import Bounce
from mentoring.messaging.calendar import next_opening
from mentoring.messaging.letters import LETTERS, Letter
from mentoring.messaging.models import Message
from mentoring.messaging.states import MESSAGE, MessageState, Reason, Urgency
from schemes.models import Cohort

log = logging.getLogger(__name__)

LONGEST_KEY = 200


class UnknownLetter(LookupError):
    """No app has registered a letter of this name."""


def poke(task: Task | str, *args: Any) -> None:
    """Tell a worker to look now. A broker that does not answer costs delay only: beat looks anyway."""
    try:
        if isinstance(task, str):
            current_app.send_task(task, args=args, retry=False, ignore_result=True)
        else:
            task.apply_async(args=args, retry=False, ignore_result=True)
    except Exception as problem:  # whatever the transport raises, the row stays owed
        log.warning("The broker could not be told to look (%s); the next sweep will.", type(problem).__name__)


@transaction.atomic
def owe(
    *,
    letter: str,
    recipient: User,
    occasion: str,
    now: datetime,
    cohort: Cohort | None = None,
    about: models.Model | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    secret: Any = None,
    urgency: Urgency | None = None,
) -> Message | None:
    """Owe a letter to a person for an occasion, in the same transaction as the reason for it.

    Owing it again for the same occasion is harmless and gives the message that exists. A nudge is
    due when waking hours begin. ``None`` for somebody whose account is closed. Raises ``UnknownLetter``.
    """
    kind = _letter(letter)
    if not recipient.is_active:
        return None
    chosen, due = urgency or kind.urgency, due_at or now
    if chosen == Urgency.NUDGE:
        due = next_opening(due, institution=recipient.institution, cohort=cohort)
    return _note(
        f"{recipient.pk}/{letter}/",
        occasion,
        now,
        letter=letter,
        recipient=recipient,
        cohort=cohort,
        urgency=chosen,
        object_type=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        secret=secret,
        due_at=due,
        expires_at=expires_at,
    )


@transaction.atomic
def owe_each(
    *,
    letter: str,
    recipients: Iterable[User],
    occasion: str,
    now: datetime,
    cohort: Cohort,
    about: models.Model,
    due_at: datetime,
) -> None:
    """Owe a letter to many people for one occasion, in one go; for whom it is owed already nothing changes."""
    kind = _letter(letter)
    Message.objects.bulk_create(
        (
            Message(
                key=f"{recipient.pk}/{letter}/{occasion}",
                message_id=_new_message_id(),
                created_at=now,
                letter=letter,
                recipient=recipient,
                cohort=cohort,
                urgency=kind.urgency,
                object_type=about._meta.label_lower,
                object_id=str(about.pk),
                due_at=due_at,
            )
            for recipient in recipients
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


@transaction.atomic
def owe_to_address(
    *,
    letter: str,
    address: str,
    occasion: str,
    now: datetime,
    expires_at: datetime,
    secret: Any = None,
    about: models.Model | None = None,
) -> Message:
    """Owe a letter to an address that has no account. Raises ``UnknownLetter``."""
    urgency = _letter(letter).urgency
    return _note(
        f"{address}/{letter}/",
        occasion,
        now,
        letter=letter,
        address=address,
        urgency=urgency,
        object_type=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        secret=secret,
        due_at=now,
        expires_at=expires_at,
    )


def _note(prefix: str, occasion: str, now: datetime, **fields: Any) -> Message:
    """Write the row unless its key exists, and have a worker look when it is due."""
    key = prefix + occasion
    if len(key) > LONGEST_KEY:
        key = prefix[:100] + hashlib.sha256(key.encode()).hexdigest()
    message, is_new = Message.objects.get_or_create(
        key=key, defaults={"message_id": _new_message_id(), "created_at": now, **fields}
    )
    if is_new and message.due_at <= now:
        _poke_on_commit(message)
    return message


def _letter(name: str) -> Letter:
    try:
        return LETTERS[name]
    except KeyError as error:
        raise UnknownLetter(name) from error


def _new_message_id() -> str:
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or urlsplit(settings.SITE_URL).hostname
    return f"<{uuid.uuid4().hex}@{host}>"


def _look() -> None:
    poke("messaging.sweep")


def _poke_on_commit(message: Message) -> None:
    """A message at once is named to the worker; any number of others cost one poke a transaction."""
    if message.urgency == Urgency.AT_ONCE:
        pk = message.pk
        transaction.on_commit(lambda: poke("messaging.send", pk), robust=True)
    elif not any(entry[1] is _look for entry in connection.run_on_commit):
        transaction.on_commit(_look, robust=True)


def call_off(
    *,
    about: models.Model,
    now: datetime,
    letters: Iterable[str] | None = None,
    urgency: Urgency | None = None,
    reason: str = Reason.CALLED_OFF,
) -> int:
    """Call off what is owed about an object and has not reached the relay; how many there were.

    Call it in the transaction of the cause: it takes the rows that a hand-over needs, so that none
    of them is handed over once the cause is committed.
    """
    owed = Message.objects.filter(
        object_type=about._meta.label_lower,
        object_id=str(about.pk),
        state__in=[MessageState.DUE, MessageState.CLAIMED],
    )
    if letters is not None:
        owed = owed.filter(letter__in=list(letters))
    if urgency is not None:
        owed = owed.filter(urgency=urgency)
    return owed.update(state=MessageState.CANCELLED, reason=reason, closed_at=now, lease_until=None, secret=None)


def about(message: Message) -> Any:
    """The object that a message is about; ``None`` when there is none, or no longer."""
    if not message.object_type:
        return None
    return apps.get_model(message.object_type)._base_manager.filter(pk=message.object_id).first()


def send_again(*, message: Message, by: User, now: datetime) -> None:
    """Owe a failed or uncertain message once more, with the same Message-ID. Raises ``WrongState``."""
    if message.state not in {MessageState.FAILED, MessageState.UNCERTAIN}:
        raise WrongState(_("Only a message that failed, or may have failed, can be sent again."))
    due = now
    if message.urgency == Urgency.NUDGE and message.recipient:
        due = next_opening(now, institution=message.recipient.institution, cohort=message.cohort)
    nothing_yet = {"attempts": 0, "put_off_since": None, "stops": 0, "reason": ""}
    ends = {"lease_until": None, "expires_at": None, "closed_at": None}
    _settle(message, MessageState.DUE, by, now, due_at=due, **nothing_yet, **ends)


def mark_as_sent(*, message: Message, by: User, now: datetime) -> None:
    """Note that an uncertain message did arrive. Raises ``WrongState``."""
    if message.state != MessageState.UNCERTAIN:
        raise WrongState(_("Only a message of which we do not know whether it arrived can be marked as sent."))
    _settle(message, MessageState.SENT, by, now, closed_at=now, lease_until=None, reason=Reason.MARKED, secret=None)


@transaction.atomic
def _settle(message: Message, to: MessageState, by: User, now: datetime, **changes: Any) -> None:
    scheme_id = message.cohort.scheme_id if message.cohort else None
    move(message, to, lifecycle=MESSAGE, by=by, now=now, scheme_id=scheme_id, **changes)
    if to == MessageState.DUE:
        _poke_on_commit(message)


@transaction.atomic
def note_bounce(bounce: Bounce, *, now: datetime) -> bool:
    """A message came back: it did not arrive, and its address takes no mail until it is mended.

    Believed only when it names a Message-ID of ours *and* the address that we wrote to: who forges one
    must have had the message. A delay changes nothing. Whether anything was noted.
    """
    if not bounce.is_final:
        return False
    message = Message.objects.select_related("recipient", "cohort").filter(message_id=bounce.message_id).first()
    if message is None or (message.recipient.email if message.recipient else message.address) != bounce.address:
        return False
    if message.state in {MessageState.SENT, MessageState.UNCERTAIN, MessageState.HANDING}:
        returned = {"reason": f"returned: {bounce.status}", "closed_at": now, "lease_until": None, "secret": None}
        # The database puts the end of a message on the trail by itself.
        Message.objects.filter(pk=message.pk, state=message.state).update(state=MessageState.FAILED, **returned)
    if message.recipient:
        note_failed_address(message.recipient, now=now)
    return True


def note_failed_address(person: User, *, now: datetime) -> None:
    """A person's address takes no mail: nudges stop, and a coordinator sees it, until it is mended."""
    if User.objects.filter(pk=person.pk, email_failed_at=None).update(email_failed_at=now):
        record(verb="address failed", obj=person, by=None, now=now, fields=["email_failed_at"])


@transaction.atomic
def note_mended_address(*, person: User, by: User, now: datetime) -> None:
    """A coordinator says that the address takes mail again; doing so twice is harmless."""
    if User.objects.filter(pk=person.pk, email_failed_at__isnull=False).update(email_failed_at=None):
        record(verb="address mended", obj=person, by=by, now=now, fields=["email_failed_at"])
