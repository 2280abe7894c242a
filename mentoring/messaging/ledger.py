"""The ledger's moves. Each is one conditional update, fenced by the lease that the mover holds.

A worker that was frozen past its lease finds that the row is no longer its own. Source: trust.md §3.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet, prefetch_related_objects

from mentoring.messaging import prepared
from mentoring.messaging.channels import Channel
from mentoring.messaging.models import Message
from mentoring.messaging.prepared import InOneGo, Prepared
from mentoring.messaging.states import MESSAGE, MessageState, Reason, Urgency

LEASE = timedelta(seconds=60)  # longer than a relay may take to answer the final dot
# What is not taken is tried for so long, as mail servers do, and not only so often: an evening of a full,
# slow or suspicious relay loses nothing. Time in which nothing could be tried counts for nobody, hence the number.
GIVE_UP_AFTER = timedelta(days=3)
FEWEST_TRIES = 5
# After the first, second … try that was not taken; the last wait is repeated.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 60))
BACK_OFF_AT_ONCE = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 45, 120, 300))
# Tries whose end nobody saw: the worker died with it, or what must arrive was perhaps taken. These are bounded
# by number: each costs a worker, or perhaps a second copy.
MAX_STOPS = 5
# A message with which so many workers died is claimed alone: should it be the one that kills them, it takes no
# other with it.
SUSPECT_AFTER = 2
ASK_FOR = timedelta(days=3)  # how long after a hand-over the relay is asked what became of it
ASK_ABOUT = 500  # messages at a time

S = MessageState
PEOPLE = ("recipient__institution", "cohort__scheme")
IN_TURN = (Urgency.AT_ONCE, Urgency.NORMAL, Urgency.NUDGE)


def claim(now: datetime, *, limit: int = 1, pk: int | None = None) -> list[Message]:
    """Claim messages that are due, what cannot wait first; others see them as taken until the lease ends."""
    due = Message.objects.filter(state=S.DUE, due_at__lte=now).order_by("due_at", "pk")
    if pk is not None:
        due = due.filter(pk=pk)
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found = (list(due.filter(urgency=urgency)[:limit]) for urgency in IN_TURN)
        taken = _without_suspects(next(filter(None, found), []))
        _note_claim(taken, now)
    prefetch_related_objects(taken, *PEOPLE)  # people of one batch share their institution and cohort
    return taken


def _without_suspects(found: list[Message]) -> list[Message]:
    """The first message alone if it is suspect, else those before the first suspect."""
    for at, message in enumerate(found):
        if message.stops >= SUSPECT_AFTER:
            return found[: max(at, 1)]
    return found


def _note_claim(taken: list[Message], now: datetime) -> None:
    if not taken:
        return
    until = now + LEASE
    Message.objects.filter(pk__in=[message.pk for message in taken]).update(
        state=S.CLAIMED, lease_until=until, reason=""
    )
    for message in taken:
        message.state, message.lease_until, message.reason = S.CLAIMED, until, ""


def _held(message: Message, *states: str) -> QuerySet[Message]:
    """The row, if this worker still holds it."""
    return Message.objects.filter(pk=message.pk, state__in=states, lease_until=message.lease_until)


def _shift(message: Message, to: str, *, since: Iterable[str], **changes: Any) -> bool:
    states = [state for state in since if MESSAGE.allows(state, to)]
    return _held(message, *states).update(state=to, **changes) == 1


def begin_handing(
    message: Message, now: datetime, statement: Prepared, *, last: Message | None = None, **values: Any
) -> bool:
    """Claimed → handing in one update that also asks whether everything still stands.

    In the same go the message before, ``last``, is put on record as sent. Whoever calls the message off has
    the same row to lock: one of the two comes first, never both. The lease stays the batch's: what a dead
    worker left shows by it what it was working on.
    """
    mine = {"pk": message.pk, "lease": message.lease_until, "now": now, **values}
    if last is None:
        changed = statement.run(**mine)
    else:
        changed = _after_last(statement).run({"pk": last.pk, "lease": last.lease_until, "now": now}, **mine)
    if changed != 1:
        return False
    message.state, message.handed_at = S.HANDING, now
    return True


@cache
def _after_last(statement: Prepared) -> InOneGo:
    return InOneGo(_sent_statement(), statement)


def handing_statement(*conditions: Q, slots: dict[str, Any]) -> Prepared:
    """The update for ``begin_handing``, with what else must stand."""
    rows = Message.objects.filter(
        *conditions, pk=prepared.PK, state=S.CLAIMED, lease_until=prepared.LEASE, lease_until__gt=prepared.NOW
    )
    return Prepared(
        rows,
        slots={"pk": prepared.PK, "lease": prepared.LEASE, "now": prepared.NOW, **slots},
        changes={"state": S.HANDING, "handed_at": prepared.NOW},
    )


@cache
def _sent_statement() -> Prepared:
    return Prepared(
        Message.objects.filter(pk=prepared.PK, state__in=[S.HANDING, S.UNCERTAIN], lease_until=prepared.LEASE),
        slots={"pk": prepared.PK, "lease": prepared.LEASE, "now": prepared.NOW},
        changes={"state": S.SENT, "reason": "", "closed_at": prepared.NOW, "lease_until": None, "secret": None},
    )


def record_sent(message: Message, now: datetime) -> bool:
    """The relay took it. A late answer settles an uncertain one as well."""
    return _sent_statement().run(pk=message.pk, lease=message.lease_until, now=now) == 1


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


def release(message: Message, due_at: datetime, reason: str, **changes: Any) -> bool:
    """Give a message back to be sent later. What was nobody's fault, or not its own, changes nothing else."""
    return _shift(
        message,
        S.DUE,
        since=[S.CLAIMED, S.HANDING, S.UNCERTAIN],
        due_at=due_at,
        reason=reason[:200],
        lease_until=None,
        **changes,
    )


