"""Opening confidences in an emergency, and what must follow: alert, log, telling the subject, review."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record, record_each
from mentoring.lib.lifecycle import move
from mentoring.lib.reasons import is_sentence
from mentoring.messaging.services import owe, owe_to_address
from mentoring.safeguarding.models import Opening
from mentoring.safeguarding.permissions import can_review, schemes_to_open_in
from mentoring.safeguarding.rules import (
    LONGEST_DELAY,
    OPEN_FOR,
    Asked,
    is_open,
    missing,
    must_be_told,
    review_due,
)
from mentoring.safeguarding.selectors import READ, overdue_reviews, to_alert, to_escalate, untold
from mentoring.safeguarding.sources import Confidence
from mentoring.safeguarding.states import BREAK_GLASS, Category, ReviewState
from schemes.models import Scheme

ALERT = "safeguarding.opened"
TOLD = "safeguarding.told"
LATE = "safeguarding.review-late"
LETTER_LIVES = timedelta(days=7)


@transaction.atomic
def open_confidences(
    *,
    scheme: Scheme,
    subject: User,
    category: str,
    reason: str,
    proved_at: datetime | None,
    form_key: UUID,
    by: User,
    now: datetime,
) -> Opening:
    """Open one person's confidences for an hour, to who asks alone. Nobody's leave is needed; others hear at once.

    The same form twice is one opening. Raises ``NotAllowed`` when a condition is not met.
    """
    today = timezone.localdate(now)
    asked = Asked(
        has_grant=scheme.pk in schemes_to_open_in(by, today),
        proved_at=proved_at,
        subjects=[subject.pk],
        own_key=by.pk,
        category=category,
        reason=reason,
    )
    if missing(asked, now, Category.values):
        raise NotAllowed
    opening, is_new = Opening.objects.get_or_create(
        form_key=form_key,
        defaults={
            "scheme": scheme,
            "subject": subject,
            "opened_by": by,
            "category": category,
            "reason": reason.strip(),
            "opened_at": now,
            "ends_at": now + OPEN_FOR,
            "review_due_on": review_due(today),
        },
    )
    if opening.opened_by_id != by.pk or opening.subject_id != subject.pk:
        raise NotAllowed
    if is_new:
        fields = ["subject", "category", "reason"]
        record(verb="break-glass opened", obj=opening, by=by, now=now, fields=fields, scheme_id=scheme.pk)
        _tell(opening, ALERT, to_alert(opening, today), now)
    return opening


def _tell(opening: Opening, letter: str, people: Iterable[User], now: datetime) -> None:
    """Owe a letter to people and to the data-protection officer, where the university has named an address."""
    occasion = f"opening-{opening.pk}"
    for person in people:
        owe(letter=letter, recipient=person, occasion=occasion, now=now, about=opening)
    officer = opening.scheme.unit.institution.officer_email
    if officer:
        owe_to_address(
            letter=letter, address=officer, occasion=occasion, now=now, expires_at=now + LETTER_LIVES, about=opening
        )


@transaction.atomic
def note_reading(*, opening: Opening, confidences: Iterable[Confidence], by: User, now: datetime) -> None:
    """Put on the trail what is about to be shown: with the opening, and with each thing itself."""
    if not is_open(opened_at=opening.opened_at, ends_at=opening.ends_at, now=now) or opening.opened_by_id != by.pk:
        raise NotAllowed
    shown = list(confidences)
    names = [each.name for each in shown]
    record(verb=READ, obj=opening, by=by, now=now, fields=names, scheme_id=opening.scheme_id)
    record_each(verb=READ, objs=[each.row for each in shown], by=by, now=now, scheme_id=opening.scheme_id)


@transaction.atomic
def end_early(*, opening: Opening, by: User, now: datetime) -> None:
    """Close what was opened before its hour is over; doing so again changes nothing."""
    if opening.opened_by_id != by.pk:
        raise NotAllowed
    if Opening.objects.filter(pk=opening.pk, ends_at__gt=now).update(ends_at=now):
        record(verb="break-glass ended", obj=opening, by=by, now=now, fields=["ends_at"], scheme_id=opening.scheme_id)


def review(*, opening: Opening, outcome: str, finding: str, by: User, now: datetime) -> None:
    """Somebody else says what it came to. Raises ``NotAllowed``, ``WrongState``."""
    if not can_review(by, opening):
        raise NotAllowed
    changes = {"outcome": outcome, "finding": finding.strip(), "reviewed_by": by, "reviewed_at": now}
    move(
        opening, ReviewState.REVIEWED, lifecycle=BREAK_GLASS, by=by, now=now, scheme_id=opening.scheme_id, **changes
    )  # fmt: skip


@transaction.atomic
def tell_subject(*, opening: Opening, by: User | None, now: datetime) -> bool:
    """Tell the person that something about them was opened; once. Whether this call did."""
    if not Opening.objects.filter(pk=opening.pk, told_at=None).update(told_at=now):
        return False
    opening.told_at = now
    owe(letter=TOLD, recipient=opening.subject, occasion=f"opening-{opening.pk}", now=now, about=opening)
    record(verb="break-glass told", obj=opening, by=by, now=now, fields=["told_at"], scheme_id=opening.scheme_id)
    return True


@transaction.atomic
def delay_telling(*, opening: Opening, until: date, reason: str, by: User, now: datetime) -> None:
    """Tell the person later, for a reason. Raises ``WrongState`` once they know, or for a day that is none."""
    today = timezone.localdate(now)
    if not today < until <= today + timedelta(days=LONGEST_DELAY) or not is_sentence(reason):
        raise WrongState(_("Say until when, at most %(days)d days from now, and why.") % {"days": LONGEST_DELAY})
    changed = Opening.objects.filter(pk=opening.pk, told_at=None)
    # An encrypted value is written by save(), or by update() with the text itself: both pass through the field.
    if not changed.update(delayed_until=until, delay_reason=reason.strip(), delayed_by=by):
        raise WrongState(_("The person has been told already."))
    fields = ["delayed_until", "delay_reason"]
    record(verb="break-glass telling delayed", obj=opening, by=by, now=now, fields=fields, scheme_id=opening.scheme_id)


def tell_due_subjects(*, now: datetime) -> int:
    """Tell everybody whose time has come; how many."""
    today = timezone.localdate(now)
    due = [
        each
        for each in untold()
        if must_be_told(opened_at=each.opened_at, delayed_until=each.delayed_until, now=now, today=today)
    ]
    return sum(tell_subject(opening=each, by=None, now=now) for each in due)


def escalate_late_reviews(*, now: datetime) -> int:
    """Say of each late review, once, that it is late: to who can close it, the lead, administrators and officer."""
    today, count = timezone.localdate(now), 0
    for opening in overdue_reviews(today):
        with transaction.atomic():
            if not Opening.objects.filter(pk=opening.pk, escalated_at=None).update(escalated_at=now):
                continue
            _tell(opening, LATE, to_escalate(opening, today), now)
            scheme_id = opening.scheme_id
            record(
                verb="break-glass review late",
                obj=opening,
                by=None,
                now=now,
                fields=["escalated_at"],
                scheme_id=scheme_id,
            )
            count += 1
    return count
