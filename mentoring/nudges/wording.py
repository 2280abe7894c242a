"""The table in sentences, from its own data."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mentoring.messaging.letters import LETTERS
from mentoring.nudges.rules import UNANSWERED_LIMIT
from mentoring.nudges.selectors import LETTER
from schemes.models import Cohort
from schemes.nudging import Audience, InPhase, NudgeRow, Repeat, Trigger
from schemes.policy import Policy


@dataclass(frozen=True)
class Sentence:
    """One row in words: what the message is called, and when it goes to whom."""

    row: NudgeRow
    title: str
    text: str


def title_of(text: str) -> str:
    """What a message is called in the log."""
    return str(LETTERS[LETTER + text].title)


def sentences(cohort: Cohort) -> list[Sentence]:
    """Every row in words, the one that goes first when somebody has several, first."""
    names = {milestone.key: milestone.name for milestone in cohort.milestones.all()}
    shared = Counter(row.text for row in cohort.policy.nudges)
    return [sentence_of(row, names, is_shared=shared[row.text] > 1) for row in cohort.policy.nudges]


def sentence_of(row: NudgeRow, names: dict[str, str], *, is_shared: bool = False) -> Sentence:
    """One row. ``names`` are the milestones' names by key; ``is_shared`` when another row sends the same message."""
    who = {
        Audience.MENTOR: _("A mentor"),
        Audience.MENTEE: _("A mentee"),
        Audience.EITHER: _("A mentor or mentee"),
    }[Audience(row.audience)]
    parts = [_cause(row, names) % {"who": who, "wait": _wait(row)}, _how_often(row)]
    if row.phase != InPhase.ANY:
        parts.append(_("Only while settling in.") if row.phase == InPhase.SETTLING_IN else _("Only once studying."))
    if row.until_days:
        words = ngettext("It is news for %(days)d day.", "It is news for %(days)d days.", row.until_days)
        parts.append(words % {"days": row.until_days})
    if not row.asks:
        parts.append(_("It asks for nothing."))
    return Sentence(row, _phase_title(row) if is_shared else title_of(row.text), " ".join(parts))


def _phase_title(row: NudgeRow) -> str:
    """What tells a row from another with the same message: the phase in which it holds."""
    words = {
        InPhase.ANY: "%(title)s",
        InPhase.SETTLING_IN: _("%(title)s, while settling in"),
        InPhase.STUDYING: _("%(title)s, once studying"),
    }
    return words[InPhase(row.phase)] % {"title": title_of(row.text)}


def _wait(row: NudgeRow) -> str:
    if not row.after_days:
        return _("at once")
    return ngettext("after %(days)d day", "after %(days)d days", row.after_days) % {"days": row.after_days}


def _cause(row: NudgeRow, names: dict[str, str]) -> str:
    if row.trigger == Trigger.MILESTONE:
        name = names.get(row.milestone, row.milestone).replace("%", "%%")
        on_the_day = _("%%(who)s hears on the day of “%(milestone)s”.")
        words = _("%%(who)s hears %%(wait)s of “%(milestone)s”.") if row.after_days else on_the_day
        return words % {"milestone": name}
    return {
        Trigger.ENROLLED: _("%(who)s hears %(wait)s on taking up a place, while there is no mentor yet."),
        Trigger.NO_HELLO: _("%(who)s hears %(wait)s without a word on record since the introduction."),
        Trigger.UNSIGNED: _("%(who)s hears %(wait)s with a text not accepted."),
        Trigger.UNTRAINED: _("%(who)s hears %(wait)s with mentees and no training."),
        Trigger.SILENT: _("%(who)s hears %(wait)s of silence with a mentee."),
        Trigger.UNLOGGED: _("%(who)s hears %(wait)s with nothing logged."),
        Trigger.UNANSWERED: _("%(who)s hears %(wait)s without an answer."),
    }[Trigger(row.trigger)]


def _how_often(row: NudgeRow) -> str:
    return {
        Repeat.ONCE: _("Once."),
        Repeat.EACH_TIME: _("Once each time it happens."),
        Repeat.AGAIN: _("Again while it lasts."),
    }[Repeat(row.repeat)]


def promises(policy: Policy) -> list[str]:
    """What holds for every nudge."""
    return [
        _("At most one in %(days)d days to a person.") % {"days": policy.nudge_gap_days},
        _("Several reasons on one day become one message."),
        _("After %(count)d without an answer no more are sent: a human decides.") % {"count": UNANSWERED_LIMIT},
        _("None between %(evening)d:00 and %(morning)d:00, in exams or while the university is closed.")
        % {"evening": policy.quiet_from_hour, "morning": policy.quiet_until_hour},
        _("None to mentees who said “fine for now” or “not now”, and none to their mentors about them."),
        _("None to those who stopped, pause, or asked for no more nudges."),
    ]
