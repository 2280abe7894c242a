"""How somebody becomes a safeguarding lead, or ceases to be one.

Two administrators, a day's wait, and everybody concerned hears of it: both ways decide who reads every concern.
A lead who wants to go does so by themself while another one stays.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.selectors import account_changed_lately
from accounts.services import NotAllowed, WrongState, record
from mentoring.lib.lifecycle import move
from mentoring.messaging.services import call_off, owe, owe_to_address
from mentoring.safeguarding.models import Grant
from mentoring.safeguarding.permissions import can_approve, can_ask_for_grant, can_resign, can_stop
from mentoring.safeguarding.rules import begins, is_approved
from mentoring.safeguarding.selectors import (
    due_grants,
    new_readers,
    newly_appointed,
    replaced_leads,
    to_tell_of_grant,
    to_tell_of_reader,
    to_tell_of_resigning,
)
from mentoring.safeguarding.states import GRANT, GrantKind, GrantState
from schemes.models import Appointment, Scheme
from schemes.permissions import is_administrator, leads_where_students_lead, takes_part_where_students_lead
from schemes.services import appoint, end_safeguarding_lead, hold_free_for_staff, person_at
from schemes.states import Role

ASKED = "safeguarding.grant"
TOO_NEW = gettext_lazy("Your account was changed within seven days. Until then it is not one of two.")
RESIGNED = "safeguarding.resigned"
APPOINTED = "safeguarding.appointed"
REPLACED = "safeguarding.lead-replaced"
READER = "safeguarding.reader"
LETTER_LIVES = timedelta(days=7)


@transaction.atomic
def ask_for_grant(*, scheme: Scheme, email: str, given_name: str, family_name: str, by: User, now: datetime) -> Grant:
    """Propose a safeguarding lead. An administrator's proposal is the first of the two approvals.

    Raises ``NotAllowed``, or ``WrongState`` when the person is one already, or would lose a year that students lead.
    """
    today = timezone.localdate(now)
    if not can_ask_for_grant(by, scheme, today):
        raise NotAllowed
    person = person_at(
        institution=scheme.unit.institution, email=email, given_name=given_name, family_name=family_name, by=by, now=now
    )
    Scheme.objects.select_for_update().get(pk=scheme.pk)
    held = scheme.appointments.in_force(today).filter(user=person, role=Role.SAFEGUARDING_LEAD)
    if held.exists():
        raise WrongState(_("This person has that role already."))
    hold_free_for_staff(person, today)
    return _propose(GrantKind.BEGIN, scheme, person, by=by, now=now)


@transaction.atomic
def ask_for_end(*, appointment: Appointment, by: User, now: datetime) -> Grant:
    """Propose that a safeguarding lead is none any more. They hear of it at once, and so do the other leads.

    Raises ``NotAllowed``, or ``WrongState`` when it is proposed already.
    """
    scheme = Scheme.objects.select_for_update(of=("self",)).select_related("unit").get(pk=appointment.scheme_id)
    if not can_ask_for_grant(by, scheme, timezone.localdate(now)):
        raise NotAllowed
    return _propose(GrantKind.END, scheme, appointment.user, by=by, now=now)


def _propose(kind: GrantKind, scheme: Scheme, person: User, *, by: User, now: datetime) -> Grant:
    open_now = Grant.objects.filter(scheme=scheme, person=person, state__in=[GrantState.ASKED, GrantState.APPROVED])
    if open_now.exists():
        raise WrongState(_("This person has been proposed already, and waits."))
    first = by if is_administrator(by) and not account_changed_lately(by, now) else None
    grant = Grant.objects.create(kind=kind, scheme=scheme, person=person, asked_by=by, asked_at=now, first_by=first)
    verb = "safeguarding lead proposed" if kind == GrantKind.BEGIN else "end of safeguarding lead proposed"
    record(verb=verb, obj=grant, by=by, now=now, fields=["person"], scheme_id=scheme.pk)
    _alert(grant, "asked", now)
    return grant


@transaction.atomic
def resign(*, appointment: Appointment, by: User, now: datetime) -> None:
    """A safeguarding lead goes by themself, at once; the other leads and the scheme's lead hear of it.

    Raises ``NotAllowed`` for anybody else, ``WrongState`` while no other safeguarding lead stays.
    """
    today = timezone.localdate(now)
    scheme = Scheme.objects.select_for_update(of=("self",)).select_related("unit").get(pk=appointment.scheme_id)
    if appointment.user_id != by.pk:
        raise NotAllowed
    if not can_resign(by, appointment, today):
        raise WrongState(_("You are the only safeguarding lead here. Ask for another one first."))
    end_safeguarding_lead(scheme=scheme, user=by, by=by, now=now, today=today)
    for person in to_tell_of_resigning(appointment, today):
        owe(letter=RESIGNED, recipient=person, occasion=f"resigned-{appointment.pk}", now=now, about=appointment)


def tell_replaced_leads(*, now: datetime) -> int:
    """Tell every scheme lead in whose place somebody else was appointed, once; how many were told now."""
    owed = [
        owe(letter=REPLACED, recipient=each.user, occasion=f"replaced-{each.pk}", now=now, about=each)
        for each in replaced_leads(timezone.localdate(now))
    ]
    return sum(message is not None and message.created_at == now for message in owed)


def tell_of_new_readers(*, now: datetime) -> int:
    """Tell who is concerned that somebody may come to read what is confidential, once; how many were told now."""
    today = timezone.localdate(now)
    owed = [
        owe(letter=READER, recipient=person, occasion=f"reader-{each.pk}", now=now, about=each)
        for each in new_readers(now)
        for person in to_tell_of_reader(each, today)
    ]
    return sum(message is not None and message.created_at == now for message in owed)


def tell_appointed(*, now: datetime) -> int:
    """Tell everybody whom somebody else has given a role, once; how many were told now."""
    owed = [
        owe(letter=APPOINTED, recipient=each.user, occasion=f"appointed-{each.pk}", now=now, about=each)
        for each in newly_appointed(now)
    ]
    return sum(message is not None and message.created_at == now for message in owed)


@transaction.atomic
def approve(*, grant: Grant, by: User, now: datetime) -> Grant:
    """One administrator's yes. The second one's starts the day of waiting.

    Raises ``NotAllowed``, or ``WrongState`` for an account that is too new to be one of two.
    """
    grant = Grant.objects.select_for_update(of=("self",)).select_related("scheme__unit__institution").get(pk=grant.pk)
    if not can_approve(by, grant):
        raise NotAllowed
    if account_changed_lately(by, now):
        raise WrongState(str(TOO_NEW))
    if not is_approved([*grant.approved_by, by.pk]):
        grant.first_by = by
        grant.save(update_fields=["first_by"])
        record(
            verb="safeguarding lead approved once", obj=grant, by=by, now=now, fields=["first_by"],
            scheme_id=grant.scheme_id,
        )  # fmt: skip
        return grant
    _move(grant, GrantState.APPROVED, by=by, now=now, second_by=by, begins_at=begins(now))
    _alert(grant, "approved", now)
    return grant


@transaction.atomic
def stop_grant(*, grant: Grant, by: User, now: datetime) -> None:
    """Whoever sees a grant may stop it before it begins, but for their own end.

    Raises ``NotAllowed``; ``WrongState`` afterwards.
    """
    if not can_stop(by, grant):
        raise NotAllowed
    _move(grant, GrantState.STOPPED, by=by, now=now, closed_at=now, closed_by=by)
    call_off(about=grant, now=now)


def begin_due_grants(*, now: datetime) -> int:
    """Carry out what has waited its day, if both who approved are administrators still; how many were decided."""
    count = 0
    for grant in due_grants(now):
        with transaction.atomic():
            still = User.objects.filter(
                pk__in=grant.approved_by, is_staff=True, is_active=True, institution=grant.scheme.unit.institution_id
            )
            is_lost = grant.kind == GrantKind.BEGIN and not _can_begin(grant, timezone.localdate(now))
            if is_lost or not is_approved(list(still.values_list("pk", flat=True))):
                _move(grant, GrantState.STOPPED, by=None, now=now, closed_at=now)
            else:
                _begin(grant, now)
        count += 1
    return count


def _can_begin(grant: Grant, today: date) -> bool:
    """Whether the person has an account still, and neither takes part nor leads where students lead."""
    person = grant.person
    shut_out = takes_part_where_students_lead(person, today) or leads_where_students_lead(person, today)
    return person.is_active and not shut_out


def _begin(grant: Grant, now: datetime) -> None:
    _move(grant, GrantState.GRANTED, by=None, now=now, closed_at=now)
    scheme, today = grant.scheme, timezone.localdate(now)
    if grant.kind == GrantKind.END:
        end_safeguarding_lead(scheme=scheme, user=grant.person, by=grant.second_by, now=now, today=today)
        return
    held = scheme.appointments.filter(user=grant.person, role=Role.SAFEGUARDING_LEAD, unit=scheme.unit, ends_on=None)
    if not held.exists():
        appoint(
            scheme=scheme, user=grant.person, role=Role.SAFEGUARDING_LEAD, unit=scheme.unit, starts_on=today,
            by=grant.second_by, now=now,
        )  # fmt: skip


def _move(grant: Grant, to: str, *, by: User | None, now: datetime, **changes: object) -> None:
    move(grant, to, lifecycle=GRANT, by=by, now=now, scheme_id=grant.scheme_id, **changes)


def _alert(grant: Grant, occasion: str, now: datetime) -> None:
    """Everybody who could stop it, and the data-protection officer."""
    key = f"grant-{grant.pk}-{occasion}"
    for person in to_tell_of_grant(grant, timezone.localdate(now)):
        owe(letter=ASKED, recipient=person, occasion=key, now=now, about=grant)
    officer = grant.scheme.unit.institution.officer_email
    if officer:
        owe_to_address(letter=ASKED, address=officer, occasion=key, now=now, expires_at=now + LETTER_LIVES, about=grant)
