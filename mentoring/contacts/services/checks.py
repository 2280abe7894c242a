"""Two answers half-way: is it often enough, and does it work (R77)?"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import WrongState, record
from mentoring.contacts.models import CheckIn
from mentoring.contacts.selectors import is_in_a_pair
from mentoring.participation.models import Participant


@transaction.atomic
def check_in(*, participant: Participant, often: str, works: str, by: User | None, now: datetime) -> CheckIn:
    """Keep a participant's two answers; a later answer takes the place of the one before.

    ``by`` is ``None`` for the holder of a signed link. Raises ``WrongState`` for somebody who stopped, or who is in no
    pair any more.
    """
    if not is_in_a_pair(participant):
        raise WrongState
    kept, is_new = CheckIn.objects.get_or_create(
        participant=participant, defaults={"often": often, "works": works, "answered_at": now}
    )
    if not is_new and (kept.often, kept.works) == (often, works):
        return kept
    kept.often, kept.works, kept.answered_at = often, works, now
    kept.save(update_fields=["often", "works", "answered_at"])
    scheme_id = participant.cohort.scheme_id
    record(verb="half-way answered", obj=kept, by=by, now=now, fields=["often", "works"], scheme_id=scheme_id)
    return kept
