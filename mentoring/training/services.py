"""Ticking what a session covered, and vouching for training that took place elsewhere."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.events.models import Event
from mentoring.events.states import EventKind
from mentoring.participation.models import Participant
from mentoring.training.models import CoveredTopic, TrainedElsewhere
from mentoring.training.permissions import can_vouch_for
from mentoring.training.topics import topics_to_tick


@transaction.atomic
def tick_topics(*, event: Event, topics: Iterable[str], by: User, now: datetime) -> None:
    """Say what a training session covered: exactly these topics. Saying it twice changes nothing.

    Raises ``WrongState`` for an event that is no training or has not begun.
    """
    _hold_tickable(event, now)
    Event.objects.select_for_update().get(pk=event.pk)
    known = set(topics_to_tick(event.cohort.policy.training_topics))
    wanted = known & set(topics)
    before = set(CoveredTopic.objects.filter(event=event).values_list("topic", flat=True))
    if wanted == before:
        return
    CoveredTopic.objects.filter(event=event, topic__in=before - wanted).delete()
    CoveredTopic.objects.bulk_create(
        CoveredTopic(event=event, topic=topic, ticked_by=by, ticked_at=now) for topic in sorted(wanted - before)
    )
    scheme_id = event.cohort.scheme_id
    record(verb="topics ticked", obj=event, by=by, now=now, fields=["covered_topics"], scheme_id=scheme_id)


def _hold_tickable(event: Event, now: datetime) -> None:
    if event.kind != EventKind.TRAINING or event.is_cancelled:
        raise WrongState(_("Only a training session that takes place covers topics."))
    if timezone.localdate(event.starts_at) > timezone.localdate(now):
        raise WrongState(_("Tick what was covered when the session has taken place."))


@transaction.atomic
def mark_trained_elsewhere(*, mentors: Iterable[Participant], where: str, by: User, now: datetime) -> int:
    """Vouch that mentors were trained elsewhere; how many were new. Saying it twice changes nothing.

    Raises ``NotAllowed`` when one of them is not in the actor's unit.
    """
    found = list(mentors)
    if not all(mentor.is_mentor and can_vouch_for(by, mentor, timezone.localdate(now)) for mentor in found):
        raise NotAllowed(_("You vouch for mentors of your own unit."))
    new = 0
    for mentor in found:
        said = {"where": where, "vouched_by": by, "vouched_at": now}
        row, is_new = TrainedElsewhere.objects.get_or_create(participant=mentor, defaults=said)
        if not is_new:
            continue
        new += 1
        scheme_id = mentor.cohort.scheme_id
        record(verb="vouched as trained", obj=row, by=by, now=now, fields=["where"], scheme_id=scheme_id)
    return new


@transaction.atomic
def take_back_vouching(*, vouched_at: datetime, by: User, now: datetime) -> int:
    """Undo one's own vouching of a moment; how many it was. Twice is harmless."""
    rows = TrainedElsewhere.objects.filter(vouched_at=vouched_at, vouched_by=by)
    found = list(rows.select_related("participant__cohort"))
    for row in found:
        scheme_id = row.participant.cohort.scheme_id
        record(verb="vouching taken back", obj=row, by=by, now=now, fields=["where"], scheme_id=scheme_id)
    rows.delete()
    return len(found)
