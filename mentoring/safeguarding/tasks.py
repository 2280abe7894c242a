"""Work that beat asks for."""

from celery import shared_task
from django.utils import timezone

from mentoring.safeguarding.services import (
    begin_due_grants,
    escalate_late_reviews,
    tell_appointed,
    tell_due_subjects,
    tell_of_new_readers,
    tell_replaced_leads,
)


@shared_task(name="safeguarding.sweep")
def sweep() -> int:
    """Tell whose time has come and who has a new role, say which reviews are late, carry out approved grants.

    Twice changes nothing.
    """
    now = timezone.now()
    told = tell_due_subjects(now=now) + tell_replaced_leads(now=now)
    told += tell_appointed(now=now) + tell_of_new_readers(now=now)
    return told + escalate_late_reviews(now=now) + begin_due_grants(now=now)
