"""Reads about people."""

from collections.abc import Iterable

from accounts.encryption import marks
from accounts.models import Consent, EmailDomain, Erased, Institution, User


def institution_of(email: str) -> Institution | None:
    """The institution that vouches for an address, by its exact domain; ``None`` for any other."""
    domain = email.rpartition("@")[2].strip().lower()
    found = EmailDomain.objects.select_related("institution").filter(domain=domain).first()
    return found.institution if found else None


def has_consented(person: User, kind: str) -> bool:
    """Whether the person's consent of this kind stands today."""
    return Consent.objects.filter(person=person, kind=kind, withdrawn_at=None).exists()


def erased_among(values: Iterable[str]) -> set[str]:
    """Which of these addresses and student numbers belonged to somebody who was erased; one query."""
    known = {mark for each in Erased.objects.values_list("marks", flat=True) for mark in each}
    return {value for value in values if value and known.intersection(marks(value))} if known else set()
