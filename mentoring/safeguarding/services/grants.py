"""How somebody becomes a safeguarding lead: two administrators, a day's wait, and everybody concerned hears of it."""

from datetime import datetime, timedelta

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
from mentoring.safeguarding.permissions import can_approve, can_ask_for_grant
from mentoring.safeguarding.rules import begins, is_approved
from mentoring.safeguarding.selectors import due_grants, to_tell_of_grant
from mentoring.safeguarding.states import GRANT, GrantState
from schemes.models import Scheme
from schemes.permissions import is_administrator
from schemes.services import appoint, person_at
from schemes.states import Role

ASKED = "safeguarding.grant"
TOO_NEW = gettext_lazy("Your account was changed within seven days. Until then it is not one of two.")
LETTER_LIVES = timedelta(days=7)


@transaction.atomic
def ask_for_grant(*, scheme: Scheme, email: str, given_name: str, family_name: str, by: User, now: datetime) -> Grant:
    """Propose a safeguarding lead. An administrator's proposal is the first of the two approvals.

    Raises ``NotAllowed``, or ``WrongState`` when the person is one already.
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
    open_now = Grant.objects.filter(scheme=scheme, person=person, state__in=[GrantState.ASKED, GrantState.APPROVED])
    if open_now.exists():
        raise WrongState(_("This person has been proposed already, and waits."))
    first = by if is_administrator(by) and not account_changed_lately(by, now) else None
    grant = Grant.objects.create(scheme=scheme, person=person, asked_by=by, asked_at=now, first_by=first)
    record(verb="safeguarding lead proposed", obj=grant, by=by, now=now, fields=["person"], scheme_id=scheme.pk)
    _alert(grant, "asked", now)
    return grant


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
    """Whoever sees a grant may stop it before it begins. Raises ``WrongState`` afterwards."""
    _move(grant, GrantState.STOPPED, by=by, now=now, closed_at=now, closed_by=by)
    call_off(about=grant, now=now)


def begin_due_grants(*, now: datetime) -> int:
    """Appoint whose day of waiting is over, if both who approved are administrators still; how many were decided."""
    count = 0
    for grant in due_grants(now):
        with transaction.atomic():
            still = User.objects.filter(
                pk__in=grant.approved_by, is_staff=True, is_active=True, institution=grant.scheme.unit.institution_id
            )
            if not is_approved(list(still.values_list("pk", flat=True))) or not grant.person.is_active:
                _move(grant, GrantState.STOPPED, by=None, now=now, closed_at=now)
            else:
                _begin(grant, now)
        count += 1
    return count


def _begin(grant: Grant, now: datetime) -> None:
    _move(grant, GrantState.GRANTED, by=None, now=now, closed_at=now)
    scheme, today = grant.scheme, timezone.localdate(now)
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
