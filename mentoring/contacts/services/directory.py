"""The support directory is kept by who sets the scheme up (R67)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import record
from mentoring.contacts.models import SupportService


@transaction.atomic
def save_service(*, service: SupportService, by: User, now: datetime) -> SupportService:
    """Add a service, or change it."""
    verb = "service changed" if service.pk else "service added"
    service.save()
    record(verb=verb, obj=service, by=by, now=now, fields=["name", "what_for", "web", "email", "phone"])
    return service


@transaction.atomic
def remove_service(*, service: SupportService, by: User, now: datetime) -> None:
    """Take a service out of the directory; contacts that pointed to it forget it."""
    record(verb="service removed", obj=service, by=by, now=now, fields=["name"])
    service.delete()
