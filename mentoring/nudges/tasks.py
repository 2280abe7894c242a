"""Beat says "look now"; what is owed is decided from the database alone."""

from celery import shared_task
from django.utils import timezone

from mentoring.nudges.selectors import running_cohorts
from mentoring.nudges.services import owe_nudges


@shared_task(name="nudges.decide", ignore_result=True)
def decide() -> None:
    """Owe today's nudges in every running cohort."""
    now = timezone.now()
    for cohort in running_cohorts(timezone.localdate(now)):
        owe_nudges(cohort=cohort, now=now)
