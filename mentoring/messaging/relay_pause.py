"""While the relay is away one message knocks every half minute, whoever has work; the others wait.

The pause is a row, so it holds for every worker: an outage costs no attempt and makes no storm.
"""

from datetime import datetime, timedelta

from mentoring.messaging.models import RelayPause

REST = timedelta(seconds=30)


def standing_pause() -> RelayPause | None:
    """The pause that stands; ``None`` while the relay answers."""
    return RelayPause.objects.first()


def may_knock(now: datetime, *, pause: RelayPause | None) -> bool:
    """Whether this worker may try the relay: always without a pause, else as the one of this half minute."""
    if pause is None:
        return True
    return RelayPause.objects.filter(pk=pause.pk, until__lte=now).update(until=now + REST) == 1


def relay_away(now: datetime, reason: str) -> None:
    """The relay did not answer: rest from now on."""
    RelayPause.objects.update_or_create(
        pk=1,
        defaults={"until": now + REST, "reason": reason[:200]},
        create_defaults={"since": now, "until": now + REST, "reason": reason[:200]},
    )


def relay_back() -> None:
    """The relay answered: everybody goes on."""
    RelayPause.objects.all().delete()
