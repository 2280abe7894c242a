"""Beat says "look now"; what is owed is decided from the database alone."""

from celery import shared_task
from django.utils import timezone

from mentoring.nudges.selectors import running_cohorts
from mentoring.nudges.services import ask_forecast_if_due, owe_nudges, sweep_forecasts, work_forecast


@shared_task(name="nudges.decide", ignore_result=True)
def decide() -> None:
    """Owe today's nudges in every running cohort, and have it worked out what is to follow."""
    now = timezone.now()
    for cohort in running_cohorts(timezone.localdate(now)):
        owe_nudges(cohort=cohort, now=now)
        ask_forecast_if_due(cohort=cohort, now=now)


@shared_task(name="nudges.foresee", ignore_result=True)
def foresee(pk: int) -> None:
    """Work out one forecast, if nobody else does."""
    work_forecast(pk, timezone.now)


@shared_task(name="nudges.sweep", ignore_result=True)
def sweep() -> None:
    """Work out the forecasts that wait, and park those tried too often."""
    sweep_forecasts(timezone.now)
