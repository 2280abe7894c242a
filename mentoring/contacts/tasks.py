"""Beat says "look now": meetings to ask about, and questions that have waited too long."""

from celery import shared_task
from django.utils import timezone

from mentoring.contacts.selectors.meetings import meetings_to_ask_about
from mentoring.contacts.selectors.questions import open_masked, open_questions
from mentoring.contacts.services import ask_about, ask_to_step_in, forget_masked
from mentoring.messaging.calendar import next_opening


@shared_task(name="contacts.sweep", ignore_result=True)
def sweep() -> None:
    """In waking hours, ask about yesterday's meetings and pass on what waits. Repeating it changes nothing."""
    now = timezone.now()
    forget_masked(now=now)
    for invitation in meetings_to_ask_about(now):
        ask_about(invitation=invitation, now=now)
    if next_opening(now, institution=None, cohort=None) > now:
        return
    for reply in open_questions(now):
        ask_to_step_in(question=reply, now=now)
    for masked in open_masked(now):
        ask_to_step_in(question=masked, now=now)
