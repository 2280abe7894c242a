"""Beat says "look now"; whether it is Monday is asked of the clock."""

from celery import shared_task
from django.utils import timezone

from mentoring.console.services import owe_mondays_letter
from mentoring.nudges.selectors import running_cohorts


@shared_task(name="console.monday", ignore_result=True)
def monday() -> None:
    """Owe Monday's letter in every running cohort."""
    now = timezone.now()
    for cohort in running_cohorts(timezone.localdate(now)):
        owe_mondays_letter(cohort=cohort, now=now)
