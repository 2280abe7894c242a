"""Raising a concern and looking after it. Words are added, never changed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record
from mentoring.concerns.models import Concern, ConcernEntry
from mentoring.concerns.permissions import has_safeguarding_lead
from mentoring.concerns.rules import must_go_further
from mentoring.concerns.selectors import (
    Subject,
    administrators_to_tell,
    alert_states,
    next_after,
    open_concerns,
    readers_of,
    unit_raised_in,
)
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
            "without_lead": not has_safeguarding_lead(cohort.scheme, today),
        },
    )
    if concern.raised_by_id != by.pk:
        raise WrongState
    if is_new:
        record(verb="concern raised", obj=concern, by=by, now=now, fields=["kind"], scheme_id=cohort.scheme_id)
        _alert_at_first(concern, now)
    return concern


def _alert_at_first(concern: Concern, now: datetime) -> None:
    """Alert who reads it. Where others stand in, every administrator hears first; where nobody reads it, the next."""
    today = timezone.localdate(now)
    if concern.without_lead:
        _alert(concern, "concerns.unled", administrators_to_tell(concern), now)
    found = readers_of(concern, today)
    _alert(concern, "concerns.alert", found, now)
    if not found:
        _alert(concern, "concerns.untaken", next_after(concern, today), now)


def _alert(concern: Concern, letter: str, people: Iterable[User], now: datetime) -> int:
    """Owe the letter to each, once for a concern; how many had none yet."""
    owed = [
        owe(
            letter=letter,
            recipient=person,
            occasion=f"concern-{concern.pk}",
            about=concern,
            cohort=concern.cohort,
            now=now,
        )
        for person in people
    ]
    return sum(message is not None and message.created_at == now for message in owed)


@transaction.atomic
def pass_on_untaken(*, now: datetime) -> int:
    """Alert who has come to read open concerns, and the next person about those that must go further.

    How many alerts that were. The next person is told that one waits and whom to reach, nothing else.
    """
    today, count = timezone.localdate(now), 0
    for concern in open_concerns():
        new = _alert(concern, "concerns.alert", readers_of(concern, today), now)
        if must_go_further(raised_at=concern.raised_at, now=now, alerts=alert_states(concern)):
            new += _alert(concern, "concerns.untaken", next_after(concern, today), now)
        if new:
            record(verb="concern passed on", obj=concern, by=None, now=now, scheme_id=concern.cohort.scheme_id)
        count += new
    return count


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
    """Close a concern that was looked after; it can be taken up again.

    Raises ``WrongState`` while nothing is written down of what was done.
    """
    if concern.state == ConcernState.TAKEN and not concern.entries.exists():
        raise WrongState(_("Write down first what was done, or why nothing had to be."))
    move(
        concern,
        ConcernState.CLOSED,
        lifecycle=CONCERN,
        by=by,
        now=now,
        scheme_id=concern.cohort.scheme_id,
        closed_at=now,
    )
