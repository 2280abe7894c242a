"""Who may open confidences, who reviews it, and who decides about safeguarding leads (trust.md §1, §2)."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from mentoring.safeguarding.models import Grant, Opening
from mentoring.safeguarding.states import GrantKind, GrantState, ReviewState
from schemes.models import Appointment, Scheme
from schemes.permissions import (
    appointments_of,
    appointments_with,
    can_appoint,
    is_administrator,
    schemes_held_whole,
)
from schemes.roles import Capability
from schemes.states import Role


def schemes_to_open_in(user: Any, today: date) -> list[int]:
    """The keys of the schemes in which the user is safeguarding lead. Standing in for one is not enough."""
    return [held.scheme_id for held in appointments_with(user, Capability.BREAK_GLASS, today)]


def openings_visible_to(user: Any, today: date) -> QuerySet[Opening]:
    """That and why something was opened: for the scheme's safeguarding leads, never for the person it is about."""
    found = Opening.objects.filter(scheme__in=schemes_to_open_in(user, today)).exclude(subject=user.pk)
    return found.select_related("subject", "opened_by", "scheme__unit__institution", "reviewed_by", "delayed_by")


def openings_readable_by(user: Any, today: date) -> QuerySet[Opening]:
    """What was opened is read by who opened it, while they are safeguarding lead. Its hour is a rule of its own."""
    return openings_visible_to(user, today).filter(opened_by=user.pk)


def openings_to_review(user: Any, today: date) -> QuerySet[Opening]:
    """The openings whose review waits and that somebody else made."""
    return openings_visible_to(user, today).filter(state=ReviewState.WAITING).exclude(opened_by=user.pk)


def can_review(user: User, opening: Opening) -> bool:
    """Somebody else than who opened it; that they see it at all is `openings_visible_to`."""
    return opening.state == ReviewState.WAITING and user.pk not in {opening.opened_by_id, opening.subject_id}


def grants_visible_to(user: Any, today: date) -> QuerySet[Grant]:
    """Grants under way: for the university's administrators, and for a scheme's safeguarding leads and its lead."""
    held = [*schemes_to_open_in(user, today)]
    held += [a.scheme_id for a in appointments_with(user, Capability.APPOINT, today) if a.unit.covers(a.scheme.unit)]
    reach = Q(scheme__in=held)
    if is_administrator(user):
        reach |= Q(scheme__unit__institution=user.institution_id)
    found = Grant.objects.filter(reach, state__in=[GrantState.ASKED, GrantState.APPROVED])
    return found.select_related("scheme__unit__institution", "person", "asked_by", "first_by", "second_by")


def sees_grants(user: Any, today: date) -> bool:
    """Whether the page of grants is for the user."""
    appoints = any(a.unit.covers(a.scheme.unit) for a in appointments_with(user, Capability.APPOINT, today))
    return is_administrator(user) or appoints or bool(schemes_to_open_in(user, today))


def can_approve(user: User, grant: Grant) -> bool:
    """An administrator of the university; each counts once."""
    is_theirs = is_administrator(user) and user.institution_id == grant.scheme.unit.institution_id
    return is_theirs and grant.state == GrantState.ASKED and user.pk not in grant.approved_by


def can_stop(user: User, grant: Grant) -> bool:
    """Whoever sees it; but nobody stops their own end alone."""
    return not (grant.kind == GrantKind.END and grant.person_id == user.pk)


def leads_visible_to(user: Any, today: date) -> QuerySet[Appointment]:
    """The safeguarding leads of today whose end somebody may propose, and those beside whom they are one."""
    mine = [a.scheme_id for a in appointments_of(user, today) if a.role == Role.SAFEGUARDING_LEAD]
    reach = Q(scheme__in=mine)
    if is_administrator(user):
        reach |= Q(scheme__unit__institution=user.institution_id)
    reach |= Q(scheme__in=schemes_held_whole(user, Capability.APPOINT, today))
    found = Appointment.objects.in_force(today).filter(reach, role=Role.SAFEGUARDING_LEAD)
    return found.select_related("scheme__unit__institution", "user").order_by("scheme__name", "pk")


def can_resign(user: User, appointment: Appointment, today: date) -> bool:
    """A safeguarding lead goes by themself while another one stays in the scheme."""
    others = Appointment.objects.in_force(today).filter(
        Q(ends_on=None) | Q(ends_on__gt=today),
        scheme=appointment.scheme_id, role=Role.SAFEGUARDING_LEAD, user__is_active=True,
    )  # fmt: skip
    return appointment.user_id == user.pk and others.exclude(user=user).exists()


def can_ask_for_grant(user: User, scheme: Scheme, today: date) -> bool:
    """Whoever appoints in the scheme may propose; it is inert until two administrators approve."""
    return can_appoint(user, scheme, today)
