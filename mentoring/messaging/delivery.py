"""Delivery: claim, compose, render, hand over. ``clock`` is asked again at each step.

The last word is spoken between the body and the final dot: in one transaction the message moves to
*handing* and everything that could have changed is looked at once more.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import override

from accounts.models import User
from accounts.selectors import institution_of
from accounts.services import record
from mentoring.messaging import ledger
from mentoring.messaging.calendar import next_opening
from mentoring.messaging.channels import Channel, Deferred, Parcel, Refused, Unknown, Unreachable
from mentoring.messaging.languages import in_both, languages_of
from mentoring.messaging.letters import LETTERS, Content
from mentoring.messaging.models import Message
from mentoring.messaging.rendering import Addressee, render, sender_address
from mentoring.messaging.states import MessageState, Reason, Urgency

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
BATCH = 20
SWEEP_FOR = timedelta(seconds=20)  # then other work gets its turn
S = MessageState


class NotNow(Exception):
    """The message is not to go out as it stands: where it goes instead."""

    def __init__(self, state: str, reason: str, due_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.state, self.reason, self.due_at = state, reason, due_at


def sweep(*, clock: Clock, channel: Channel) -> bool:
    """Put right what was left lying, then deliver what is due; whether there may be more."""
    began = clock()
    try:
        ledger.recover(began, channel.arrived)
        while clock() - began < SWEEP_FOR:
            batch = ledger.claim(clock(), limit=BATCH)
            if not batch:
                return False
            if not _deliver_all(batch, clock, channel):
                return False
        return True
    finally:
        channel.close()


def send(pk: int, *, clock: Clock, channel: Channel) -> None:
    """Deliver one message, if it is due and nobody else has it."""
    try:
        _deliver_all(ledger.claim(clock(), pk=pk), clock, channel)
    finally:
        channel.close()


def _deliver_all(batch: list[Message], clock: Clock, channel: Channel) -> bool:
    """Deliver in turn; what cannot be begun within the lease is given back. ``False`` if the channel is away."""
    for at, message in enumerate(batch):
        if message.lease_until and clock() > message.lease_until - ledger.LEASE / 2:
            _give_back(batch[at:], clock(), Reason.NOT_BEGUN)
            return True
        try:
            _deliver(message, clock, channel)
        except Unreachable as problem:
            now = clock()
            _give_back(batch[at:], now + ledger.REST, str(problem))
            ledger.rest(now, str(problem))
            return False
    return True


def _give_back(messages: list[Message], due_at: datetime, reason: str) -> None:
    for message in messages:
        ledger.release(message, due_at, reason, is_counted=False)


def _deliver(message: Message, clock: Clock, channel: Channel) -> None:
    """Take one claimed message as far as it goes today. Raises ``Unreachable``."""
    try:
        parcel = _parcel(message, clock())
        if channel.hand_over(parcel, lambda: _permitted(message, clock())):
            _sent(message, clock())
    except NotNow as reason:
        _put_aside(message, reason, clock())
    except Deferred as problem:
        ledger.try_later(message, clock(), str(problem))
    except Refused as problem:
        _refused(message, problem, clock())
    except Unknown as problem:
        ledger.settle(message, clock(), channel.arrived(message.message_id))
        log.warning("Message %s: %s", message.pk, problem)


def _parcel(message: Message, now: datetime) -> Parcel:
    """The rendered message. Raises ``NotNow``, or ``Deferred`` when it could not be composed."""
    _hold_promises(message, now)
    addressee = _addressee(message)
    with _composing(message):
        content = _composed(message)
        if content.reply_to and institution_of(content.reply_to) is None:
            content = replace(content, reply_to="")
        content = in_both(message, content)
        body = render(content, to=addressee, message_id=message.message_id, now=now).as_bytes()
    return Parcel(message.message_id, sender_address(), addressee.address, body)


@contextmanager
def _composing(message: Message) -> Iterator[None]:
    """In the recipient's language. A letter is another app's code: its fault must not stop the rest."""
    try:
        with override(languages_of(message)[0]):
            yield
    except NotNow:
        raise
    except Exception as problem:
        last = traceback.extract_tb(problem.__traceback__)[-1]  # never what it says: it may quote a person
        log.error("%s of message %s: %s at %s:%s", message.letter, message.pk, type(problem).__name__, *last[:2])
        raise Deferred(f"could not be composed: {type(problem).__name__}") from problem


def _hold_promises(message: Message, now: datetime) -> None:
    """Hold what was promised about when and to whom messages go. Raises ``NotNow``."""
    if message.expires_at and message.expires_at <= now:
        raise NotNow(S.EXPIRED, Reason.TOO_LATE)
    if message.recipient and not message.recipient.is_active:
        raise NotNow(S.CANCELLED, Reason.ACCOUNT_CLOSED)
    if message.urgency != Urgency.NUDGE:
        return
    if message.recipient and message.recipient.email_failed_at:
        raise NotNow(S.FAILED, Reason.ADDRESS_REFUSED)
    if message.cohort and message.cohort.nudges_off:
        raise NotNow(S.CANCELLED, Reason.NUDGES_OFF)
    institution = message.recipient.institution if message.recipient else None
    opening = next_opening(now, institution=institution, cohort=message.cohort)
    if opening > now:
        raise NotNow(S.DUE, Reason.QUIET, opening)


def _addressee(message: Message) -> Addressee:
    """Where it goes: only to addresses that the person's own institution vouches for (R40)."""
    person = message.recipient
    address = person.email if person else message.address
    institution = institution_of(address)
    if institution is None or (person and person.institution_id != institution.pk):
        raise NotNow(S.FAILED, Reason.NOT_OURS)
    if not address.isascii():
        raise NotNow(S.FAILED, Reason.NOT_WRITABLE)
    return Addressee(person.full_name if person else "", address)


