"""Reads of the contact log."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from mentoring.contacts.models import Contact
from mentoring.contacts.rules import how_of
from mentoring.contacts.states import Channel
from mentoring.participation.models import Participant
from schemes.permissions import within_reach
from schemes.roles import Capability


def my_contacts(user: Any) -> QuerySet[Contact]:
    """What a mentor logged, or a mentee's tap logged for them; withdrawn ones are gone."""
    return (
        Contact.objects.filter(mentor__user=user, withdrawn_at=None)
        .select_related("mentor__cohort__scheme", "mentor__user")
        .prefetch_related("matches__mentee__user", "signposted")
    )


def contacts_visible_to(user: Any, today: date) -> QuerySet[Contact]:
    """The contacts that staff may see, facts only: those with a student of their unit (trust.md §2).

    What was said stands nowhere; notes are not the log's (see ``confidences``).
    """
    reach = within_reach(
        user,
        Capability.SEE_CONTACTS,
        today,
        scheme="mentor__cohort__scheme",
        unit="matches__mentee__programme__unit",
    )
    return Contact.objects.filter(reach, withdrawn_at=None).distinct()


def contacts_logged_today(mentor: Participant, today: date) -> list[Contact]:
    """What a mentor already logged for today."""
    return list(my_contacts(mentor.user).filter(mentor=mentor, happened_on=today).exclude(channel=Channel.COURTESY))


def keys_logged(mentor: Participant, keys: Sequence[str]) -> list[str]:
    """Those of some form keys under which this mentor logged something, taken back since or not."""
    found = Contact.objects.filter(mentor=mentor, form_key__in=_readable(keys))
    return [str(key) for key in found.values_list("form_key", flat=True)]


def _readable(keys: Sequence[str]) -> list[UUID]:
    """Those that are keys at all."""
    found = []
    for key in keys:
        with suppress(ValueError):
            found.append(UUID(key))
    return found


@dataclass(frozen=True)
class Remembered:
    """A mentor's last choices: who (match keys) and how; the last way that was no attempt."""

    who: frozenset[int]
    how: str
    channel: str


def remembered(mentor: Participant) -> Remembered:
    """What the log begins with: the last choice, else everybody by message."""
    last = my_contacts(mentor.user).filter(mentor=mentor).exclude(channel=Channel.COURTESY)
    contact = last.order_by("-logged_at", "-pk").first()
    if contact is None:
        return Remembered(frozenset(), Channel.MESSAGE, Channel.MESSAGE)
    how = how_of(contact.kind, contact.channel)
    return Remembered(frozenset(match.pk for match in contact.matches.all()), how, contact.channel)
