"""Delivery: claim, compose, render, hand over. ``clock`` is asked again at each step.

The last word is spoken between the body and the final dot: in one transaction the message before is
recorded as sent and this one moves to *handing*, if everything that could have changed still stands.
So a worker that dies leaves at most one message of which nobody saw the end.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from mentoring.messaging import ledger, loose_ends
from mentoring.messaging.calendar import zone_of
from mentoring.messaging.channels import Channel, Deferred, Parcel, Refused, TurnedAway, Unknown, Unreachable
from mentoring.messaging.languages import in_both, languages_of
from mentoring.messaging.letters import LETTERS, Content
from mentoring.messaging.links import versions_looked_up
from mentoring.messaging.models import Message, RelayPause
from mentoring.messaging.promises import NotNow, Promises, handing_statement
from mentoring.messaging.relay_pause import may_knock, relay_away, relay_back, standing_pause
from mentoring.messaging.rendering import render, sender_address
from mentoring.messaging.services import note_failed_address
from mentoring.messaging.states import MessageState, Reason
from schemes.speech import speaking, words_of

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
BATCH = 100
SWEEP_FOR = timedelta(seconds=20)  # then other work gets its turn
S = MessageState


def sweep(*, clock: Clock, channel: Channel) -> bool:
    """Put right what was left lying, then deliver what is due; whether there may be more."""
    began = clock()
    with _sender(clock, channel) as sender:
        loose_ends.tie_up()
        ledger.recover(began, channel)
        while clock() - began < SWEEP_FOR:
            if not sender.deliver_some():
                return False
        return True


def send(pk: int, *, clock: Clock, channel: Channel) -> None:
    """Deliver one message, if it is due and nobody else has it."""
    with _sender(clock, channel) as sender:
        sender.deliver_some(pk=pk)


@contextmanager
def _sender(clock: Clock, channel: Channel) -> Iterator["Sender"]:
    sender = Sender(clock, channel)
    try:
        yield sender
    finally:
        try:
            sender.record_last()
        finally:
            channel.close()


@dataclass
class Sender:
    """One worker's hands. ``last`` was taken by the relay and is not on record as sent yet."""

    clock: Clock
    channel: Channel
    promises: Promises = field(default_factory=Promises)
    last: Message | None = None
    pause: RelayPause | None = None

    def deliver_some(self, pk: int | None = None) -> bool:
        """Claim a batch and deliver it in turn; ``False`` when there is no more to do now.

        While the relay is away one message knocks. What cannot be begun within the lease is given back.
        """
        self.pause = standing_pause()
        if not may_knock(self.clock(), pause=self.pause):
            return False
        batch = ledger.claim(self.clock(), limit=1 if self.pause else BATCH, pk=pk)
        with versions_looked_up([message.recipient_id for message in batch if message.recipient_id]):
            return bool(batch) and self._deliver_each(batch)

    def _deliver_each(self, batch: list[Message]) -> bool:
        for at, message in enumerate(batch):
            rest = batch[at:]
            with loose_ends.kept(partial(ledger.release_unbegun, rest, Reason.DATABASE_AWAY)):
                if message.lease_until and self.clock() > message.lease_until - ledger.LEASE / 2:
                    ledger.release_unbegun(rest, Reason.NOT_BEGUN)
                    return True
                try:
                    self.deliver(message)
                except Unreachable as problem:
                    self._rest(message, problem)
                    ledger.release_unbegun(rest, str(problem))
                    return False
        return True

    def _rest(self, message: Message, problem: Unreachable) -> None:
        """The relay is away. A message that it turned away waits for longer than the others: it may be the reason."""
        now = self.clock()
        relay_away(now, str(problem))
        if isinstance(problem, TurnedAway):
            ledger.try_later(message, now, str(problem))

    def deliver(self, message: Message) -> None:
        """Take one claimed message as far as it goes today. Raises ``Unreachable``."""
        try:
            parcel = self._parcel(message, self.clock())
            if self._hand_over(message, parcel):
                self.last = message
        except NotNow as reason:
            self._put_aside(message, reason)
        except Deferred as problem:
            ledger.try_later(message, self.clock(), str(problem))
        except Refused as problem:
            _refused(message, problem, self.clock())
        except Unknown as problem:
            self._ask(message)
            log.warning("Message %s: %s", message.pk, problem)

    def record_last(self) -> None:
        """Put on record that the relay took the message before."""
        if self.last is not None:
            record = partial(ledger.record_sent, self.last, self.clock())
            with loose_ends.kept(record):
                record()
            self.last = None

    def _hand_over(self, message: Message, parcel: Parcel) -> bool:
        """Whatever the channel says, unless that it is away, ends the pause."""
        is_away = False
        try:
            return self.channel.hand_over(parcel, lambda: self._permitted(message, parcel.address))
        except Unreachable:
            is_away = True
            raise
        finally:
            if self.pause is not None and not is_away:
                self.pause = None
                relay_back()

    def _ask(self, message: Message) -> None:
        """The connection broke after the final dot: the relay may know at once; else it is asked later."""
        known = self.channel.arrivals({message.message_id: message.handed_at or self.clock()})
        ledger.settle(message, self.clock(), known.get(message.message_id), self.channel.settle_time)

    def _parcel(self, message: Message, now: datetime) -> Parcel:
        """The rendered message. Raises ``NotNow``, or ``Deferred`` when it could not be composed."""
        self.promises.hold(message, now)
        addressee = self.promises.addressee(message)
        with _composing(message):
            content = _composed(message)
            if content.reply_to and self.promises.institution_id(content.reply_to) is None:
                content = replace(content, reply_to="")
            content = in_both(message, content)
            body = render(content, to=addressee, message_id=message.message_id, now=now).as_bytes()
        return Parcel(message.message_id, sender_address(), addressee.address, body)

    def _permitted(self, message: Message, address: str) -> bool:
        """The last look. Commits *handing*, or raises ``NotNow``; ``False`` when another has the message."""
        now = self.clock()
        return self._begin_handing(message, address, now) or self._why_not(message, now)

    def _begin_handing(self, message: Message, address: str, now: datetime) -> bool:
        if self.promises.is_quiet(message, now):
            return False
        begin = partial(ledger.begin_handing, message, now, handing_statement(message), last=self.last, address=address)
        letter = LETTERS.get(message.letter)
        if letter and letter.stands:
            has_begun = begin()
        else:
            with transaction.atomic():
                has_begun = begin()
                if has_begun:
                    self._compose_again(message)
        self.last = None
        return has_begun

    def _compose_again(self, message: Message) -> None:
        fresh = Message.objects.select_related(*ledger.PEOPLE).get(pk=message.pk)
        with _composing(fresh):
            _composed(fresh)

    def _why_not(self, message: Message, now: datetime) -> bool:
        """Why a message was not to be handed over. Raises ``NotNow`` while it is still this worker's."""
        fresh = Message.objects.select_related(*ledger.PEOPLE).filter(pk=message.pk).first()
        if fresh is None or fresh.lease_until != message.lease_until or fresh.state != S.CLAIMED:
            return False
        if message.lease_until is None or message.lease_until <= now:
            return False
        self.promises.hold(fresh, now)
        if fresh.recipient and self.promises.addressee(fresh).address != self.promises.addressee(message).address:
            raise NotNow(S.DUE, Reason.NEW_ADDRESS, now)
        raise NotNow(S.CANCELLED, Reason.NOT_WANTED)

    def _put_aside(self, message: Message, reason: NotNow) -> None:
        if reason.due_at:
            ledger.release(message, reason.due_at, reason.reason)
        else:
            ledger.close(message, reason.state, self.clock(), reason.reason)


