"""Who may do what in a scheme: appointments in force, within their unit's tree."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Access, SignedInRequest, View, gated
from accounts.models import User
from schemes.models import Appointment, Scheme, Unit
from schemes.roles import Capability, roles_with
from schemes.states import Role


def appointments_of(user: Any, today: date) -> list[Appointment]:
    """The user's appointments in force; one query a user, day and request."""
    if not user.is_authenticated:
        return []
    kept: dict[date, list[Appointment]] = user.__dict__.setdefault("_appointments", {})
    if today not in kept:
        kept[today] = list(Appointment.objects.in_force(today).filter(user=user).select_related("scheme__unit", "unit"))
    return kept[today]


def appointments_with(user: Any, capability: Capability, today: date) -> list[Appointment]:
    """The user's appointments in force that hold a capability."""
    roles = roles_with(capability)
    return [appointment for appointment in appointments_of(user, today) if appointment.role in roles]


def holds(user: Any, capability: Capability, *, scheme: Scheme, today: date, unit: Unit | None = None) -> bool:
    """Whether the user holds the capability in the scheme, and over ``unit`` when one is given."""
    return any(
        appointment.scheme_id == scheme.pk and (unit is None or appointment.unit.covers(unit))
        for appointment in appointments_with(user, capability, today)
    )


def holds_for_all(user: Any, capability: Capability, *, scheme: Scheme, today: date) -> bool:
    """Whether the user holds the capability over the whole scheme: their unit covers the scheme's (R90).

    What belongs to the whole scheme (adverts, texts, nudges, dates, policy) is changed only by them.
    """
    return holds(user, capability, scheme=scheme, today=today, unit=scheme.unit)


def schemes_held_whole(user: Any, capability: Capability, today: date) -> list[int]:
    """The keys of the schemes over the whole of which the user holds a capability."""
    return [a.scheme_id for a in appointments_with(user, capability, today) if a.unit.covers(a.scheme.unit)]


def within_reach(user: Any, capability: Capability, today: date, *, scheme: str, unit: str | None = None) -> Q:
    """A filter for rows whose ``scheme`` path (and ``unit`` path) the user's capability covers.

    ``scheme`` is a lookup to the scheme's key, ``unit`` one to a ``Unit``; the filter matches
    nothing for somebody without the capability.
    """
    reach = Q(pk__in=[])
    for appointment in appointments_with(user, capability, today):
        part = Q(**{scheme: appointment.scheme_id})
        if unit is not None:
            part &= Q(**{f"{unit}__path__startswith": appointment.unit.path})
        reach |= part
    return reach


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
