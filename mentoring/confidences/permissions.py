"""Who may write, read and show a note, and who reads what a pair wants (R63 to R65, R81, R95).

Everything rests on a live match: what is over is read by nobody.
"""

from datetime import date, datetime

from accounts.models import User
from mentoring.confidences.models import Disclosure
from mentoring.confidences.states import Basis, DisclosureState
from mentoring.matching.models import Match
from schemes.models import Unit
from schemes.permissions import holds
from schemes.roles import Capability
from schemes.selectors import coordinators_for, scheme_lead, who_holds


def is_of(user: User, match: Match) -> bool:
    """One of the two."""
    return user.pk in {match.mentor.user_id, match.mentee.user_id}


def people_for_safety(match: Match, today: date) -> list[User]:
    """Who looks after safeguarding there; the scheme lead where nobody is named for it."""
    found = who_holds(Capability.READ_CONCERNS, cohort=match.cohort, unit=unit_of(match), today=today)
    lead = scheme_lead(match.cohort.scheme, today)
    return found or ([lead] if lead else [])


def may_be_shown_to(match: Match, *, sensitive: bool, today: date) -> list[User]:
    """The people to whom a note about a mentee may be shown, one at a time: safeguarding first, then the
    coordinators of the student's unit. A sensitive one is for safeguarding alone, and so is every note of a year
    that students lead."""
    found = people_for_safety(match, today)
    if not sensitive and not match.cohort.is_student_led:
        found = [*found, *coordinators_for(match.cohort, unit_of(match), today)]
    return [one for one in dict.fromkeys(found) if not is_of(one, match)]


def unit_of(match: Match) -> Unit:
    """The unit of a match is its mentee's."""
    return match.mentee.programme.unit


def can_open(user: User, disclosure: Disclosure, now: datetime, today: date) -> bool:
    """The one who is named, while it is open and while they hold what made them a reader. What the student agreed to
    show is the words of that day: others are read by nobody on her yes."""
    is_standing = disclosure.state == DisclosureState.OPEN and now < disclosure.lapses_at
    if disclosure.reader_id != user.pk or not is_standing or disclosure.note is None:
        return False
    if disclosure.basis == Basis.AGREED and not is_as_asked(disclosure):
        return False
    return user in may_be_shown_to(disclosure.match, sensitive=disclosure.note.is_sensitive, today=today)


def is_as_asked(disclosure: Disclosure) -> bool:
    """Whether the note still says what it said when the student was asked."""
    note = disclosure.note
    return note is not None and (note.changed_at is None or note.changed_at <= disclosure.asked_at)


def can_decide_about_telling(user: User, disclosure: Disclosure, today: date) -> bool:
    """Who looks after safeguarding says when a student is told (trust.md §2)."""
    match = disclosure.match
    held = holds(user, Capability.READ_CONCERNS, cohort=match.cohort, unit=unit_of(match), today=today)
    return (held or user in people_for_safety(match, today)) and not is_of(user, match)
