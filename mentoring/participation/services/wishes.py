"""What people wish in matching. It rests on explicit consent and goes when that is taken back (R32 to R35)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent, User
from accounts.services import WrongState, give_consent, record, withdraw_consent
from mentoring.participation import consents
from mentoring.participation.models import Participant, Wishes
from mentoring.participation.rules import least_told

KEPT_DAYS = 30  # after the cohort's last day; the registry and the page say so


@transaction.atomic
def save_wishes(
    *, participant: Participant, told: Mapping[str, Any], has_consented: bool, by: User, now: datetime
) -> Wishes | None:
    """Keep what a participant told, the least that is needed; ``None`` when that is nothing.

    ``told`` has the shape of ``Wishes.told``. Raises ``WrongState`` without consent, or when an
    exception lacks the mentor's own side of it.
    """
    policy = participant.cohort.policy
    kept = least_told(
        told,
        is_mentor=participant.is_mentor,
        asked=policy.ask_wishes,
        exceptions=policy.mentor_exceptions,
    )
    _mark_asked(participant, by, now)
    if not kept:
        withdraw_wishes(participant=participant, by=by, now=now)
        return None
    if not has_consented:
        raise WrongState(_("Tick the box to agree, or choose “No preference” throughout."))
    if missing := set(kept["exceptions"]) - set(kept["own"]):
        raise WrongState(_("Tell your own answer for: %(what)s.") % {"what": ", ".join(sorted(missing))})
    consent = give_consent(
        person=participant.user,
        kind=Consent.Kind.MATCHING_WISHES,
        text_version=consents.WISHES.version,
        now=now,
    )
    wishes, _is_new = Wishes.objects.update_or_create(
        participant=participant, defaults={"told": kept, "consent": consent, "saved_at": now}
    )
    record(
        verb="wishes saved",
        obj=wishes,
        by=by,
        now=now,
        fields=["told"],
        scheme_id=participant.cohort.scheme_id,
    )
    return wishes


def _mark_asked(participant: Participant, by: User, now: datetime) -> None:
    participant.asked_wishes_at = now
    participant.save(update_fields=["asked_wishes_at"])
    scheme_id = participant.cohort.scheme_id
    record(verb="wishes answered", obj=participant, by=by, now=now, fields=["asked_wishes_at"], scheme_id=scheme_id)


@transaction.atomic
def forget_wishes(*, now: datetime) -> int:
    """Delete what was told for matching once its cohort has been over for the days that the page promises.

    How many were deleted. For the sweep.
    """
    over = timezone.localdate(now) - timedelta(days=KEPT_DAYS)
    old = Wishes.objects.filter(participant__cohort__ends_on__lt=over).select_related("participant__cohort", "consent")
    for wishes in old:
        scheme_id = wishes.participant.cohort.scheme_id
        record(verb="wishes deleted", obj=wishes, by=None, now=now, fields=["told"], scheme_id=scheme_id)
        wishes.delete()
    return len(old)


@transaction.atomic
def withdraw_wishes(*, participant: Participant, by: User, now: datetime) -> None:
    """Take consent back: everything the person told for matching is deleted, in every cohort of theirs.

    Doing so again changes nothing. A match that was made stays.
    """
    withdraw_consent(person=participant.user, kind=Consent.Kind.MATCHING_WISHES, now=now)
    for wishes in Wishes.objects.filter(participant__user=participant.user).select_related("participant__cohort"):
        if wishes.participant.asked_wishes_at != now:
            _mark_asked(wishes.participant, by, now)
        record(
            verb="wishes deleted",
            obj=wishes,
            by=by,
            now=now,
            fields=["told"],
            scheme_id=wishes.participant.cohort.scheme_id,
        )
        wishes.delete()
