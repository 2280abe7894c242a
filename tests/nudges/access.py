"""Who gets which answer at the URLs of nudges."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from mentoring.messaging.models import Message
from tests.house.access import Row, World, roles

SEE = roles("tom", "sam", "carys", "dr_lee", "mallory")
CHANGE = roles("dr_lee", "mallory")
PART = roles("tom", "sam", "carys")


def _rule(world: World) -> dict[str, Any]:
    return {"key": "first-hello"}


def _worn(world: World) -> None:
    """priya did not answer two nudges."""
    for weeks in (3, 6):
        sent_at = timezone.now() - timedelta(weeks=weeks)
        Message.objects.create(
            key=f"{world.northfield.priya.pk}/nudges.log-reminder/{weeks}", letter="nudges.log-reminder",
            recipient=world.northfield.priya, cohort=world.northfield.cohort, state="sent", due_at=sent_at,
            created_at=sent_at, message_id=f"<{weeks}@northfield.ac.uk>",
        )  # fmt: skip


def _priya(world: World) -> dict[str, Any]:
    return {"pk": world.northfield.participant("priya").pk}


ROWS = [
    Row("nudges:rules", get=SEE),
    Row("nudges:foresee", get=None, post=SEE),
    Row("nudges:switch", get=None, post=CHANGE, seen_but_refused=PART),
    Row("nudges:rule", get=SEE, post=SEE, arguments=_rule),
    Row("nudges:switch_rule", get=None, post=CHANGE, seen_but_refused=PART, arguments=_rule),
    Row("nudges:previews", get=SEE),
    Row("nudges:preview_body", get=frozenset()),
    Row("nudges:unanswered", get=SEE, prepare=_worn),
    Row("nudges:decide", get=None, post=roles("tom", "sam", "dr_lee"), arguments=_priya, prepare=_worn),
]
