"""Work that beat asks for."""

from celery import shared_task
from django.utils import timezone

from mentoring.credentials.services import carry_out_due


@shared_task(name="credentials.sweep")
def sweep() -> int:
    """Carry out changes to accounts whose day is over; twice changes nothing."""
    return carry_out_due(now=timezone.now())
