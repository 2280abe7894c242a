"""Reads of the ledger."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState
from schemes.permissions import within_reach
from schemes.roles import Capability


def messages_visible_to(user: Any, today: date) -> QuerySet[Message]:
    """The messages of the cohorts in a person's reach: letter, state and time, never the words."""
    reach = within_reach(
        user,
        Capability.SEE_MESSAGES,
        today,
        scheme="cohort__scheme",
        unit="recipient__participations__programme__unit",
    )
    return Message.objects.filter(pk__in=Message.objects.filter(reach & Q(cohort__isnull=False)).values("pk"))


def failed_messages_visible_to(user: Any, today: date) -> QuerySet[Message]:
    """Those that did not arrive, or may not have."""
    return messages_visible_to(user, today).filter(state__in=[MessageState.FAILED, MessageState.UNCERTAIN])
