"""The two naive ways to send a queue of messages, to be compared with the ledger under the same kills.

Both claim, render and talk to the relay as the ledger does; they differ only in when they write "sent".
"""

from collections.abc import Callable
from contextlib import suppress

from django.db.models import F

from mentoring.messaging import delivery
from mentoring.messaging.channels import Deferred, Parcel, Refused, Unknown
from mentoring.messaging.delivery import Sender
from mentoring.messaging.models import Message
from mentoring.messaging.promises import NotNow
from mentoring.messaging.states import MessageState


class Naive(Sender):
    """Asks nobody between the body and the final dot."""

    def _permitted(self, message: Message, address: str) -> bool:
        return True


class MarkThenSend(Naive):
    """As healthchecks does: what is marked is never looked at again."""

    def deliver(self, message: Message) -> None:
        if (parcel := _written(self, message)) and _mark(message):
            with suppress(Deferred, Refused, Unknown):
                self._hand_over(message, parcel)


class SendThenMark(Naive):
    """As Notify and pretix do: what is not marked is sent again."""

    def deliver(self, message: Message) -> None:
        if parcel := _written(self, message):
            try:
                self._hand_over(message, parcel)
            except (Deferred, Refused, Unknown):
                Message.objects.filter(pk=message.pk).update(state=MessageState.DUE, attempts=F("attempts") - 1)
            else:
                _mark(message)


def _written(sender: Sender, message: Message) -> Parcel | None:
    try:
        return sender._parcel(message, sender.clock())
    except NotNow as reason:
        sender._put_aside(message, reason)
        return None


def _mark(message: Message) -> bool:
    changes = {"state": MessageState.SENT, "lease_until": None}
    return Message.objects.filter(pk=message.pk, lease_until=message.lease_until).update(**changes) == 1


PATTERNS: dict[str, Callable[..., Sender]] = {
    "ledger": Sender,
    "mark-then-send": MarkThenSend,
    "send-then-mark": SendThenMark,
}


def use(name: str) -> None:
    """From now on this process sends in this way."""
    delivery.Sender = PATTERNS[name]  # type: ignore[misc,assignment]
