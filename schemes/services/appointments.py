"""Writes about appointments: who holds which role, from when, until when."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Institution, User
from accounts.selectors import with_mailbox_of
from accounts.services import WrongState, create_person, record
from schemes.models import Appointment, Scheme, Unit
from schemes.permissions import is_led_by_students, leads_where_students_lead, may_hold, takes_part_where_students_lead
from schemes.roles import OF_STAFF, STUDENTS_ROLES
from schemes.states import Role


def person_at(
    *, institution: Institution, email: str, given_name: str, family_name: str, by: User | None, now: datetime
) -> User:
    """The person with this university address, created when they are new here."""
    known = User.objects.filter(email=email.lower()).first()
    return known or create_person(
        institution=institution, email=email, given_name=given_name, family_name=family_name, by=by, now=now
    )


@transaction.atomic
def appoint(
    *,
    scheme: Scheme,
    user: User,
    role: str,
    unit: Unit,
    starts_on: date,
    by: User | None,
    now: datetime,
    ends_on: date | None = None,
) -> Appointment:
    """Appoint somebody; a new scheme lead takes over from the old one on the same day (R91).

    Raises ``WrongState`` for somebody who appoints themselves, under another address of the same mailbox too. Who
    says yes to a safeguarding lead is counted where those are proposed (``mentoring.safeguarding``).
    """
    is_own = by is not None and by in with_mailbox_of(user)
    if is_own and role != Role.SAFEGUARDING_LEAD:
        raise WrongState(_("Nobody can give themselves a role. Ask somebody else who appoints here."))
    return put_in_office(
        scheme=scheme, user=user, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on, by=by, now=now
    )


def put_in_office(
    *,
    scheme: Scheme,
    user: User,
    role: str,
    unit: Unit,
    starts_on: date,
    ends_on: date | None,
    by: User | None,
    now: datetime,
) -> Appointment:
    """As `appoint`, for whoever starts a scheme as its lead too.

    Raises ``WrongState`` also for a student's role that begins before those who lead a year have heard of it.
    """
    if not scheme.unit.covers(unit):
        raise WrongState(_("The unit lies outside the scheme."))
    if not may_hold(user, role, scheme, starts_on):
        raise WrongState(_("Students lead this scheme: only a student who is not of its staff can have this role."))
    if role in STUDENTS_ROLES and starts_on <= timezone.localdate(now) and is_led_by_students(scheme, starts_on):
        raise WrongState(
            _("Those who lead this year hear of it first: nobody joins them on the same day. Choose a later day.")
        )
    if role in OF_STAFF:
        hold_free_for_staff(user, min(starts_on, timezone.localdate(now)))
    if role == Role.LEAD:
        if unit.pk != scheme.unit_id:
            raise WrongState(_("A scheme lead is responsible for the whole scheme: choose its own unit."))
        if ends_on is not None:
            raise WrongState(_("A scheme lead serves until somebody takes over."))
        Scheme.objects.select_for_update().get(pk=scheme.pk)
        _end_open_leads(scheme, starts_on, by=by, now=now)
    appointment = Appointment.objects.create(
        scheme=scheme,
        user=user,
        role=role,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        appointed_by=by,
        appointed_at=now,
    )
    record(verb="appointed", obj=appointment, by=by, now=now, fields=["role", "unit"], scheme_id=scheme.pk)
    return appointment


def hold_free_for_staff(user: User, today: date) -> None:
    """Somebody of staff reads no year that students lead, from the moment of their appointment, whatever its first day:
    nobody is shut out of one by a role that somebody else gives them (R95). Raises ``WrongState``.
    """
    if takes_part_where_students_lead(user, today):
        raise WrongState(_("They take part in a year that students lead. They have to stop taking part there first."))
    if leads_where_students_lead(user, today):
        raise WrongState(
            _("They have a role in a year that students lead, and would lose it. That appointment has to end first.")
        )


@transaction.atomic
def appoint_by_address(
    *,
    scheme: Scheme,
    email: str,
    given_name: str,
    family_name: str,
    role: str,
    unit: Unit,
    starts_on: date,
    ends_on: date | None,
    by: User,
    now: datetime,
) -> Appointment:
    """Appoint a person named by university address. Raises ``WrongState`` when they hold the role already.

    Not a safeguarding lead: that takes two administrators and a day (``mentoring.safeguarding``).
    """
    if role == Role.SAFEGUARDING_LEAD:
        raise WrongState(_("A safeguarding lead is proposed, and approved by two administrators."))
    user = person_at(
        institution=scheme.unit.institution,
        email=email,
        given_name=given_name,
        family_name=family_name,
        by=by,
        now=now,
    )
    if scheme.appointments.filter(user=user, role=role, unit=unit, ends_on=None).exists():
        raise WrongState(_("This person has that role already."))
    return appoint(scheme=scheme, user=user, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on, by=by, now=now)


def _end_open_leads(scheme: Scheme, successor_starts: date, *, by: User | None, now: datetime) -> None:
    for lead in scheme.appointments.filter(role=Role.LEAD, ends_on=None):
        _end(lead, max(lead.starts_on, successor_starts - timedelta(days=1)), by=by, now=now)


@transaction.atomic
def end_appointment(*, appointment: Appointment, ends_on: date, by: User, now: datetime) -> Appointment:
    """End an appointment; a scheme lead's ends only when somebody takes over (R91).

    Not a safeguarding lead's: that takes as much as making one (``mentoring.safeguarding``).
    """
    if appointment.role == Role.LEAD:
        raise WrongState(_("Appoint the next scheme lead instead: a scheme always has exactly one."))
    if appointment.role == Role.SAFEGUARDING_LEAD:
        raise WrongState(_("That a safeguarding lead goes is proposed, and approved by two administrators."))
    _end(appointment, ends_on, by=by, now=now)
    return appointment


@transaction.atomic
def end_safeguarding_lead(*, scheme: Scheme, user: User, by: User | None, now: datetime, today: date) -> None:
    """Somebody is no safeguarding lead of a scheme any more, from today on. Whether that may be was decided before."""
    held = scheme.appointments.filter(Q(ends_on=None) | Q(ends_on__gte=today), user=user, role=Role.SAFEGUARDING_LEAD)
    for appointment in held:
        _end(appointment, today - timedelta(days=1), by=by, now=now)


def _end(appointment: Appointment, ends_on: date, *, by: User | None, now: datetime) -> None:
    """End it with that day; one that would only have begun later is moved back, so that it never holds."""
    appointment.starts_on, appointment.ends_on = min(appointment.starts_on, ends_on), ends_on
    appointment.save(update_fields=["starts_on", "ends_on"])
    scheme = appointment.scheme_id
    record(verb="appointment ended", obj=appointment, by=by, now=now, fields=["ends_on"], scheme_id=scheme)
