"""The steps of a year in words: where they stand in the term, what goes out with them, what moving one changes."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mentoring.nudges.wording import title_of
from schemes.models import Cohort, Milestone
from schemes.nudging import NudgeRow
from schemes.selectors import PHASE_SWITCH
from schemes.states import Edge


def place_in_term(milestone: Milestone) -> str:
    """ "2 weeks before the start of term 1", as the step is kept."""
    return _edge(milestone) % {"away": _away(abs(milestone.days)), "term": milestone.term}


def _away(days: int) -> str:
    if days % 7 == 0:
        return ngettext("%(n)d week", "%(n)d weeks", days // 7) % {"n": days // 7}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def _edge(milestone: Milestone) -> str:
    if milestone.year < 0:
        return _edge_of_year_before(milestone)
    if milestone.edge == Edge.START:
        on, before, after = (
            _("On the first day of term %(term)d"),
            _("%(away)s before the start of term %(term)d"),
            _("%(away)s after the start of term %(term)d"),
        )
    else:
        on, before, after = (
            _("On the last day of term %(term)d"),
            _("%(away)s before the end of term %(term)d"),
            _("%(away)s after the end of term %(term)d"),
        )
    return on if not milestone.days else before if milestone.days < 0 else after


def _edge_of_year_before(milestone: Milestone) -> str:
    if milestone.edge == Edge.START:
        on, before, after = (
            _("On the first day of term %(term)d in the year before"),
            _("%(away)s before the start of term %(term)d in the year before"),
            _("%(away)s after the start of term %(term)d in the year before"),
        )
    else:
        on, before, after = (
            _("On the last day of term %(term)d in the year before"),
            _("%(away)s before the end of term %(term)d in the year before"),
            _("%(away)s after the end of term %(term)d in the year before"),
        )
    return on if not milestone.days else before if milestone.days < 0 else after


def rows_of(cohort: Cohort, key: str) -> list[NudgeRow]:
    """The rules of the cohort's policy that wait for a step, those that are on."""
    return [row for row in cohort.policy.nudges if row.milestone == key and row.is_on]


def goes_out(row: NudgeRow) -> str:
    """What a rule sends, and when."""
    words = f"“{title_of(row.text)}”"
    if not row.after_days:
        return words
    later = ngettext("%(what)s, %(days)d day later", "%(what)s, %(days)d days later", row.after_days)
    return later % {"what": words, "days": row.after_days}


def note_of(cohort: Cohort, milestone: Milestone) -> str:
    """One line under a step: where it stands, and what goes out with it."""
    messages = ", ".join(goes_out(row) for row in rows_of(cohort, milestone.key))
    sends = [_("sends %(messages)s") % {"messages": messages}] if messages else []
    return " · ".join([place_in_term(milestone), *sends])


def consequences(cohort: Cohort, milestone: Milestone) -> list[str]:
    """What moving a step changes, and what it does not."""
    found = [
        _("%(message)s: planned after this, it moves along. Who has had it does not get it again.")
        % {"message": goes_out(row)}
        for row in rows_of(cohort, milestone.key)
    ]
    if milestone.key == PHASE_SWITCH:
        policy = cohort.policy
        found.append(
            _("From this day pairs count as quiet after %(later)d days without a sign; before it, after %(first)d.")
            % {"later": policy.quiet_days_studying, "first": policy.quiet_days_settling_in}
        )
    if not found:
        found.append(_("Nothing goes out with this step: only the timeline changes."))
    found.append(
        _("It is kept relative to its term. No other step moves, and the rules of the cohort stay as they are.")
    )
    return found
