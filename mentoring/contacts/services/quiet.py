"""A mentor asks for help with a quiet mentee; somebody looks at it (R78)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.contacts.models import QuietReport
from mentoring.contacts.permissions import can_help_with
from mentoring.contacts.states import Tried
from mentoring.matching.models import Match
from mentoring.matching.states import KNOWN


@transaction.atomic
def report_quiet(*, match: Match, tried: Iterable[str], cause: str, wish: str, by: User, now: datetime) -> QuietReport:
    """Say that one's mentee has gone quiet; saying it again while it is open changes nothing.

    Raises ``NotAllowed`` for anybody but the mentor, ``WrongState`` when the match is over.
    """
    if match.mentor.user_id != by.pk:
        raise NotAllowed
    match = Match.objects.select_for_update(of=("self",)).with_people().get(pk=match.pk)
    if match.state not in KNOWN:
        raise WrongState(_("This match has ended already."))
    if waiting := match.quiet_reports.filter(closed_at=None).first():
        return waiting
    told = {"tried": [way for way in Tried.values if way in set(tried)], "cause": cause, "wish": wish}
    made = QuietReport.objects.create(match=match, told=told, reported_at=now)
    record(verb="quiet mentee reported", obj=made, by=by, now=now, fields=["told"], scheme_id=match.cohort.scheme_id)
    return made


@transaction.atomic
def close_quiet(*, match: Match, by: User, now: datetime) -> None:
    """It was looked at, or the mentor takes it back; doing so again changes nothing. Raises ``NotAllowed``."""
    if match.mentor.user_id != by.pk and not can_help_with(by, match, timezone.localdate(now)):
        raise NotAllowed
    for report in match.quiet_reports.select_for_update().filter(closed_at=None):
        report.closed_at, report.closed_by = now, by
        report.save(update_fields=["closed_at", "closed_by"])
        scheme_id = match.cohort.scheme_id
        record(verb="quiet report closed", obj=report, by=by, now=now, fields=["closed_at"], scheme_id=scheme_id)
