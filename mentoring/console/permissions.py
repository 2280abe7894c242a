"""Who shares the care of a row of Today, and who may do what to many."""

from datetime import date
from typing import Any

from accounts.models import User
from mentoring.console.states import PAUSES, WRITES, Deed, ListPage
from schemes.models import Appointment, Cohort, Unit
from schemes.permissions import appointments_with, holds
from schemes.roles import Capability, roles_with

C = Capability

# Whoever sees people coordinates; a senior mentor or safeguarding lead sees rows of their own.
COORDINATES = C.SEE_PEOPLE

# The capability without which a row is not shown.
SEES_ROW: dict[str, Capability] = {
    "swaps": C.HANDLE_SWAPS,
    "unmatched": C.DRAFT_MATCHES,
    "questions": C.SEE_CONTACTS,
    "masked": C.HANDLE_SWAPS,
    "reported": C.SEE_CONTACTS,
    "quiet": C.SEE_CONTACTS,
    "strained": C.SEE_CONTACTS,
    "worn": C.SEE_CONTACTS,
    "check-ins": C.SEE_CONTACTS,
    "failed-messages": C.SEE_MESSAGES,
    "failed-addresses": C.SEE_MESSAGES,
    "announcements": C.WRITE_TO_MANY,
    "applications": C.DECIDE_APPLICATIONS,
    "agreements": C.SEE_PEOPLE,
    "training": C.RUN_EVENTS,
}

SEES_LIST: dict[str, Capability] = {
    ListPage.PEOPLE: C.SEE_PEOPLE,
    ListPage.PAIRS: C.SEE_MATCHES,
    ListPage.GROUPS: C.SEE_CONTACTS,
    ListPage.EVENTS: C.SEE_EVENTS,
    ListPage.MESSAGES: C.SEE_MESSAGES,
}


# The named filters that tell who was in touch, or what they said of it: for who sees contacts.
OF_CONTACTS: dict[str, frozenset[str]] = {
    ListPage.PEOPLE: frozenset({"unhappy"}),
    ListPage.PAIRS: frozenset({"reported", "quiet", "questions", "unheard"}),
}


def desk_of(user: Any, cohort: Cohort, today: date) -> Unit | None:
    """The unit for which somebody coordinates in the cohort; ``None`` for who does not, or for several.

    With one unit inside another it is the wider one.
    """
    units = [a.unit for a in appointments_with(user, COORDINATES, today, cohort=cohort)]
    widest = min(units, key=lambda unit: len(unit.path), default=None)
    return widest if widest and all(widest.covers(unit) for unit in units) else None


def owners_for(kind: str, cohort: Cohort, unit: Unit, today: date) -> list[User]:
    """Who could look after a row: who coordinates for the same unit and sees that row; by name."""
    if kind not in SEES_ROW:
        return []
    by_students = cohort.is_student_led
    roles = roles_with(COORDINATES, student_led=by_students) & roles_with(SEES_ROW[kind], student_led=by_students)
    held = Appointment.objects.in_force(today).filter(scheme=cohort.scheme_id, role__in=roles, unit=unit)
    people = {a.user for a in held.select_related("user", "unit") if desk_of(a.user, cohort, today) == unit}
    return sorted(people, key=lambda user: (user.full_name, user.pk))


def needed_for(deed: str) -> Capability:
    """What somebody needs to do this to many."""
    if deed in WRITES:
        return C.WRITE_TO_MANY
    if deed in PAUSES:
        return C.SEND_MESSAGES
    return C.PUBLISH_MATCHES


def deeds_of(user: Any, deeds: tuple[Deed, ...], cohort: Cohort, today: date) -> list[Deed]:
    """Those of the deeds that somebody may do in a cohort."""
    return [deed for deed in deeds if holds(user, needed_for(deed), cohort=cohort, today=today)]
