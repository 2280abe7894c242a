"""Writing to many: a draft, a count that is typed, a second person above 500, ten minutes to stop it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.announcements.models import Announcement
from mentoring.announcements.permissions import can_decide, can_see, reach_of
from mentoring.announcements.rules import HOLD, needs_second_person
from mentoring.announcements.selectors import released_lately, users_of
from mentoring.announcements.states import ANNOUNCEMENT, AnnouncementState
from mentoring.lib.lifecycle import move
from mentoring.messaging.calendar import next_opening
from mentoring.messaging.services import call_off, owe_each
from mentoring.messaging.states import Reason
from mentoring.participation.models import Participant
from schemes.models import Cohort, Programme

LETTER = "announcements.note"
S = AnnouncementState


@transaction.atomic
def write(
    *,
    cohort: Cohort,
    audience: str,
    programme: Programme | None,
    subject: str,
    text: str,
    chosen: Iterable[Participant] = (),
    by: User,
    now: datetime,
) -> Announcement:
    """Keep a draft; nobody is written to. ``chosen`` is for the audience of that name. Raises ``NotAllowed``."""
    unit = reach_of(by, cohort, timezone.localdate(now))
    if unit is None:
        raise NotAllowed
    announcement = Announcement.objects.create(
        cohort=cohort,
        unit=unit,
        author=by,
        audience=audience,
        programme=programme,
        subject=subject,
        text=text,
        written_at=now,
    )
    announcement.chosen.set(chosen)
    fields = ["audience", "programme", "chosen", "subject", "text"]
    record(verb="announcement written", obj=announcement, by=by, now=now, fields=fields, scheme_id=cohort.scheme_id)
    return announcement


@transaction.atomic
def confirm(*, announcement: Announcement, count: int, by: User, now: datetime) -> Announcement:
    """Its author agrees to a number of recipients: it goes out in ten minutes, or waits for a second person.

    Raises ``NotAllowed`` for anybody else, and ``WrongState`` when the number is not the one it is now.
    """
    if announcement.author_id != by.pk or not can_see(by, announcement, timezone.localdate(now)):
        raise NotAllowed
    User.objects.select_for_update().get(pk=by.pk)  # two confirmed in one moment are counted one after the other
    _hold_count(announcement, count)
    if needs_second_person(count, lately=released_lately(by, now)):
        _move(announcement, S.WAITING, by, now, count=count, confirmed_at=now)
    else:
        _release(announcement, count, by, now, confirmed_at=now)
    return announcement


@transaction.atomic
def approve(*, announcement: Announcement, count: int, by: User, now: datetime) -> Announcement:
    """A second person agrees to the same number. Raises ``NotAllowed``, ``WrongState``."""
    if not can_decide(by, announcement, timezone.localdate(now)):
        raise NotAllowed
    if announcement.state != S.WAITING:
        raise WrongState(_("It does not wait for anybody."))
    _hold_count(announcement, count)
    _release(announcement, count, by, now, decided_by=by, decided_at=now)
    return announcement


@transaction.atomic
def decline(*, announcement: Announcement, by: User, now: datetime) -> None:
    """It is not sent: the second person says no, or its author takes it back. Raises ``NotAllowed``, ``WrongState``."""
    if not can_see(by, announcement, timezone.localdate(now)):
        raise NotAllowed
    decided = {} if announcement.author_id == by.pk else {"decided_by": by, "decided_at": now}
    _move(announcement, S.DECLINED, by, now, **decided)


@transaction.atomic
def stop(*, announcement: Announcement, by: User, now: datetime) -> int:
    """Stop it: whatever has not reached the relay is called off; how many that were.

    Anybody who could have written it may stop it. Raises ``NotAllowed``, ``WrongState``.
    """
    if not can_see(by, announcement, timezone.localdate(now)):
        raise NotAllowed
    _move(announcement, S.STOPPED, by, now, stopped_by=by, stopped_at=now)
    return call_off(about=announcement, now=now, reason=Reason.STOPPED_BY_SENDER)


def _hold_count(announcement: Announcement, count: int) -> None:
    found = users_of(announcement).count()
    if found != count or not count:
        raise WrongState(_("It would go to %(count)s people now. Look again, and type that number.") % {"count": found})


def _release(announcement: Announcement, count: int, by: User, now: datetime, **changes: object) -> None:
    cohort = announcement.cohort
    send_at = next_opening(now + HOLD, institution=cohort.scheme.unit.institution, cohort=cohort)
    _move(announcement, S.RELEASED, by, now, count=count, released_at=now, send_at=send_at, **changes)
    owe_each(
        letter=LETTER,
        recipients=users_of(announcement),
        occasion=f"announcement-{announcement.pk}",
        now=now,
        cohort=cohort,
        about=announcement,
        due_at=send_at,
    )


def _move(announcement: Announcement, to: str, by: User, now: datetime, **changes: object) -> None:
    scheme_id = announcement.cohort.scheme_id
    move(announcement, to, lifecycle=ANNOUNCEMENT, by=by, now=now, scheme_id=scheme_id, **changes)
