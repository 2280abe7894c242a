"""Celery tasks: thin, idempotent, and never the only chance of a message."""

from threading import BoundedSemaphore

from celery import shared_task
from django.utils import timezone

from mentoring.messaging import delivery
from mentoring.messaging.channels import open_channel
from mentoring.messaging.services import poke

SENDERS = 2  # in one worker: a backlog leaves threads for what cannot wait
SWEEPS = BoundedSemaphore(SENDERS)


@shared_task(name="messaging.send", ignore_result=True)
def send(pk: int) -> None:
    """Deliver one message that cannot wait its turn."""
    delivery.send(pk, clock=timezone.now, channel=open_channel())


@shared_task(name="messaging.sweep", ignore_result=True)
def sweep() -> bool:
    """Deliver what is due; when there is more than one turn's work, ask for another and say so."""
    if not SWEEPS.acquire(blocking=False):
        return False
    try:
        has_more = delivery.sweep(clock=timezone.now, channel=open_channel())
    finally:
        SWEEPS.release()
    if has_more:
        poke(sweep)
    return has_more
