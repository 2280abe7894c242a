"""Beat says "look now": what has lapsed closes, who is due is told, what was sealed long enough goes."""

from celery import shared_task
from django.utils import timezone

from mentoring.confidences.services.disclosures import close_lapsed
from mentoring.confidences.services.notes import delete_sealed


@shared_task(name="confidences.sweep", ignore_result=True)
def sweep() -> None:
    """Repeating it changes nothing."""
    now = timezone.now()
    close_lapsed(now=now)
    delete_sealed(now=now)
