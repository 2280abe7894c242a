"""Who may do what in a scheme: appointments in force, within their unit's tree."""

from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Access, SignedInRequest, View, gated
from accounts.models import User
from accounts.selectors import with_mailbox_of
from schemes.models import Appointment, Cohort, Scheme, Unit
from schemes.roles import OF_STAFF, STAFF, STUDENTS_ROLES, Capability, capabilities_of, roles_with
from schemes.states import Role

TAKING_PART = ("enrolled", "paused")
"""The states of somebody's part in a year in which they read what is theirs of it."""


def _years_taken_part_in(user: Any, today: date) -> QuerySet[Cohort]:
    """The years, not over, in which somebody is a mentor or mentee."""
    mine = Cohort.objects.filter(participants__user=user, participants__state__in=TAKING_PART)
    return mine.filter(ends_on__gte=today)


def works_and_takes_part(user: Any, today: date) -> bool:
    """Whether somebody holds an appointment and is a mentor or mentee themselves; no query of its own."""
    return any(appointment.takes_part for appointment in appointments_of(user, today))  # type: ignore[attr-defined]


def staff_appointments() -> QuerySet[Appointment]:
    """Every appointment to a role of staff, of whichever scheme and day."""
    return Appointment.objects.filter(role__in=OF_STAFF)


def is_of_staff(user: User) -> bool:
    """Whether somebody holds or held a role of staff anywhere, or administers the institution (R95)."""
    return user.is_staff or user.is_superuser or staff_appointments().filter(user=user).exists()


def choosing(scheme: int) -> QuerySet[Appointment]:
    """Appointments, past ones too, whose holders see whom the matching gives to whom before it is told."""
    roles = {
        role
        for capability in (Capability.DRAFT_MATCHES, Capability.HANDLE_SWAPS)
        for students_lead in (False, True)
        for role in roles_with(capability, student_led=students_lead)
    }
    return Appointment.objects.filter(scheme=scheme, role__in=roles)


def appointments_of(user: Any, today: date) -> list[Appointment]:
    """The user's appointments in force; one query a user, day and request."""
    if not user.is_authenticated:
        return []
    kept: dict[date, list[Appointment]] = user.__dict__.setdefault("_appointments", {})
    if today not in kept:
        years = Cohort.objects.filter(scheme=OuterRef("scheme"))
        mine = Appointment.objects.in_force(today).filter(user=user).select_related("scheme__unit", "unit", "user")
        kept[today] = list(
            mine.annotate(
                led_by_students=Exists(years.filter(student_led_since__isnull=False)),
                led_by_staff=Exists(years.filter(student_led_since=None)),
                of_staff=Exists(staff_appointments().filter(user=OuterRef("user"))),
                takes_part=Exists(_years_taken_part_in(OuterRef("user"), today)),
                asked_on=Value(today, DateField()),
            )
        )
    return kept[today]


def _ways_of_leading(appointment: Any) -> list[bool]:
    """Whether students lead, for each way in which the scheme's years are led; without a year, its next one."""
    ways = [way for way, is_so in ((False, appointment.led_by_staff), (True, appointment.led_by_students)) if is_so]
    return ways or [bool(appointment.scheme.knobs.get("student_led"))]


def _ways_held(appointment: Any, capability: Capability) -> list[bool]:
    ways = _ways_of_leading(appointment)
    return [
        led
        for led in ways
        if capability in capabilities_of(appointment.role, student_led=led) and not (led and _is_kept_out(appointment))
    ]


def _is_kept_out(appointment: Any) -> bool:
    """Whether a role that students hold where they lead is held by somebody who is of staff, by now."""
    user = appointment.user
    return appointment.role in STUDENTS_ROLES and (appointment.of_staff or user.is_staff or user.is_superuser)


def appointments_with(
    user: Any, capability: Capability, today: date, *, cohort: Cohort | None = None
) -> list[Appointment]:
    """The user's appointments in force that hold a capability: in the cohort if one is given, else in any year."""
    mine = appointments_of(user, today)
    if cohort is None:
        return [appointment for appointment in mine if _ways_held(appointment, capability)]
    return [
        appointment
        for appointment in mine
        if appointment.scheme_id == cohort.scheme_id
        and capability in capabilities_of(appointment.role, student_led=cohort.is_student_led)
        and not (cohort.is_student_led and appointment.role in STUDENTS_ROLES and cohort.ends_on < today)
        and not (cohort.is_student_led and _is_kept_out(appointment))
    ]


