"""Roles as data: each lists what its holder may ask for, within a scheme and a unit's tree.

A year that students lead has a table of its own: what staff hold elsewhere is the student lead's there.
Source: trust.md §2; R90 to R95. Who may see one object is decided by selectors' ``visible_to``;
this table says which doors exist for a role at all.
"""

from enum import StrEnum

from schemes.states import Role


class Capability(StrEnum):
    SEE_TODAY = "see-today"
    SEE_PEOPLE = "see-people"
    SEE_MATCHES = "see-matches"
    SEE_CONTACTS = "see-contacts"
    SEE_EVENTS = "see-events"
    SEE_MESSAGES = "see-messages"
    SEND_MESSAGES = "send-messages"
    SEE_FIGURES = "see-figures"
    EXPORT_ROWS = "export-rows"
    IMPORT_PEOPLE = "import-people"
    DRAFT_MATCHES = "draft-matches"
    PUBLISH_MATCHES = "publish-matches"
    HANDLE_SWAPS = "handle-swaps"
    RUN_EVENTS = "run-events"
    DECIDE_APPLICATIONS = "decide-applications"
    FACILITATE_SUPPORT = "facilitate-support"
    WRITE_TO_MANY = "write-to-many"
    EDIT_SCHEME = "edit-scheme"
    EDIT_TEXTS = "edit-texts"
    APPOINT = "appoint"
    READ_CONCERNS = "read-concerns"
    BREAK_GLASS = "break-glass"


C = Capability
_COORDINATING = frozenset(
    {
        C.SEE_TODAY,
        C.SEE_PEOPLE,
        C.SEE_MATCHES,
        C.SEE_CONTACTS,
        C.SEE_EVENTS,
        C.SEE_MESSAGES,
        C.SEND_MESSAGES,
        C.SEE_FIGURES,
        C.EXPORT_ROWS,
        C.IMPORT_PEOPLE,
        C.DRAFT_MATCHES,
        C.PUBLISH_MATCHES,
        C.HANDLE_SWAPS,
        C.RUN_EVENTS,
        C.DECIDE_APPLICATIONS,
        C.FACILITATE_SUPPORT,
        C.EDIT_TEXTS,
        C.WRITE_TO_MANY,
    }
)

ROLES: dict[Role, frozenset[Capability]] = {
    Role.LEAD: _COORDINATING | {C.EDIT_SCHEME, C.APPOINT},
    # A manager sees who is paired, and of their contacts how many there were.
    Role.MANAGER: frozenset(
        {
            C.SEE_TODAY,
            C.SEE_PEOPLE,
            C.SEE_MATCHES,
            C.SEE_EVENTS,
            C.SEE_MESSAGES,
            C.SEE_FIGURES,
            C.EXPORT_ROWS,
            C.EDIT_SCHEME,
            C.EDIT_TEXTS,
            C.WRITE_TO_MANY,
            C.APPOINT,
        }
    ),
    Role.COORDINATOR: _COORDINATING,
    Role.INTERN: frozenset(
        {
            C.SEE_TODAY,
            C.SEE_PEOPLE,
            C.SEE_MATCHES,
            C.SEE_CONTACTS,
            C.SEE_EVENTS,
            C.DRAFT_MATCHES,
            C.RUN_EVENTS,
            C.SEE_MESSAGES,
        }
    ),
    Role.SENIOR_MENTOR: frozenset({C.SEE_TODAY, C.SEE_EVENTS, C.HANDLE_SWAPS, C.FACILITATE_SUPPORT}),
    Role.SAFEGUARDING_LEAD: frozenset({C.SEE_TODAY, C.READ_CONCERNS, C.BREAK_GLASS}),
    Role.RESEARCHER: frozenset({C.SEE_FIGURES}),
}


# Nobody becomes a safeguarding lead by one person's word: see mentoring/safeguarding.
ROLES_BY_ONE = [choice for choice in Role.choices if choice[0] != Role.SAFEGUARDING_LEAD]


# Where students lead (R94, R95): staff set it up and see counts; the intern is the student lead.
STUDENT_LED: dict[Role, frozenset[Capability]] = {
    **ROLES,
    Role.LEAD: frozenset({C.SEE_FIGURES, C.EDIT_SCHEME, C.APPOINT}),
    Role.MANAGER: frozenset({C.SEE_FIGURES, C.EDIT_SCHEME, C.APPOINT}),
    Role.COORDINATOR: frozenset({C.SEE_FIGURES}),
    Role.INTERN: _COORDINATING,
}
STAFF = (Role.LEAD, Role.MANAGER, Role.COORDINATOR)
STUDENTS_ROLES = (Role.INTERN, Role.SENIOR_MENTOR)
"""Roles that only students hold where students lead."""
OF_STAFF = tuple(role for role in Role if role not in STUDENTS_ROLES)
"""Roles whose holder, today or ever, is of staff: nobody who takes part in a year that students lead, or leads it."""


def capabilities_of(role: str, *, student_led: bool) -> frozenset[Capability]:
    """What a role may ask for, where staff lead or where students do."""
    return (STUDENT_LED if student_led else ROLES)[Role(role)]


def roles_with(capability: Capability, *, student_led: bool = False) -> frozenset[Role]:
    """The roles that hold a capability, where staff lead or where students do."""
    return frozenset(role for role in Role if capability in capabilities_of(role, student_led=student_led))
