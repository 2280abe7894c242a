"""Raising a concern and looking after it. Words are added, never changed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import WrongState, record
from mentoring.concerns.models import Concern, ConcernEntry
from mentoring.concerns.selectors import Subject, readers_besides, unit_raised_in
from mentoring.concerns.states import CONCERN, ConcernState
from mentoring.lib.lifecycle import move
from mentoring.messaging.services import owe
from schemes.models import Cohort


@transaction.atomic
def raise_concern(
    *, cohort: Cohort, kind: str, text: str, subject: Subject | None, form_key: UUID, by: User, now: datetime
) -> Concern:
    """Raise a concern and alert its readers at once (R82). The same form sent twice is one concern."""
    today = timezone.localdate(now)
    unit = unit_raised_in(by, cohort, today)
    concern, is_new = Concern.objects.get_or_create(
        form_key=form_key,
        defaults={
            "cohort": cohort,
            "unit": unit,
            "kind": kind,
            "text": text,
            "about": subject.participant if subject else None,
            "about_staff": subject.staff if subject else None,
            "raised_by": by,
            "raised_at": now,
        },
    )
    if concern.raised_by_id != by.pk:
        raise WrongState
    if is_new:
        record(verb="concern raised", obj=concern, by=by, now=now, fields=["kind"], scheme_id=cohort.scheme_id)
        for reader in readers_besides(cohort, unit, today, subject=subject):
            owe(
                letter="concerns.alert",
                recipient=reader,
                occasion=f"concern-{concern.pk}",
                about=concern,
                cohort=cohort,
                now=now,
            )
    return concern


def note_view(*, concern: Concern, by: User, now: datetime) -> None:
    """Every look at a concern is on the trail."""
    record(verb="concern read", obj=concern, by=by, now=now, scheme_id=concern.cohort.scheme_id)


def take(*, concern: Concern, by: User, now: datetime) -> None:
    """Look after a concern; the one who raised it sees that somebody does."""
    move(
        concern,
        ConcernState.TAKEN,
        lifecycle=CONCERN,
        by=by,
        now=now,
        scheme_id=concern.cohort.scheme_id,
        owner=by,
        taken_at=now,
        closed_at=None,
    )


@transaction.atomic
def add_entry(*, concern: Concern, text: str, by: User, now: datetime) -> ConcernEntry:
    """Add what was done. Entries are not changed afterwards."""
    if concern.state == ConcernState.OPEN:
        take(concern=concern, by=by, now=now)
    entry = ConcernEntry.objects.create(concern=concern, text=text, written_by=by, written_at=now)
    record(verb="concern entry added", obj=concern, by=by, now=now, scheme_id=concern.cohort.scheme_id)
    return entry


def close(*, concern: Concern, by: User, now: datetime) -> None:
    """Close a concern that was looked after; it can be taken up again."""
    move(
        concern,
        ConcernState.CLOSED,
        lifecycle=CONCERN,
        by=by,
        now=now,
        scheme_id=concern.cohort.scheme_id,
        closed_at=now,
    )