@contextmanager
def _composing(message: Message) -> Iterator[None]:
    """In the recipient's language and time, and in the words of the message's scheme.

    A letter is another app's code: its fault must not stop the rest.
    """
    try:
        person = message.recipient
        in_their_time = timezone.override(zone_of(person.institution if person else None))
        in_their_words = speaking(words_of(message.cohort.scheme if message.cohort else None))
        with override(languages_of(message)[0]), in_their_time, in_their_words:
            yield
    except NotNow:
        raise
    except Exception as problem:
        last = traceback.extract_tb(problem.__traceback__)[-1]  # never what it says: it may quote a person
        log.error("%s of message %s: %s at %s:%s", message.letter, message.pk, type(problem).__name__, *last[:2])
        raise Deferred(f"could not be composed: {type(problem).__name__}") from problem


def _composed(message: Message) -> Content:
    letter = LETTERS.get(message.letter)
    if letter is None:
        raise LookupError(message.letter)
    content = letter.compose(message)
    if content is None:
        raise NotNow(S.CANCELLED, Reason.NOT_WANTED)
    return content


@transaction.atomic
def _refused(message: Message, problem: Refused, now: datetime) -> None:
    """The relay will never take it. An address that does not exist is remembered for a coordinator."""
    ledger.close(message, S.FAILED, now, str(problem))
    if problem.is_address and message.recipient:
        note_failed_address(message.recipient, now=now)
