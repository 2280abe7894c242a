"""Writes when somebody comes in by their university: joining, refusing, proposing roles, undoing a link."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, create_person, record
from accounts.validators import validate_plain_address
from mentoring.federation.models import RoleProposal
from mentoring.federation.rules import Said, Why, proposed
from mentoring.federation.selectors import REFUSED, institution_for
from mentoring.federation.states import PROPOSABLE, PROPOSAL, ProposalState
from mentoring.identity import Provider
from mentoring.lib.lifecycle import move
from mentoring.messaging.links import absolute
from mentoring.messaging.services import owe
from schemes.models import Appointment, Scheme, Unit
from schemes.services import appoint


@transaction.atomic
def join(*, provider: Provider, subject: str, person: User, now: datetime) -> SocialAccount:
    """From now on this subject of the provider is this person; who has been here before is told by letter.

    Whoever made the account without ever having shown that the address is theirs loses every way into it.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if SocialAccount.objects.filter(provider=provider.id, user=person).exclude(uid=subject).exists():
        raise WrongState(_("Another account of the university is joined to this person already."))
    address = EmailAddress.objects.filter(user=person, email__iexact=person.email).first()
    if address is None or not address.verified:
        _empty_handed(person)
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
    account, is_new = SocialAccount.objects.get_or_create(
        provider=provider.id, uid=subject, defaults={"user": person, "extra_data": {}}
    )
    if is_new:
        record(verb="joined by university sign-in", obj=person, by=person, now=now, fields=[provider.id])
    if is_new and person.last_login:  # who has been here before is told of the new way in
        told = {"change": "account_connected", "help_url": absolute(reverse("help"))}
        owe(recipient=person, letter="sign-in.changed", occasion=f"{provider.id}-{account.pk}", now=now, secret=told)
    return account


def _empty_handed(person: User) -> None:
    """No password, second step or session of an unproven owner survives."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    sessions = UserSession.objects.filter(user=person)
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    sessions.delete()


@transaction.atomic
def make_person(*, provider: Provider, said: Said, now: datetime) -> User:
    """An account for somebody of whom we had not heard; the university lets its people simply come.

    Raises ``ValidationError`` for what is no address.
    """
    institution = institution_for(provider)
    if institution is None:
        raise WrongState(_("There is no university of this name."))
    validate_email(said.address.strip())
    validate_plain_address(said.address.strip())
    return create_person(
        institution=institution,
        email=said.address.strip().lower(),
        given_name=said.given_name[:150],
        family_name=said.family_name[:150],
        by=None,
        now=now,
    )


def refuse(*, provider: Provider, why: Why, person: User | None, now: datetime) -> None:
    """Put it on the trail that somebody was not let in: of which university, and why; who, only if known."""
    about = person or institution_for(provider)
    if about is None:
        return
    record(verb=REFUSED, obj=about, by=None, now=now, fields=[why, provider.id])
    if isinstance(about, User) and (home := institution_for(provider)):
        record(verb=REFUSED, obj=home, by=None, now=now, fields=[why, provider.id])


@transaction.atomic
def propose_roles(*, provider: Provider, said: Said, person: User, now: datetime) -> None:
    """What the provider says of them today stands for these roles: proposed to those who appoint, given by nobody.

    A proposal that is no longer said is withdrawn; one that was declined is not made again.
    """
    schemes = Scheme.objects.filter(unit__institution=person.institution_id).select_related("unit")
    by_slug = {scheme.slug: scheme for scheme in schemes}
    wanted: set[tuple[int, int, str]] = set()
    for place in proposed([(rule.claim, rule.value) for rule in provider.roles], said):
        rule = provider.roles[place]
        scheme = by_slug.get(rule.scheme)
        unit = _unit_of(scheme, rule.unit) if scheme else None
        if scheme and unit and rule.role in PROPOSABLE:
            wanted.add((scheme.pk, unit.pk, rule.role))
    standing = {
        (each.scheme_id, each.unit_id, each.role): each
        for each in RoleProposal.objects.filter(person=person).exclude(state=ProposalState.WITHDRAWN)
    }
    for key, proposal in standing.items():
        if proposal.provider == provider.id and key not in wanted and proposal.state == ProposalState.WAITING:
            move(proposal, ProposalState.WITHDRAWN, lifecycle=PROPOSAL, by=None, now=now, scheme_id=key[0])
    for scheme_id, unit_id, role in sorted(wanted - set(standing)):
        if _holds(person, scheme_id, unit_id, role):
            continue
        made = RoleProposal.objects.create(
            person=person, provider=provider.id, scheme_id=scheme_id, unit_id=unit_id, role=role, proposed_at=now
        )
        record(verb="role proposed", obj=made, by=None, now=now, fields=["role"], scheme_id=scheme_id)


def _unit_of(scheme: Scheme, code: str) -> Unit | None:
    if not code:
        return scheme.unit
    unit = Unit.objects.filter(institution=scheme.unit.institution_id, code=code).first()
    return unit if unit and scheme.unit.covers(unit) else None


def _holds(person: User, scheme_id: int, unit_id: int, role: str) -> bool:
    return Appointment.objects.filter(user=person, scheme=scheme_id, unit=unit_id, role=role, ends_on=None).exists()


@transaction.atomic
def confirm(*, proposal: RoleProposal, by: User, now: datetime) -> Appointment:
    """Give the role. Raises ``WrongState`` when it is no longer proposed, or held already."""
    if _holds(proposal.person, proposal.scheme_id, proposal.unit_id, proposal.role):
        raise WrongState(_("This person has that role already."))
    move(proposal, ProposalState.CONFIRMED, lifecycle=PROPOSAL, by=by, now=now, scheme_id=proposal.scheme_id)
    return appoint(
        scheme=proposal.scheme,
        user=proposal.person,
        role=proposal.role,
        unit=proposal.unit,
        starts_on=now.astimezone(proposal.scheme.unit.institution.zone).date(),
        by=by,
        now=now,
    )


def decline(*, proposal: RoleProposal, by: User, now: datetime) -> None:
    """Do not give the role, nor be asked again."""
    move(proposal, ProposalState.DECLINED, lifecycle=PROPOSAL, by=by, now=now, scheme_id=proposal.scheme_id)
