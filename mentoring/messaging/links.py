"""Signed links: each binds purpose, person, object and version, and never signs anybody in.

GET shows, POST acts. A forwarded link can only repeat what it says. Source: trust.md §1 (7), §5.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.languages import ASKED_BY_LINK, read_now
from accounts.models import User
from accounts.services import record
from mentoring.messaging.models import LinkUse


class WhyDead(StrEnum):
    """Why a link no longer works."""

    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"  # forged, cut short, or of another purpose


class DeadLink(Exception):
    """The link cannot be used."""

    def __init__(self, reason: WhyDead) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class LinkGrant:
    """Whose link it is and what it is about. It permits its purpose, nothing else."""

    person: User
    object_id: str


@dataclass(frozen=True)
class _Versions:
    """The versions of some people's links, by purpose, person and object, where they differ from the first."""

    people: frozenset[int]
    used: dict[tuple[str, int, str], int]


_looked_up: ContextVar[_Versions | None] = ContextVar("versions of links", default=None)


@contextmanager
def versions_looked_up(people: Collection[int]) -> Iterator[None]:
    """Inside, making links for these people asks the database nothing: it was asked once for all of them.

    A link that is revoked meanwhile is made with the version of before, and so is dead.
    """
    uses = LinkUse.objects.filter(subject__in=people).values_list("purpose", "subject_id", "object_id", "version")
    used = {(purpose, person, object_id): version for purpose, person, object_id, version in uses}
    token = _looked_up.set(_Versions(frozenset(people), used))
    try:
        yield
    finally:
        _looked_up.reset(token)


def absolute(path: str) -> str:
    """The full address of one of our paths; what a letter in Welsh leads to is in Welsh as well."""
    language = read_now()
    if language != settings.LANGUAGE_CODE:
        path = f"{path}{'&' if '?' in path else '?'}{ASKED_BY_LINK}={language}"
    return f"{settings.SITE_URL}{path}"


def make_token(*, purpose: str, person: User, object_id: int | str) -> str:
    """A token for ``l/<purpose>/<token>/``. Making one changes nothing."""
    looked_up = _looked_up.get()
    if looked_up and person.pk in looked_up.people:
        version = looked_up.used.get((purpose, person.pk, str(object_id)), 1)
    else:
        version = _version(purpose, person.pk, str(object_id))
    return signing.dumps([person.pk, str(object_id), version], salt=_salt(purpose))


def read_token(purpose: str, token: str, *, max_age: timedelta) -> LinkGrant:
    """What a token grants; from here on the page tells its person's time.

    Raises ``DeadLink`` when it is forged, too old, revoked or of another purpose.
    """
    try:
        person_id, object_id, version = signing.loads(token, salt=_salt(purpose), max_age=max_age)
    except signing.SignatureExpired as error:
        raise DeadLink(WhyDead.EXPIRED) from error
    except (signing.BadSignature, ValueError) as error:
        raise DeadLink(WhyDead.UNKNOWN) from error
    person = User.objects.select_related("institution").filter(pk=person_id, is_active=True).first()
    if person is None or version != _version(purpose, person_id, object_id):
        raise DeadLink(WhyDead.REVOKED)
    if person.institution:
        timezone.activate(person.institution.zone)
    return LinkGrant(person, object_id)


@transaction.atomic
def revoke(*, purpose: str, person: User, object_id: int | str, by: User | None, now: datetime) -> None:
    """Make every link of this purpose, person and object stop working; new ones work."""
    use, _is_new = LinkUse.objects.get_or_create(purpose=purpose, subject=person, object_id=str(object_id))
    LinkUse.objects.filter(pk=use.pk).update(version=F("version") + 1)
    record(verb="link revoked", obj=use, by=by, now=now, fields=["version"])


def _version(purpose: str, person_id: int, object_id: str) -> int:
    kept = LinkUse.objects.filter(purpose=purpose, subject_id=person_id, object_id=object_id)
    return kept.values_list("version", flat=True).first() or 1


def _salt(purpose: str) -> str:
    return f"mentoring.link.{purpose}"
