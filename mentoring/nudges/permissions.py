"""Who may change how a cohort is nudged, which concerns the whole scheme; who may look ahead, or remind one person."""

from datetime import date

from accounts.models import User
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.states import Urgency
from mentoring.participation.models import Participant
from schemes.models import Cohort
from schemes.permissions import appointments_with, can_edit_scheme, holds, holds_for_all
from schemes.roles import Capability


def can_switch_nudges(user: User, cohort: Cohort, today: date) -> bool:
    """Who sets the scheme's policy, and who coordinates the whole of it: they hear first when something is wrong."""
    is_coordinating = holds_for_all(user, Capability.PUBLISH_MATCHES, scheme=cohort.scheme, today=today, cohort=cohort)
    return is_coordinating or can_edit_scheme(user, cohort.scheme, today)


def can_foresee(user: User, cohort: Cohort, today: date) -> bool:
    """Who sees the messages of the cohort, of whatever part of it."""
    return bool(appointments_with(user, Capability.SEE_MESSAGES, today, cohort=cohort))


def can_preview(user: User, letter: str, participant: Participant, today: date) -> bool:
    """Who sees such letters to the people of that unit in the log: their words tell what their being there tells."""
    kind, cohort = LETTERS.get(letter), participant.cohort
    if kind is None or kind.urgency == Urgency.AT_ONCE:
        return False
    unit = participant.programme.unit
    return kind.needs is None or holds(user, kind.needs, cohort=cohort, unit=unit, today=today)


def can_remind(user: User, participant: Participant, today: date) -> bool:
    """Who sends messages to the people of that unit."""
    cohort, unit = participant.cohort, participant.programme.unit
    return holds(user, Capability.SEND_MESSAGES, cohort=cohort, unit=unit, today=today)
