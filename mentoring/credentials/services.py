"""Writes: a change to somebody's account is asked for, agreed to, confirmed, stopped, or carried out."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import account_changed_lately, institution_of
from accounts.services import NotAllowed, WrongState, change_person, record
from mentoring.credentials.models import AccountChange
from mentoring.credentials.permissions import can_ask, can_be_second
from mentoring.credentials.rules import GIVEN_UP_AFTER, Asked, begins_by_two, begins_unless_stopped
from mentoring.credentials.selectors import administrators, due_changes, to_alert
from mentoring.credentials.states import CHANGE, ChangeState, Kind
from mentoring.lib.lifecycle import move
from mentoring.messaging.services import call_off, owe, owe_to_address

ASKED, CONFIRM, DONE = "credentials.asked", "credentials.confirm", "credentials.done"
LETTER_LIVES = timedelta(days=7)


@transaction.atomic
def ask(*, person: User, kind: str, new_address: str = "", by: User, now: datetime) -> AccountChange:
    """Ask for a change to somebody's account; everybody who could stop it is told.

    Raises ``NotAllowed``, ``WrongState``.
    """
    if not can_ask(by, person):
        raise NotAllowed
    person = User.objects.select_for_update().get(pk=person.pk)
    new_address = new_address.strip().lower()
    _hold_sense(person, kind, new_address)
    others = [each for each in administrators(person.institution) if each.pk != by.pk]
    asked = Asked(kind, is_own=person.pk == by.pk, others=len(others))
    change = AccountChange.objects.create(
        person=person, kind=kind, new_address=new_address, asked_by=by, asked_at=now,
        begins_at=begins_unless_stopped(asked, now),
    )  # fmt: skip
    record(verb="account change asked", obj=change, by=by, now=now, fields=["person", "kind"])
    _alert(change, "asked", now)
    if kind == Kind.ADDRESS:
        owe_to_address(
            letter=CONFIRM, address=new_address, occasion=f"change-{change.pk}", now=now,
            expires_at=now + GIVEN_UP_AFTER, about=change,
        )  # fmt: skip
    return change


def _hold_sense(person: User, kind: str, new_address: str) -> None:
    """Raises ``WrongState`` where there is nothing to change, or the address cannot be theirs."""
    if AccountChange.objects.filter(person=person, kind=kind, state=ChangeState.WAITING).exists():
        raise WrongState(_("This has been asked for already, and waits."))
    if kind == Kind.ADDRESS:
        if institution_of(new_address) != person.institution:
            raise WrongState(_("Use an address of the university."))
        if _is_taken(new_address):
            raise WrongState(_("Somebody has this address already."))
    nothing = {
        Kind.SECOND_STEP: not Authenticator.objects.filter(user=person).exists(),
        Kind.UNIVERSITY_LINK: not SocialAccount.objects.filter(user=person).exists(),
        Kind.ADMINISTRATOR: person.is_staff,
        Kind.NO_ADMINISTRATOR: not person.is_staff,
    }
    if nothing.get(Kind(kind)):
        raise WrongState(_("There is nothing to change: it is so already."))


def _is_taken(address: str) -> bool:
    in_use = User.objects.filter(email__iexact=address).exists()
    return in_use or EmailAddress.objects.filter(email__iexact=address).exists()


@transaction.atomic
def agree(*, change: AccountChange, by: User, now: datetime) -> AccountChange:
    """A second administrator's yes. Raises ``NotAllowed``; ``WrongState`` while one of the two is too new to count."""
    change = _locked(change)
    if not can_be_second(by, change):
        raise NotAllowed
    if any(account_changed_lately(each, now) for each in (by, change.asked_by)):
        raise WrongState(_("One of the two accounts was changed within seven days. Until then it is not one of two."))
    change.second_by, change.begins_at = by, begins_by_two(change.kind, now)
    change.save(update_fields=["second_by", "begins_at"])
    record(verb="account change agreed", obj=change, by=by, now=now, fields=["second_by", "begins_at"])
    if change.begins_at > now:
        _alert(change, "agreed", now)
    _carry_out_if_due(change, now)
    return change


@transaction.atomic
def confirm_address(*, change: AccountChange, now: datetime) -> AccountChange:
    """Who reads the new address says that it is theirs; again it changes nothing. Raises ``WrongState``."""
    change = _locked(change)
    if change.state != ChangeState.WAITING or change.kind != Kind.ADDRESS:
        raise WrongState(_("This does not wait any more."))
    if change.confirmed_at is None:
        change.confirmed_at = now
        change.save(update_fields=["confirmed_at"])
        record(verb="new address confirmed", obj=change, by=None, now=now, fields=["confirmed_at"])
    _carry_out_if_due(change, now)
    return change


