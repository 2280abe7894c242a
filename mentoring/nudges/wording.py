"""The rules in sentences, from the policy's own numbers."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mentoring.messaging.letters import LETTERS
from mentoring.nudges.rules import STILL_HERE_DAYS, UNANSWERED_LIMIT, Rule
from mentoring.nudges.selectors import LETTER
from schemes.policy import Policy


@dataclass(frozen=True)
class Sentence:
    """One rule: what the message is called, and when it goes to whom."""

    title: str
    text: str


def title_of(rule: Rule) -> str:
    """What a rule's message is called in the log."""
    return str(LETTERS[LETTER + rule].title)


def sentences(policy: Policy) -> list[Sentence]:
    """Every rule in words, the one that goes first when somebody has several, first."""
    texts = {
        Rule.FIRST_HELLO: _("A mentor with no contact logged %(days)d days after the introduction is reminded once.")
        % {"days": policy.first_hello_days},
        Rule.AGREEMENT_DUE: _("Who has not accepted a text %(days)d days after the match is reminded once a version.")
        % {"days": policy.agreement_due_days},
        Rule.PHASE_MENTOR: _("After %(weeks)d weeks of term, mentors hear that settling in turns into studying.")
        % {"weeks": policy.settling_in_weeks},
        Rule.PHASE_MENTEE: _("At the same time mentees are reminded that their mentor has written assignments too."),
        Rule.QUIET_PAIR: _(
            "When nothing was heard of a pair for %(early)d days while settling in, or %(late)d days later, "
            "the mentor is told; not when the mentee said “fine for now” or “not now”."
        )
        % {"early": policy.quiet_days_settling_in, "late": policy.quiet_days_studying},
        Rule.STILL_HERE: _("A mentee who has not answered for %(days)d days hears, once, that nothing is lost.")
        % {"days": STILL_HERE_DAYS},
        Rule.LOG_REMINDER: _(
            "A mentor who has logged nothing for %(days)d days is asked once if there is anything to log."
        )
        % {"days": policy.log_reminder_days},
    }
    return [Sentence(title_of(rule), texts[rule]) for rule in Rule]


def promises(policy: Policy) -> list[str]:
    """What holds for every nudge."""
    return [
        _("At most one in %(days)d days to a person.") % {"days": policy.nudge_gap_days},
        _("After %(count)d without an answer no more are sent: a human decides.") % {"count": UNANSWERED_LIMIT},
        _("None between %(evening)d:00 and %(morning)d:00, in exams or while the university is closed.")
        % {"evening": policy.quiet_from_hour, "morning": policy.quiet_until_hour},
        _("None to those who stopped, pause, or asked for no more nudges."),
    ]
