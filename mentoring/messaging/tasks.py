"""Celery tasks: thin, idempotent, and never the only chance of a message."""

from celery import shared_task
from django.utils import timezone

from mentoring.messaging import delivery
from mentoring.messaging.channels import open_channel
from mentoring.messaging.services import poke


@shared_task(name="messaging.send", ignore_result=True)
def send(pk: int) -> None:
    """Deliver one message that cannot wait its turn."""
    delivery.send(pk, clock=timezone.now, channel=open_channel())


@shared_task(name="messaging.sweep", ignore_result=True)
def sweep() -> None:
    """Deliver what is due; when there is more than one turn's work, ask for another."""
    if delivery.sweep(clock=timezone.now, channel=open_channel()):
        poke(sweep)