def rows_of(appointment: Appointment, capability: Capability, *, cohort: str) -> Q:
    """A filter for rows of the appointment's scheme, of those years in which it holds the capability.

    ``cohort`` is the path to the row's cohort; "" for cohorts themselves. A year that students lead never opens
    to staff, whoever leads the next one (trust.md §2); and those who lead it do so while it lasts, so that nobody
    who is appointed later comes to read it.
    """
    way = f"{cohort}__" if cohort else ""
    found, held = Q(**{f"{way}scheme": appointment.scheme_id}), _ways_held(appointment, capability)
    if not appointment.led_by_students:  # type: ignore[attr-defined]
        return found if held else Q(pk__in=[])
    of_staff, of_students = Q(**{f"{way}student_led_since": None}), Q(**{f"{way}student_led_since__isnull": False})
    if appointment.role in STUDENTS_ROLES:
        of_students &= Q(**{f"{way}ends_on__gte": appointment.asked_on})  # type: ignore[attr-defined]
    ways = [of_students if led else of_staff for led in held]
    return found & reduce(or_, ways, Q(pk__in=[]))


def holds(
    user: Any,
    capability: Capability,
    *,
    today: date,
    scheme: Scheme | None = None,
    cohort: Cohort | None = None,
    unit: Unit | None = None,
) -> bool:
    """Whether the user holds the capability in the cohort, or in some year of the scheme; over ``unit`` when given."""
    scheme_id = cohort.scheme_id if cohort else scheme.pk if scheme else None
    return any(
        appointment.scheme_id == scheme_id and (unit is None or appointment.unit.covers(unit))
        for appointment in appointments_with(user, capability, today, cohort=cohort)
    )


def holds_for_all(
    user: Any, capability: Capability, *, scheme: Scheme, today: date, cohort: Cohort | None = None
) -> bool:
    """Whether the user holds the capability over the whole scheme: their unit covers the scheme's (R90).

    What belongs to the whole scheme (adverts, texts, nudges, dates, policy) is changed only by them.
    """
    return holds(user, capability, scheme=scheme, today=today, unit=scheme.unit, cohort=cohort)


def goes_as_far_as(user: Any, capability: Capability, other: Capability, today: date) -> bool:
    """Whether the user holds a capability wherever they hold another one; no query of its own."""
    wide = appointments_with(user, capability, today)
    return all(
        any(
            one.scheme_id == held.scheme_id
            and one.unit.covers(held.unit)
            and set(_ways_held(held, other)) <= set(_ways_held(one, capability))
            for one in wide
        )
        for held in appointments_with(user, other, today)
    )


def appointments_held_whole(user: Any, capability: Capability, today: date) -> list[Appointment]:
    """The user's appointments that hold a capability over the whole of their scheme."""
    return [a for a in appointments_with(user, capability, today) if a.unit.covers(a.scheme.unit)]


def schemes_held_whole(user: Any, capability: Capability, today: date) -> list[int]:
    """The keys of the schemes over the whole of which the user holds a capability."""
    return [a.scheme_id for a in appointments_held_whole(user, capability, today)]


def within_reach(user: Any, capability: Capability, today: date, *, scheme: str, unit: str | None = None) -> Q:
    """A filter for rows whose ``scheme`` path (and ``unit`` path) the user's capability covers.

    ``scheme`` is a lookup to the scheme's key through a cohort, ``unit`` one to a ``Unit``; the filter
    matches nothing for somebody without the capability.
    """
    paths: dict[Q, set[str]] = {}
    for appointment in appointments_with(user, capability, today):
        rows = rows_of(appointment, capability, cohort=scheme.removesuffix("__scheme"))
        paths.setdefault(rows, set()).add(appointment.unit.path)
    reach = Q(pk__in=[])
    for rows, over in paths.items():
        if unit is None:
            reach |= rows
            continue
        for path in _widest(over):
            reach |= rows & Q(**{f"{unit}__path__startswith": path})
    return reach


def _widest(paths: set[str]) -> list[str]:
    """Those paths of units that are not within another one: a database is asked once about the same rows."""
    return sorted(path for path in paths if not any(path != other and path.startswith(other) for other in paths))


def requires(capability: Capability) -> Callable[[View], View]:
    """Declare that a view is for holders of a capability; anyone else gets 404."""

    def allows(request: HttpRequest) -> bool:
        return bool(appointments_with(request.user, capability, timezone.localdate()))

    return gated(Access("capability", capability), allows)


def is_administrator(user: Any) -> bool:
    """Whether the user administers the institution."""
    return user.is_authenticated and user.is_staff


