"""Logging a contact, correcting it within days, withdrawing it (R54 to R57, R63, R67)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.confidences.selectors.notes import allowed_for
from mentoring.confidences.services.notes import take_note_back, write_note
from mentoring.contacts.models import Contact, SupportService
from mentoring.contacts.rules import BOTH_HEARD, is_correctable, is_day_possible
from mentoring.contacts.services.replies import take_up_questions
from mentoring.matching.models import Match
from mentoring.matching.services import activate
from mentoring.matching.states import KNOWN
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState


@dataclass(frozen=True)
class ContactFacts:
    """What is told of a contact. ``kind``, ``channel`` and ``topics`` are values of ``states``."""

    matches: Sequence[Match]
    kind: str
    channel: str
    happened_on: date
    topics: Sequence[str] = ()
    signposted: Sequence[SupportService] = field(default=())
    note: str = ""


@transaction.atomic
def log_contact(*, mentor: Participant, facts: ContactFacts, form_key: UUID, by: User, now: datetime) -> Contact:
    """Log one contact with one or more mentees. The same form sent twice logs it once.

    Raises ``NotAllowed`` for somebody else's mentees or log, ``WrongState`` for an impossible day,
    an ended match, or a note without permission.
    """
    # Two posts of one form at the same moment wait for each other here.
    Participant.objects.select_for_update().get(pk=mentor.pk)
    before = Contact.objects.filter(form_key=form_key).first()
    if before:
        if before.mentor_id != mentor.pk:
            raise NotAllowed
        if before.withdrawn_at is not None:
            raise WrongState(_("You took this contact back. Open the page again to log another."))
        return before
    _hold_possible(mentor, facts, by, now)
    contact = Contact.objects.create(mentor=mentor, form_key=form_key, logged_by=by, logged_at=now, **_columns(facts))
    contact.matches.set(facts.matches)
    contact.signposted.set(facts.signposted)
    _record(contact, "contact logged", by, now, _told(facts))
    if facts.note:
        write_note(match=facts.matches[0], text=facts.note, form_key=form_key, by=by, now=now)
    _follow_from(facts, by, now)
    return contact


def _columns(facts: ContactFacts) -> dict[str, Any]:
    return {
        "kind": facts.kind,
        "channel": facts.channel,
        "topics": list(facts.topics),
        "happened_on": facts.happened_on,
    }


def _told(facts: ContactFacts) -> list[str]:
    """The names of what was told; an empty field is not named, so that a note leaves no trace of absence."""
    optional = {"topics": facts.topics, "signposted": facts.signposted}
    return ["matches", "kind", "channel", "happened_on", *(name for name, value in optional.items() if value)]


def _hold_possible(mentor: Participant, facts: ContactFacts, by: User, now: datetime) -> None:
    """The rules for what may be logged, corrections included."""
    if by.pk != mentor.user_id or any(match.mentor_id != mentor.pk for match in facts.matches):
        raise NotAllowed
    if not facts.matches:
        raise WrongState(_("Select who you were in contact with."))
    for match in facts.matches:
        if match.state not in KNOWN or match.mentee.state == ParticipantState.LEFT:
            raise WrongState(_("%(name)s is no longer in your group.") % {"name": match.mentee.user.first_name})
    since = [timezone.localdate(match.introduced_at or match.made_at) for match in facts.matches]
    if not is_day_possible(facts.happened_on, today=timezone.localdate(now), since=since):
        raise WrongState(_("Choose a day between the start of the mentoring and today."))
    if facts.note and (len(facts.matches) != 1 or not allowed_for(mentor, facts.matches)):
        raise WrongState(_("A note needs the permission of the one it is about."))


def _follow_from(facts: ContactFacts, by: User, now: datetime) -> None:
    """Being in touch makes a match active, and takes up a question that waited."""
    for match in facts.matches:
        if facts.kind in BOTH_HEARD:
            activate(match=match, by=by, now=now)
        take_up_questions(match, by=by, now=now)


@transaction.atomic
def correct_contact(*, contact: Contact, facts: ContactFacts, by: User, now: datetime) -> Contact:
    """Correct a contact within the policy's days. Raises ``NotAllowed``, ``WrongState``."""
    held = Contact.objects.select_for_update().filter(pk=contact.pk, withdrawn_at=None)
    if not held.exists():
        raise WrongState(_("This contact was taken back meanwhile."))
    _hold_correctable(contact, by, now)
    _hold_possible(contact.mentor, facts, by, now)
    for name, value in _columns(facts).items():
        setattr(contact, name, value)
    contact.corrected_at = now
    contact.save(update_fields=[*_columns(facts), "corrected_at"])
    contact.matches.set(facts.matches)
    contact.signposted.set(facts.signposted)
    _record(contact, "contact corrected", by, now, _told(facts))
    _follow_from(facts, by, now)
    return contact


@transaction.atomic
def withdraw_contact(*, contact: Contact, by: User, now: datetime) -> Contact:
    """Take a contact back within the policy's days, the note that came with it too. Again changes nothing."""
    if contact.withdrawn_at is None:
        _hold_correctable(contact, by, now)
        contact.withdrawn_at = now
        contact.save(update_fields=["withdrawn_at"])
        _record(contact, "contact withdrawn", by, now, ["withdrawn_at"])
        take_note_back(form_key=contact.form_key, by=by, now=now)
    return contact


def _hold_correctable(contact: Contact, by: User, now: datetime) -> None:
    if contact.logged_by_id != by.pk:
        raise NotAllowed
    days = contact.mentor.cohort.policy.correction_days
    if not is_correctable(contact.logged_at, now, days):
        raise WrongState(_("A contact can be changed for %(days)d days after it was logged.") % {"days": days})


def _record(contact: Contact, verb: str, by: User, now: datetime, fields: list[str]) -> None:
    record(verb=verb, obj=contact, by=by, now=now, fields=fields, scheme_id=contact.mentor.cohort.scheme_id)
