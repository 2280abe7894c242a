"""Celery tasks of this app: thin, idempotent, and only ever a reason to look at the database."""

from celery import shared_task
from django.db.models import QuerySet
from django.utils import timezone

from mentoring.participation.models import StudentImport
from mentoring.participation.services import end_pauses, forget_wishes
from mentoring.participation.services.import_work import work_on
from mentoring.participation.services.imports import RESTS, forget_old


@shared_task(name="participation.work", ignore_result=True)
def work(pk: int) -> None:
    """Check or apply one import, if no other worker has it."""
    if claimed := StudentImport.claim(pk, timezone.now()):
        work_on(student_import=claimed, clock=timezone.now)


@shared_task(name="participation.sweep", ignore_result=True)
def sweep() -> None:
    """Continue imports whose worker died or was never told, end pauses, delete what is kept too long."""
    now = timezone.now()
    StudentImport.park_worn_out(now)
    waiting: QuerySet[StudentImport] = StudentImport.claimable(now).filter(state__in=RESTS)
    for pk in waiting.values_list("pk", flat=True):
        work(pk)
    end_pauses(now=now)
    forget_old(now=now)
    forget_wishes(now=now)
