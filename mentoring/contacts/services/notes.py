"""A mentee's permission for notes; without it there is no note (R63, R64)."""

from datetime import datetime

from django.db import transaction

from accounts.models import Consent, User
from accounts.services import NotAllowed, give_consent, record, withdraw_consent
from mentoring.contacts.models import Contact
from mentoring.participation import consents
from mentoring.participation.models import Participant


@transaction.atomic
def allow_notes(*, participant: Participant, by: User, now: datetime) -> Consent:
    """A mentee lets their mentor keep notes. Raises ``NotAllowed`` where the scheme has none."""
    if participant.is_mentor or by.pk != participant.user_id or not participant.cohort.policy.notes_allowed:
        raise NotAllowed
    return give_consent(person=participant.user, kind=Consent.Kind.NOTES, text_version=consents.NOTES.version, now=now)


@transaction.atomic
def forbid_notes(*, participant: Participant, by: User, now: datetime) -> int:
    """A mentee takes the permission back: every note about them is deleted; how many there were."""
    if by.pk != participant.user_id:
        raise NotAllowed
    withdraw_consent(person=participant.user, kind=Consent.Kind.NOTES, now=now)
    kept = Contact.objects.filter(matches__mentee__user=participant.user).distinct()
    written = [contact for contact in kept.select_related("mentor__cohort") if contact.note]
    for contact in written:
        contact.note = ""
        contact.save(update_fields=["note"])
        scheme_id = contact.mentor.cohort.scheme_id
        record(verb="note deleted", obj=contact, by=by, now=now, fields=["note"], scheme_id=scheme_id)
    return len(written)
