"""Reads about people."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from accounts.encryption import mark_key, marks
from accounts.models import AuditEntry, Consent, EmailDomain, Erased, FieldKey, Institution, User


def institution_of(email: str) -> Institution | None:
    """The institution that vouches for an address, by its exact domain; ``None`` for any other.

    Universities give out plain letters: an address with others ("İ", a zero-width character) only looks like one.
    """
    if not email.isascii():
        return None
    domain = email.rpartition("@")[2].strip().lower()
    found = EmailDomain.objects.select_related("institution").filter(domain=domain).first()
    return found.institution if found else None


def with_mailbox_of(user: User) -> list[User]:
    """Everybody whose mail comes to the same mailbox, the person included.

    What stands behind a "+" in an address is its owner's to choose: mail of every such address reaches them.
    """
    name, domain = mailbox_of(user.email)
    found = User.objects.filter(email__istartswith=name, email__iendswith=f"@{domain}")
    return [other for other in found if mailbox_of(other.email) == (name, domain)]


def mailbox_of(address: str) -> tuple[str, str]:
    """The (name, domain) to which mail of an address comes: without what stands behind a "+"."""
    name, _at, domain = address.strip().lower().rpartition("@")
    return name.partition("+")[0], domain


def administrators_of(institution: Institution, *, without: set[int]) -> list[User]:
    """The university's administrators, but for some."""
    found = User.objects.filter(institution=institution, is_staff=True, is_active=True).exclude(pk__in=without)
    return list(found.order_by("pk"))


def has_consented(person: User, kind: str) -> bool:
    """Whether the person's consent of this kind stands today."""
    return Consent.objects.filter(person=person, kind=kind, withdrawn_at=None).exists()


def erased_among(values: Iterable[str]) -> set[str]:
    """Which of these addresses and student numbers belonged to somebody who was erased; two queries.

    Known again by the keys at hand and by what is left of retired ones.
    """
    known = {mark for each in Erased.objects.values_list("marks", flat=True) for mark in each}
    if not known:
        return set()
    keys = {mark_key(key) for key in settings.FIELD_KEYS} | set(FieldKey.objects.values_list("mark", flat=True))
    return {value for value in values if value and known.intersection(marks(value, keys))}


LATELY = timedelta(days=7)
OTHER_SIGN_IN = ("administrator appointed", "way of signing in changed", "address confirmed")


def account_changed_lately(user: User, now: datetime) -> bool:
    """Whether an account became an administrator's, or is signed in to by something else, within seven days.

    Read from the trail, which nobody changes. What the installation itself did is not meant. Such an account is not
    yet one of two: whoever made it could be the other one.
    """
    entries = AuditEntry.objects.filter(
        object_type=User._meta.label_lower, object_id=str(user.pk), at__gt=now - LATELY, actor__isnull=False
    )
    if entries.filter(verb__in=OTHER_SIGN_IN).exists():
        return True
    return any("email" in fields for fields in entries.filter(verb="person changed").values_list("fields", flat=True))
