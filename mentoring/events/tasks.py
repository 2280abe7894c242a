"""Work that beat asks for."""

from celery import shared_task
from django.utils import timezone

from mentoring.events.services import fill_free_places


@shared_task(name="events.sweep")
def sweep() -> int:
    """Offer places that were freed by people leaving the scheme; twice changes nothing."""
    return fill_free_places(now=timezone.now())
