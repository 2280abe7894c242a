"""Which quiet mentees their mentors asked for help with, and what they said."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from mentoring.contacts.models import QuietReport
from mentoring.contacts.states import Cause, Tried, Wish
from mentoring.matching.models import Match


def open_report(match: Match) -> QuietReport | None:
    """The report that nobody has looked at yet."""
    return match.quiet_reports.filter(closed_at=None).first()


def reported_since(matches: Sequence[Match]) -> dict[int, datetime]:
    """For the matches with an open report, since when; one query."""
    found = QuietReport.objects.filter(match__in=[match.pk for match in matches], closed_at=None)
    return dict(found.values_list("match", "reported_at"))


def told_in_words(report: QuietReport) -> list[tuple[str, str]]:
    """What a mentor told, as (question, answer)."""
    told = report.told or {}
    tried = [str(Tried(way).label) for way in told.get("tried", [])]
    answers = [(_("Tried"), ", ".join(tried) or _("nothing yet"))]
    if told.get("cause"):
        answers.append((_("What may lie behind it"), str(Cause(told["cause"]).label)))
    if told.get("wish"):
        answers.append((_("What would help"), str(Wish(told["wish"]).label)))
    return answers
