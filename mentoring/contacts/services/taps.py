"""A contact that a tap logs for the mentor, so that it counts for both."""

import uuid
from datetime import date, datetime

from accounts.models import User
from accounts.services import record
from mentoring.contacts.models import Contact
from mentoring.matching.models import Match


def log_by_tap(
    *, match: Match, kind: str, channel: str, on: date, key: uuid.UUID, by: User | None, now: datetime
) -> Contact:
    """Log one contact of a pair under a key, once; one that was taken back stands again."""
    contact, is_new = Contact.objects.get_or_create(
        form_key=key,
        defaults={"mentor": match.mentor, "kind": kind, "channel": channel, "happened_on": on, "logged_at": now},
    )
    if is_new or contact.withdrawn_at is not None:
        Contact.objects.filter(pk=contact.pk).update(withdrawn_at=None, happened_on=on, logged_at=now)
        contact.matches.set([match])
        fields = ["matches", "kind", "channel", "happened_on"]
        record(verb="contact logged", obj=contact, by=by, now=now, fields=fields, scheme_id=match.cohort.scheme_id)
    return contact


def withdraw_by_tap(*, match: Match, key: uuid.UUID, by: User | None, now: datetime) -> None:
    """Take back what a tap logged; again changes nothing."""
    for contact in Contact.objects.filter(form_key=key, withdrawn_at=None):
        contact.withdrawn_at = now
        contact.save(update_fields=["withdrawn_at"])
        record(
            verb="contact withdrawn", obj=contact, by=by, now=now,
            fields=["withdrawn_at"], scheme_id=match.cohort.scheme_id,
        )  # fmt: skip