def release_unbegun(messages: list[Message], reason: str) -> None:
    """Give back the rest of a batch that was not begun: due as before."""
    if not messages:
        return
    kept = Message.objects.filter(
        pk__in=[message.pk for message in messages], state=S.CLAIMED, lease_until=messages[0].lease_until
    )
    kept.update(state=S.DUE, lease_until=None, reason=reason[:200])


def try_later(message: Message, now: datetime, reason: str, *, tried_at: datetime | None = None) -> bool:
    """Put off what was not taken: longer each time, and given up by age, where a coordinator sees it.

    ``tried_at`` is when it was tried, if that was not just now: what has waited since counts as waiting.
    """
    tries, since = message.attempts + 1, message.put_off_since or now
    if tries >= FEWEST_TRIES and now - since >= GIVE_UP_AFTER:
        return close(message, S.FAILED, now, reason)
    due_at = max(now, (tried_at or now) + _wait(message, tries))
    return release(message, due_at, reason, attempts=tries, put_off_since=since)


def _wait(message: Message, times: int) -> timedelta:
    """How long the next try waits; spread a little, so that not all come at once."""
    waits = BACK_OFF_AT_ONCE if message.urgency == Urgency.AT_ONCE else BACK_OFF
    wait = waits[min(times, len(waits)) - 1]
    return wait + wait * (message.pk % 20) / 100


def recover(now: datetime, channel: Channel) -> None:
    """Put right what dead workers left: expired leases, hand-overs nobody saw the end of, what is too late."""
    _move_all(Q(state=S.DUE, expires_at__lte=now), state=S.EXPIRED, closed_at=now, secret=None, reason=Reason.TOO_LATE)
    _free_orphans(now)
    _move_all(Q(state=S.HANDING, lease_until__lt=now), state=S.UNCERTAIN, reason=Reason.CUT_OFF)
    reconcile(now, channel)


def _free_orphans(now: datetime) -> None:
    """What dead workers had claimed is due again; to what had not been begun nothing had happened.

    Of a batch the first that is left was being worked on, unless one of the same lease was being handed
    over. Only against it the stop counts: from the second it waits a little, and after the last it is parked.
    """
    with transaction.atomic():
        found = Message.objects.filter(state=S.CLAIMED, lease_until__lt=now).order_by("lease_until", "due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            found = found.select_for_update(skip_locked=True)
        orphans = list(found[:5000])
        firsts = {message.lease_until: message.pk for message in reversed(orphans)}
        handed = Message.objects.filter(state__in=[S.HANDING, S.UNCERTAIN], lease_until__in=list(firsts))
        begun = {pk for lease, pk in firsts.items() if lease not in set(handed.values_list("lease_until", flat=True))}
        rest = Message.objects.filter(pk__in=[message.pk for message in orphans if message.pk not in begun])
        rest.update(state=S.DUE, lease_until=None, reason=Reason.STOPPED)
        for message in orphans:
            if message.pk in begun:
                _blame(message, now)


def _blame(message: Message, now: datetime) -> None:
    stops = message.stops + 1
    if stops >= MAX_STOPS:
        close(message, S.FAILED, now, Reason.STOPPED_EACH_TIME)
        return
    due_at = now + _wait(message, stops) if stops >= SUSPECT_AFTER else message.due_at
    release(message, due_at, Reason.STOPPED, stops=stops)


def _move_all(condition: Q, **changes: Any) -> None:
    """Move every row of a condition that nobody holds locked: a frozen worker keeps its own, and no other waits."""
    found = Message.objects.filter(condition)
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            keys = list(found.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:5000])
            found = found.filter(pk__in=keys)
        found.update(**changes)


def reconcile(now: datetime, channel: Channel) -> None:
    """Ask the channel about hand-overs whose end nobody saw, and settle what it knows, either way.

    "It did not happen" counts only once the settle time is over: until then a frozen worker might
    still speak the final dot. What must arrive does not wait for that.
    """
    recent = Q(handed_at__gt=now - ASK_FOR) | Q(handed_at=None)
    open_ends = Message.objects.filter(recent, state=S.UNCERTAIN)
    if not channel.can_be_asked:
        open_ends = open_ends.filter(urgency=Urgency.AT_ONCE)
    messages = list(open_ends.order_by("handed_at")[:ASK_ABOUT])
    handed = {message.message_id: message.handed_at for message in messages if message.handed_at}
    known = channel.arrivals(handed) if handed else {}
    for message in messages:
        settle(message, now, known.get(message.message_id), channel.settle_time)


def settle(message: Message, now: datetime, has_arrived: bool | None, settle_time: timedelta) -> bool:
    """Decide about a hand-over whose end nobody saw: never sent twice blindly, except what must arrive."""
    if has_arrived:
        return close(message, S.SENT, now, Reason.RELAY_HAS_IT)
    if message.urgency == Urgency.AT_ONCE:
        return _send_twice(message, now)
    if has_arrived is False and message.handed_at and now >= message.handed_at + settle_time:
        return try_later(message, now, Reason.DID_NOT_HAPPEN, tried_at=message.handed_at)
    return leave_uncertain(message, Reason.CUT_OFF)


def _send_twice(message: Message, now: datetime) -> bool:
    """What must arrive goes out again, but not without end: each time may be one copy more."""
    stops = message.stops + 1
    if stops >= MAX_STOPS:
        return close(message, S.FAILED, now, Reason.SENT_TWICE)
    return release(message, now + _wait(message, stops), Reason.SENT_TWICE, stops=stops)
