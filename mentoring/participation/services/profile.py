"""What participants say about themselves, and what of it their match may see (R37)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import record
from mentoring.participation.models import Participant, ProfileFact


@transaction.atomic
def save_profile(
    *,
    participant: Participant,
    hello: str,
    facts: Iterable[tuple[str, str]],
    shown: Collection[str],
    by: User,
    now: datetime,
) -> Participant:
    """Keep a participant's own words and facts.

    ``facts`` are (kind, value) pairs; ``shown`` are the kinds that their match may see, none by default.
    """
    participant.hello = hello.strip()
    participant.save(update_fields=["hello"])
    wanted = dict.fromkeys((kind, value.strip()) for kind, value in facts if value.strip())
    participant.facts.all().delete()
    ProfileFact.objects.bulk_create(
        ProfileFact(participant=participant, kind=kind, value=value, is_shown=kind in shown) for kind, value in wanted
    )
    record(
        verb="profile saved",
        obj=participant,
        by=by,
        now=now,
        fields=["hello", "facts"],
        scheme_id=participant.cohort.scheme_id,
    )
    return participant
