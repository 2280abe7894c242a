"""Writes about people. Every write leaves an audit entry in the same transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import models, transaction

from accounts.languages import is_spoken
from accounts.models import AuditEntry, Consent, EmailDomain, Institution, User


class NotAllowed(Exception):
    """The actor may not do this."""


class WrongState(Exception):
    """The object's state does not permit this now. The message is for the person who tried."""


def record(
    *,
    verb: str,
    obj: models.Model,
    by: User | None,
    now: datetime,
    fields: Iterable[str] = (),
    scheme_id: int | None = None,
) -> AuditEntry:
    """Add an audit entry: ``verb`` in the past tense ("match published"), field names, never values.

    ``by`` is ``None`` for the product itself and for the holder of a signed link.
    """
    return AuditEntry.objects.create(
        at=now,
        actor=by,
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        scheme_id_at=scheme_id,
        fields=sorted(fields),
    )


@transaction.atomic
def create_institution(
    *, name: str, slug: str, domains: Iterable[str], by: User | None, now: datetime, is_demo: bool = False
) -> Institution:
    """Create the institution with the e-mail domains it vouches for (R40)."""
    institution = Institution.objects.create(name=name, slug=slug, is_demo=is_demo)
    EmailDomain.objects.bulk_create(
        EmailDomain(institution=institution, domain=domain.strip().lower().lstrip("@")) for domain in domains
    )
    record(verb="institution created", obj=institution, by=by, now=now, fields=["name", "domains"])
    return institution


@transaction.atomic
def create_person(
    *,
    institution: Institution,
    email: str,
    by: User | None,
    now: datetime,
    given_name: str = "",
    family_name: str = "",
    known_as: str = "",
    student_number: str | None = None,
    password: str | None = None,
) -> User:
    """Create a person whose university address the institution vouches for.

    Signing in by e-mail code proves possession of the address each time.
    """
    user = User.objects.create_user(
        email,
        password,
        institution=institution,
        given_name=given_name,
        family_name=family_name,
        known_as=known_as,
        student_number=student_number,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record(verb="person created", obj=user, by=by, now=now, fields=["email", "given_name", "family_name"])
    return user


@transaction.atomic
def give_consent(*, person: User, kind: str, text_version: str, now: datetime, channel: str = "web") -> Consent:
    """Record consent to a text; giving it again to the same text changes nothing."""
    live = Consent.objects.filter(person=person, kind=kind, withdrawn_at=None).first()
    if live and live.text_version == text_version:
        return live
    if live:
        live.withdrawn_at = now
        live.save(update_fields=["withdrawn_at"])
    consent = Consent.objects.create(person=person, kind=kind, text_version=text_version, channel=channel, given_at=now)
    record(verb="consent given", obj=consent, by=person, now=now, fields=["kind", "text_version"])
    return consent


@transaction.atomic
def withdraw_consent(*, person: User, kind: str, now: datetime) -> None:
    """Take consent back; repeating it is harmless. What rested on it is deleted by the caller's use case."""
    for consent in Consent.objects.filter(person=person, kind=kind, withdrawn_at=None):
        consent.withdrawn_at = now
        consent.save(update_fields=["withdrawn_at"])
        record(verb="consent withdrawn", obj=consent, by=person, now=now, fields=["withdrawn_at"])


def record_each(
    *,
    verb: str,
    objs: Iterable[models.Model],
    by: User | None,
    now: datetime,
    fields: Iterable[str] = (),
    scheme_id: int | None = None,
) -> None:
    """Add one audit entry for each of many objects: for work on a whole file. See ``record``."""
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                at=now,
                actor=by,
                verb=verb,
                object_type=obj._meta.label_lower,
                object_id=str(obj.pk),
                scheme_id_at=scheme_id,
                fields=sorted(fields),
            )
            for obj in objs
        ),
        batch_size=500,
    )


@transaction.atomic
def create_people(*, people: list[User], by: User | None, now: datetime) -> None:
    """Create many people of one file, as ``create_person`` does one. None of them has a password."""
    for person in people:
        person.set_unusable_password()
    User.objects.bulk_create(people, batch_size=500)
    EmailAddress.objects.bulk_create(
        (EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people),
        batch_size=500,
    )
    record_each(verb="person created", objs=people, by=by, now=now, fields=["email", "given_name", "family_name"])


@transaction.atomic
def change_person(*, person: User, changes: Mapping[str, object], by: User | None, now: datetime) -> None:
    """Change what the university says of a person. A new address becomes the one they sign in with,
    and mail goes to it again."""
    if "email" in changes:
        changes = {**changes, "email_failed_at": None}
    for name, value in changes.items():
        setattr(person, name, value)
    person.save(update_fields=list(changes))
    if "email" in changes:
        EmailAddress.objects.filter(user=person).delete()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    record(verb="person changed", obj=person, by=by, now=now, fields=changes)


@transaction.atomic
def choose_language(*, person: User, language: str, by: User | None, now: datetime) -> None:
    """The language that a person's pages and letters are in from now on. One that we do not speak changes nothing."""
    if not is_spoken(language) or person.language == language:
        return
    person.language = language
    person.save(update_fields=["language"])
    record(verb="language chosen", obj=person, by=by, now=now, fields=["language"])
