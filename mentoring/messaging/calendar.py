"""When a nudge may be sent, in the institution's local time (R69)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Institution
from schemes.models import Cohort
from schemes.policy import Policy
from schemes.rules import Span, next_open
from schemes.selectors import quiet_spans


@dataclass(frozen=True)
class Hours:
    """When nudges rest: exams and closures, and the quiet hours of a day, in a time zone."""

    zone: ZoneInfo
    periods: tuple[Span, ...]
    from_hour: int
    until_hour: int

    def opening(self, moment: datetime) -> datetime:
        """The first moment, not before ``moment``, in which a nudge may be sent; in UTC."""
        opening = next_open(
            moment.astimezone(self.zone), periods=self.periods, from_hour=self.from_hour, until_hour=self.until_hour
        )
        return opening.astimezone(UTC)


def hours_of(institution: Institution | None, cohort: Cohort | None) -> Hours:
    """Hours are local to the institution. Without a cohort they are a policy's defaults."""
    policy = cohort.policy if cohort else Policy()
    return Hours(
        zone_of(institution),
        tuple(quiet_spans(cohort)) if cohort else (),
        policy.quiet_from_hour,
        policy.quiet_until_hour,
    )


def next_opening(moment: datetime, *, institution: Institution | None, cohort: Cohort | None) -> datetime:
    """The first moment, not before ``moment``, outside quiet hours, exams and closures; in UTC."""
    return hours_of(institution, cohort).opening(moment)


def zone_of(institution: Institution | None) -> ZoneInfo:
    """An institution's time zone."""
    return institution.zone if institution else ZoneInfo(timezone.get_default_timezone_name())
