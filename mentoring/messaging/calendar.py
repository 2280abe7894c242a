"""When a nudge may be sent, in the institution's local time (R69)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Institution
from schemes.models import Cohort
from schemes.policy import Policy
from schemes.rules import next_open
from schemes.selectors import quiet_spans


def next_opening(moment: datetime, *, institution: Institution | None, cohort: Cohort | None) -> datetime:
    """The first moment, not before ``moment``, outside quiet hours, exams and closures; in UTC.

    Hours are local to the institution. Without a cohort they are a policy's defaults.
    """
    policy = cohort.policy if cohort else Policy()
    opening = next_open(
        moment.astimezone(zone_of(institution)),
        periods=quiet_spans(cohort) if cohort else [],
        from_hour=policy.quiet_from_hour,
        until_hour=policy.quiet_until_hour,
    )
    return opening.astimezone(UTC)


def zone_of(institution: Institution | None) -> ZoneInfo:
    """An institution's time zone."""
    return institution.zone if institution else ZoneInfo(timezone.get_default_timezone_name())