def _composed(message: Message) -> Content:
    letter = LETTERS.get(message.letter)
    if letter is None:
        raise LookupError(message.letter)
    content = letter.compose(message)
    if content is None:
        raise NotNow(S.CANCELLED, Reason.NOT_WANTED)
    return content


def _permitted(message: Message, now: datetime) -> bool:
    """The last look. Commits *handing*, or raises ``NotNow``; ``False`` when another has the message."""
    with transaction.atomic():
        if not ledger.begin_handing(message, now):
            return False
        fresh = Message.objects.select_related(*ledger.PEOPLE).get(pk=message.pk)
        _hold_promises(fresh, now)
        with _composing(fresh):
            _composed(fresh)
    message.lease_until = fresh.lease_until
    return True


def _put_aside(message: Message, reason: NotNow, now: datetime) -> None:
    if reason.due_at:
        ledger.release(message, reason.due_at, reason.reason, is_counted=False)
    else:
        ledger.close(message, reason.state, now, reason.reason)


def _sent(message: Message, now: datetime) -> None:
    ledger.close(message, S.SENT, now)
    person = message.recipient
    if person and person.email_failed_at:
        _note_address(person, failed_at=None, verb="address works again", now=now)


@transaction.atomic
def _refused(message: Message, problem: Refused, now: datetime) -> None:
    """The relay will never take it. An address that does not exist is remembered for a coordinator."""
    ledger.close(message, S.FAILED, now, str(problem))
    person = message.recipient
    if problem.is_address and person and person.email_failed_at is None:
        _note_address(person, failed_at=now, verb="address failed", now=now)


@transaction.atomic
def _note_address(person: User, *, failed_at: datetime | None, verb: str, now: datetime) -> None:
    User.objects.filter(pk=person.pk).update(email_failed_at=failed_at)
    record(verb=verb, obj=person, by=None, now=now, fields=["email_failed_at"])
