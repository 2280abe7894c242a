"""Which quiet mentees their mentors asked for help with, and what they said."""

from django.utils.translation import gettext as _

from mentoring.contacts.models import QuietReport
from mentoring.contacts.states import Cause, Tried, Wish
from mentoring.matching.models import Match


def open_report(match: Match) -> QuietReport | None:
    """The report that nobody has looked at yet."""
    return match.quiet_reports.filter(closed_at=None).first()


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
