"""Reads: which providers there are, for whom they speak, and whom their answers mean."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from accounts.models import AuditEntry, EmailDomain, Institution, User
from mentoring.federation.rules import Known, Terms, Why, domain_of
from mentoring.federation.states import PROPOSABLE
from mentoring.identity import Provider
from schemes.models import Scheme

REFUSED = "sign-in refused"


def providers() -> tuple[Provider, ...]:
    """All that the installation's file tells of."""
    return tuple(settings.SIGN_IN_PROVIDERS)


def provider_named(name: str) -> Provider:
    """The provider of this id. Raises ``Http404``."""
    found = next((each for each in providers() if each.id == name), None)
    if found is None:
        raise Http404
    return found


def institution_for(provider: Provider) -> Institution | None:
    """The university that the provider belongs to: the one it names, else the only one."""
    if provider.institution:
        return Institution.objects.filter(slug=provider.institution).first()
    few = list(Institution.objects.order_by("pk")[:2])
    return few[0] if len(few) == 1 else None


def providers_of(institution: Institution) -> list[Provider]:
    """The providers of one university."""
    return [each for each in providers() if institution_for(each) == institution]


def domains_for(provider: Provider) -> frozenset[str]:
    """The domains it speaks for: never one that its own university does not vouch for."""
    institution = institution_for(provider)
    if institution is None:
        return frozenset()
    vouched = frozenset(EmailDomain.objects.filter(institution=institution).values_list("domain", flat=True))
    named = {domain.strip().lower().lstrip("@") for domain in provider.domains}
    return vouched & named if named else vouched


def terms_for(provider: Provider) -> Terms:
    """What is agreed with a provider."""
    return Terms(
        domains=domains_for(provider),
        verified_claim=provider.verified_claim,
        addresses_are_verified=provider.addresses_are_verified,
        require=provider.require,
        second_step=frozenset(provider.second_step),
        new_people=provider.new_people,
    )


def known_by(provider: Provider, subject: str, address: str) -> Known:
    """Whom the subject and the address belong to here.

    Addresses are kept in small letters and compared as they are: a database's own way of ignoring case may take
    a letter of another alphabet for one of ours.
    """
    link = SocialAccount.objects.filter(provider=provider.id, uid=subject).first()
    person = User.objects.filter(email=address.strip().lower()).first() if address else None
    others = SocialAccount.objects.filter(provider=provider.id, user=person) if person else SocialAccount.objects.none()
    return Known(
        by_subject=link.user_id if link else None,
        by_address=person.pk if person else None,
        subjects_of_address=frozenset(others.exclude(uid=subject).values_list("uid", flat=True)),
    )


def provider_for_address(address: str, *, only: bool = False) -> Provider | None:
    """The provider that speaks for an address; with ``only``, one without which its people do not come in."""
    domain = domain_of(address)
    fitting = (each for each in providers() if each.only or not only)
    return next((each for each in fitting if domain in domains_for(each)), None)


def links_of(person: Any) -> QuerySet[SocialAccount]:
    """By which providers the person has come in, of those that still exist."""
    return SocialAccount.objects.filter(user=person, provider__in=[each.id for each in providers()])


def came_by(request: HttpRequest) -> Provider | None:
    """The provider by which this session began."""
    records = get_authentication_records(request, request.user) if request.user.is_authenticated else []
    names = [each.get("provider") for each in records if each.get("method") == "socialaccount"]
    return next((each for each in providers() if names and each.id == names[-1]), None)


@dataclass(frozen=True)
class Refusal:
    """Somebody was not let in; who, only when we know them."""

    at: datetime
    why: str


def refusals(institution: Institution, limit: int = 20) -> list[Refusal]:
    """The latest of a university."""
    entries = AuditEntry.objects.filter(
        verb=REFUSED, object_type=Institution._meta.label_lower, object_id=str(institution.pk)
    ).order_by("-at")[:limit]
    known = set(Why)
    return [Refusal(each.at, next((name for name in each.fields if name in known), "")) for each in entries]


def unusable_roles(provider: Provider) -> list[str]:
    """Lines of the role mapping that can never propose anything, and why in a word."""
    institution = institution_for(provider)
    slugs = set(Scheme.objects.filter(unit__institution=institution).values_list("slug", flat=True))
    return [
        f"{rule.claim} = {rule.value}"
        for rule in provider.roles
        if rule.role not in PROPOSABLE or rule.scheme not in slugs
    ]
