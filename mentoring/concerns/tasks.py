"""Work that beat asks for."""

from celery import shared_task
from django.utils import timezone

from mentoring.concerns.services import pass_on_untaken


@shared_task(name="concerns.sweep")
def sweep() -> int:
    """Concerns that nobody has taken reach the next person; twice changes nothing."""
    return pass_on_untaken(now=timezone.now())