@transaction.atomic
def stop(*, change: AccountChange, by: User | None, now: datetime) -> None:
    """It does not happen. Whoever sees it may stop it. Raises ``WrongState`` afterwards."""
    move(change, ChangeState.STOPPED, lifecycle=CHANGE, by=by, now=now, closed_at=now, closed_by=by)
    call_off(about=change, now=now)


def carry_out_due(*, now: datetime) -> int:
    """Carry out whose time has come, and close what nobody means any more; how many there were."""
    keys = list(due_changes(now).values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            _carry_out_if_due(_locked(AccountChange(pk=key)), now)
    stale = AccountChange.objects.filter(state=ChangeState.WAITING, asked_at__lte=now - GIVEN_UP_AFTER)
    given_up = list(stale)
    for change in given_up:
        stop(change=change, by=None, now=now)
    return len(keys) + len(given_up)


def _locked(change: AccountChange) -> AccountChange:
    found = AccountChange.objects.select_for_update(of=("self",)).select_related("person__institution", "asked_by")
    return found.get(pk=change.pk)


def _carry_out_if_due(change: AccountChange, now: datetime) -> None:
    unconfirmed = change.kind == Kind.ADDRESS and change.confirmed_at is None
    if change.state != ChangeState.WAITING or change.begins_at is None or change.begins_at > now or unconfirmed:
        return
    person, old = change.person, change.person.email
    if not _still_stands(change):
        stop(change=change, by=None, now=now)
        return
    move(change, ChangeState.DONE, lifecycle=CHANGE, by=None, now=now, closed_at=now)
    DEEDS[Kind(change.kind)](change, now)
    call_off(about=change, now=now)
    key = f"change-{change.pk}-done"
    owe(letter=DONE, recipient=person, occasion=key, now=now, about=change)
    if person.email != old:
        owe_to_address(letter=DONE, address=old, occasion=key, now=now, expires_at=now + LETTER_LIVES, about=change)


def _still_stands(change: AccountChange) -> bool:
    """Whether both who said yes administer still, and it can be done."""
    said_yes = {change.asked_by_id} | ({change.second_by_id} if change.second_by_id else set())
    still = User.objects.filter(
        pk__in=said_yes, is_staff=True, is_active=True, institution=change.person.institution_id
    ).count()
    is_free = change.kind != Kind.ADDRESS or not _is_taken(change.new_address)
    is_last = change.kind == Kind.NO_ADMINISTRATOR and len(administrators(change.person.institution)) < 2
    return still == len(said_yes) and is_free and not is_last and change.person.is_active


def _correct_address(change: AccountChange, now: datetime) -> None:
    change_person(person=change.person, changes={"email": change.new_address}, by=change.asked_by, now=now)
    _sign_out(change.person)


def _take_second_step(change: AccountChange, now: datetime) -> None:
    Authenticator.objects.filter(user=change.person).delete()
    record(verb="way of signing in changed", obj=change.person, by=change.asked_by, now=now, fields=["second step"])
    _sign_out(change.person)


def _undo_university_link(change: AccountChange, now: datetime) -> None:
    SocialAccount.objects.filter(user=change.person).delete()
    record(verb="way of signing in changed", obj=change.person, by=change.asked_by, now=now, fields=["university"])
    _sign_out(change.person)


def _make_administrator(change: AccountChange, now: datetime) -> None:
    _set_administrator(change, now, to=True, verb="administrator appointed")


def _end_administrator(change: AccountChange, now: datetime) -> None:
    _set_administrator(change, now, to=False, verb="administrator ended")
    _sign_out(change.person)


def _set_administrator(change: AccountChange, now: datetime, *, to: bool, verb: str) -> None:
    person = change.person
    person.is_staff = person.is_superuser = to
    person.save(update_fields=["is_staff", "is_superuser"])
    record(verb=verb, obj=person, by=change.asked_by, now=now, fields=["is_staff"])


def _sign_out(person: User) -> None:
    """Nobody goes on by what they signed in with before."""
    for session in UserSession.objects.filter(user=person):
        session.end()


DEEDS: dict[Kind, Callable[[AccountChange, datetime], None]] = {
    Kind.ADDRESS: _correct_address,
    Kind.SECOND_STEP: _take_second_step,
    Kind.UNIVERSITY_LINK: _undo_university_link,
    Kind.ADMINISTRATOR: _make_administrator,
    Kind.NO_ADMINISTRATOR: _end_administrator,
}


def _alert(change: AccountChange, occasion: str, now: datetime) -> None:
    """Everybody who could stop it, at the address that they have now, and the data-protection officer."""
    key = f"change-{change.pk}-{occasion}"
    for person in to_alert(change, timezone.localdate(now)):
        owe(letter=ASKED, recipient=person, occasion=key, now=now, about=change)
    institution = change.person.institution
    if institution and institution.officer_email:
        owe_to_address(
            letter=ASKED, address=institution.officer_email, occasion=key, now=now, expires_at=now + LETTER_LIVES,
            about=change,
        )  # fmt: skip
