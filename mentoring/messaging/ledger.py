"""The ledger's moves. Each is one conditional update, fenced by the lease that the mover holds.

A worker that was frozen past its lease finds that the row is no longer its own. Source: trust.md §3.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, Q, QuerySet, When

from mentoring.messaging.models import Message
from mentoring.messaging.states import MESSAGE, MessageState, Reason, Urgency

LEASE = timedelta(seconds=60)  # longer than a relay may take to answer the final dot
MAX_ATTEMPTS = 5
# After the first, second … attempt that was not taken.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 120))
BACK_OFF_AT_ONCE = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 45, 120))
REST = timedelta(seconds=30)  # between two knocks at a relay that is away

S = MessageState
PEOPLE = ("recipient__institution", "cohort__scheme")


def claim(now: datetime, *, limit: int = 1, pk: int | None = None) -> list[Message]:
    """Claim messages that are due, what cannot wait first; others see them as taken until the lease ends."""
    due = Message.objects.filter(state=S.DUE, due_at__lte=now)
    if pk is not None:
        due = due.filter(pk=pk)
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        first = Case(When(urgency=Urgency.AT_ONCE, then=0), default=1, output_field=IntegerField())
        keys = list(due.order_by(first, "due_at", "pk").values_list("pk", flat=True)[:limit])
        taken = Message.objects.filter(pk__in=keys, state=S.DUE)
        taken.update(state=S.CLAIMED, lease_until=now + LEASE, attempts=F("attempts") + 1, reason="")
    return list(Message.objects.filter(pk__in=keys).select_related(*PEOPLE).order_by(first, "due_at", "pk"))


def _held(message: Message, *states: str) -> QuerySet[Message]:
    """The row, if this worker still holds it."""
    return Message.objects.filter(pk=message.pk, state__in=states, lease_until=message.lease_until)


def _shift(message: Message, to: str, *, since: Iterable[str], **changes: Any) -> bool:
    states = [state for state in since if MESSAGE.allows(state, to)]
    return _held(message, *states).update(state=to, **changes) == 1


def begin_handing(message: Message, now: datetime) -> bool:
    """Claimed → handing, with a lease from now. Call it within the transaction that rechecks the reason."""
    return _shift(message, S.HANDING, since=[S.CLAIMED], lease_until=now + LEASE)


def close(message: Message, to: str, now: datetime, reason: str = "") -> bool:
    """End a message's way. What it kept secret is wiped; after a late answer an uncertain one is settled."""
    return _shift(
        message,
        to,
        since=[S.CLAIMED, S.HANDING, S.UNCERTAIN],
        reason=reason[:200],
        closed_at=now,
        lease_until=None,
        secret=None,
    )


def leave_uncertain(message: Message, reason: str) -> bool:
    """Handing → uncertain. The lease stays, so that a late answer can still settle it."""
    return _shift(message, S.UNCERTAIN, since=[S.HANDING], reason=reason[:200])


def release(message: Message, due_at: datetime, reason: str, *, is_counted: bool) -> bool:
    """Give a message back to be sent later; an attempt that was not its fault does not count."""
    attempts = F("attempts") if is_counted else F("attempts") - 1
    return _shift(
        message,
        S.DUE,
        since=[S.CLAIMED, S.HANDING],
        due_at=due_at,
        reason=reason[:200],
        lease_until=None,
        attempts=attempts,
    )


def try_later(message: Message, now: datetime, reason: str) -> bool:
    """Wait longer after each attempt; after the last, give up where a coordinator sees it."""
    if message.attempts >= MAX_ATTEMPTS:
        return close(message, S.FAILED, now, reason)
    waits = BACK_OFF_AT_ONCE if message.urgency == Urgency.AT_ONCE else BACK_OFF
    wait = waits[message.attempts - 1]
    return release(message, now + wait + wait * (message.pk % 20) / 100, reason, is_counted=True)


def rest(now: datetime, reason: str) -> None:
    """The channel is away: nobody knocks again for a while."""
    Message.objects.filter(state=S.DUE, due_at__lt=now + REST).update(due_at=now + REST, reason=reason[:200])


def recover(now: datetime, arrived: Callable[[str], bool | None]) -> None:
    """Put right what dead workers left: expired leases, and messages that came too late."""
    Message.objects.filter(state=S.DUE, expires_at__lte=now).update(
        state=S.EXPIRED, closed_at=now, secret=None, reason=Reason.TOO_LATE
    )
    orphans = Message.objects.filter(state=S.CLAIMED, lease_until__lt=now)
    worn_out = Q(attempts__gte=MAX_ATTEMPTS)
    orphans.filter(worn_out).update(
        state=S.FAILED, closed_at=now, lease_until=None, secret=None, reason=Reason.STOPPED_EACH_TIME
    )
    orphans.filter(~worn_out).update(state=S.DUE, lease_until=None, reason=Reason.STOPPED)
    for message in Message.objects.filter(state=S.HANDING, lease_until__lt=now):
        settle(message, now, arrived(message.message_id))


def settle(message: Message, now: datetime, has_arrived: bool | None) -> bool:
    """Decide about a hand-over whose end nobody saw: never sent twice, except what must arrive."""
    if has_arrived:
        return close(message, S.SENT, now)
    if has_arrived is False and message.attempts < MAX_ATTEMPTS:
        return release(message, now, Reason.DID_NOT_HAPPEN, is_counted=True)
    if has_arrived is False:
        return close(message, S.FAILED, now, Reason.DID_NOT_HAPPEN)
    if message.urgency == Urgency.AT_ONCE:
        return try_later(message, now, Reason.SENT_TWICE)
    return leave_uncertain(message, Reason.CUT_OFF)