def works_for_others(user: Any, today: date) -> bool:
    """Whether the user's work opens other people's details: any appointment, or administering the institution."""
    return is_administrator(user) or bool(appointments_of(user, today))


def sets_up_a_scheme(request: SignedInRequest) -> bool:
    """Whether the reader may set up a scheme as a whole, or the institution."""
    return is_administrator(request.user) or bool(
        schemes_held_whole(request.user, Capability.EDIT_SCHEME, timezone.localdate())
    )


setting_up = gated(Access("capability", Capability.EDIT_SCHEME), sets_up_a_scheme)


def is_led_by_students(scheme: Scheme, today: date) -> bool:
    """Whether students lead a year of the scheme that is not over."""
    return scheme.cohorts.filter(student_led_since__isnull=False, ends_on__gte=today).exists()


def has_years_of_students(scheme: Scheme, today: date) -> bool:
    """Whether students lead the scheme's next year, or one that is not over."""
    return bool(scheme.knobs.get("student_led")) or is_led_by_students(scheme, today)


def may_hold(user: User, role: str, scheme: Scheme, today: date) -> bool:
    """Where students lead, their roles are for students who are not of the scheme's staff, and the other way round:
    nobody of staff comes to read by being appointed to lead, also not when their own role has ended (R95)."""
    if role not in (*STAFF, *STUDENTS_ROLES) or not has_years_of_students(scheme, today):
        return True
    others = STAFF if role in STUDENTS_ROLES else STUDENTS_ROLES
    held = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), scheme=scheme, user=user)
    is_fit = role in STAFF or (bool(user.student_number) and not any(map(is_of_staff, with_mailbox_of(user))))
    return is_fit and not held.filter(role__in=others).exists()


def takes_part_where_students_lead(user: User, today: date) -> bool:
    """Whether somebody reads, as mentor or mentee, a year that students lead and that is not over."""
    return _years_taken_part_in(user, today).filter(student_led_since__isnull=False).exists()


def leads_where_students_lead(user: User, today: date) -> bool:
    """Whether somebody holds a student's role in a scheme with a year that students lead and that is not over."""
    led = Cohort.objects.filter(scheme=OuterRef("scheme"), student_led_since__isnull=False, ends_on__gte=today)
    held = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), user=user, role__in=STUDENTS_ROLES)
    return held.filter(Exists(led)).exists()


WORK = (
    Capability.EDIT_SCHEME,
    Capability.IMPORT_PEOPLE,
    Capability.DRAFT_MATCHES,
    Capability.RUN_EVENTS,
    Capability.DECIDE_APPLICATIONS,
    Capability.FACILITATE_SUPPORT,
)


OVERSEEING = frozenset({Role.MANAGER, Role.RESEARCHER})


def oversees(user: Any, today: date) -> bool:
    """Whether the user looks after schemes by their numbers: a manager or researcher (a lead too, perhaps), and
    nothing of those who do the daily work."""
    roles = {appointment.role for appointment in appointments_of(user, today)}
    return bool(roles & OVERSEEING) and roles <= OVERSEEING | {Role.LEAD}


def works_here(user: Any, today: date) -> bool:
    """Whether some step of the year is the user's work."""
    return is_administrator(user) or any(appointments_with(user, capability, today) for capability in WORK)


def administrators_only(view: View) -> View:
    """Declare that a view is for institution administrators; anyone else gets 404."""
    return gated(Access("administrator", "institution"), lambda request: is_administrator(request.user))(view)


def sets_up_university(user: Any, today: date) -> bool:
    """Whether the user may change what every scheme of the university shares: its administrators, and
    those who set up a scheme for the whole of it."""
    whole = (a for a in appointments_with(user, Capability.EDIT_SCHEME, today) if a.unit.parent_id is None)
    return is_administrator(user) or any(whole)


def can_appoint(user: User, scheme: Scheme, today: date) -> bool:
    """A scheme's lead or manager appoints, and so does an institution administrator of its university."""
    return holds_for_all(user, Capability.APPOINT, scheme=scheme, today=today) or (
        is_administrator(user) and user.institution_id == scheme.unit.institution_id
    )


def can_edit_scheme(user: User, scheme: Scheme, today: date) -> bool:
    """The same people set the scheme's dates, texts and policy."""
    return holds_for_all(user, Capability.EDIT_SCHEME, scheme=scheme, today=today) or (
        is_administrator(user) and user.institution_id == scheme.unit.institution_id
    )
