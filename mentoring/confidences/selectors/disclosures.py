"""Reads of disclosures: by the mentee whom it is about, by the person named, by who decides about telling."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from mentoring.confidences.models import Disclosure, Note
from mentoring.confidences.permissions import can_decide_about_telling, can_open, is_as_asked
from mentoring.confidences.states import Basis, DisclosureState

PEOPLE = ("match__mentor__user", "match__mentee__user", "match__mentee__programme__unit", "match__cohort__scheme__unit")


def disclosures() -> QuerySet[Disclosure]:
    return Disclosure.objects.select_related(*PEOPLE, "note", "reader", "delayed_by")


def told_to(user: Any) -> QuerySet[Disclosure]:
    """What a mentee knows of: what she is or was asked, and what she has been told.

    Of earlier pairs as well: that a note was shown stays hers to know when the pair has ended.
    """
    told = Q(basis=Basis.AGREED) | Q(told_at__isnull=False)
    return disclosures().filter(told, match__mentee__user=user)


def is_to_answer(one: Disclosure, now: datetime) -> bool:
    """Whether a mentee can still say yes to the words that she is asked about."""
    return one.state == DisclosureState.ASKED and now < one.lapses_at and is_as_asked(one)


def of_note(note: Note) -> QuerySet[Disclosure]:
    """To whom a note was shown, for its author."""
    return disclosures().filter(note=note)


def shown_to(user: Any, now: datetime, today: date) -> list[Disclosure]:
    """The notes that are open to a person named, while they are."""
    found = disclosures().filter(reader=user, state=DisclosureState.OPEN, lapses_at__gt=now)
    return [one for one in found if can_open(user, one, now, today)]


def to_decide_about(user: Any, today: date) -> list[Disclosure]:
    """What was shown because of danger, and the student has not been told yet."""
    untold = disclosures().filter(basis=Basis.DANGER, told_at=None)
    return [one for one in untold if can_decide_about_telling(user, one, today)]


def due_to_be_told(now: datetime) -> QuerySet[Disclosure]:
    """What a student is to be told now."""
    return disclosures().filter(basis=Basis.DANGER, told_at=None, tell_at__lte=now)


def over(now: datetime) -> QuerySet[Disclosure]:
    """What has lapsed: open for its days, or asked without an answer."""
    return disclosures().filter(state__in=[DisclosureState.ASKED, DisclosureState.OPEN], lapses_at__lte=now)
