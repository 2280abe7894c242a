"""Reads about people."""

from accounts.models import Consent, EmailDomain, Institution, User


def institution_of(email: str) -> Institution | None:
    """The institution that vouches for an address, by its exact domain; ``None`` for any other."""
    domain = email.rpartition("@")[2].strip().lower()
    found = EmailDomain.objects.select_related("institution").filter(domain=domain).first()
    return found.institution if found else None


def has_consented(person: User, kind: str) -> bool:
    """Whether the person's consent of this kind stands today."""
    return Consent.objects.filter(person=person, kind=kind, withdrawn_at=None).exists()
