"""Reads of concerns."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Institution, User
from mentoring.concerns.models import Concern
from mentoring.concerns.permissions import reach_of, readers
from mentoring.concerns.states import ConcernState
from mentoring.matching.models import Match
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
from mentoring.participation.selectors import current_participations
from schemes.models import Appointment, Cohort, Unit
from schemes.selectors import coordinators_for, current_cohort, scheme_lead


def concerns_visible_to(user: Any, today: date) -> QuerySet[Concern]:
    """The concerns a person may read; nobody reads one that is about themselves."""
    if not user.is_authenticated:
        return Concern.objects.none()
    return Concern.objects.filter(reach_of(user, today)).select_related(
        "about__user", "about_staff", "raised_by", "owner", "cohort__scheme"
    )


def raised_by(user: User) -> QuerySet[Concern]:
    """What a person raised: they see that it arrived and whether somebody looks after it."""
    return Concern.objects.filter(raised_by=user).order_by("-raised_at")


def cohort_to_raise_in(user: User, today: date) -> Cohort | None:
    """The cohort a person's concern belongs to: the one they take part in, or work for."""
    mine = current_participations(user, today).select_related("cohort__scheme").first()
    if mine:
        return mine.cohort
    appointment = Appointment.objects.in_force(today).filter(user=user).select_related("scheme").first()
    return current_cohort(appointment.scheme, today) if appointment else None


def unit_raised_in(user: User, cohort: Cohort, today: date) -> Unit | None:
    """The unit of a student who raises a concern; none for staff, whose concern is the whole scheme's."""
    own = current_participations(user, today).filter(cohort=cohort).select_related("programme__unit").first()
    return own.programme.unit if own else None


@dataclass(frozen=True)
class Subject:
    """Somebody a concern can be about: a key for the form, a name, and one of the two."""

    key: str
    label: str
    participant: Participant | None = None
    staff: User | None = None


def subjects_for(user: User, cohort: Cohort, now: datetime) -> list[Subject]:
    """Whom a concern can be about: matches first, then the staff they know, and everybody who would read it.

    Whoever is named neither reads it nor hears of it, so nobody whom the page names may be missing.
    """
    today = timezone.localdate(now)
    mine = Q(mentor__user=user) | Q(mentee__user=user)
    people: dict[int, Participant] = {}
    for match in Match.objects.known().filter(mine, cohort=cohort).select_related("mentor__user", "mentee__user"):
        other = match.mentee if match.mentor.user_id == user.pk else match.mentor
        people[other.pk] = other
    found = [Subject(f"p{p.pk}", p.user.full_name, participant=p) for p in people.values()]
    named = {user.pk, *(p.user_id for p in people.values())}
    staff = [person for person in _staff_named(user, cohort, now, today) if person.pk not in named]
    return found + [Subject(f"s{person.pk}", person.full_name, staff=person) for person in staff]


def _staff_named(user: User, cohort: Cohort, now: datetime, today: date) -> list[User]:
    """Coordinators, who reads concerns, and the scheme lead, who is told of those that nobody takes."""
    unit = unit_raised_in(user, cohort, today)
    lead = scheme_lead(cohort.scheme, today)
    found = [*coordinators_for(cohort, unit or cohort.scheme.unit, today), *readers(cohort, unit, today, raised_at=now)]
    return list(dict.fromkeys([*found, *([lead] if lead else [])]))


def open_concerns() -> QuerySet[Concern]:
    """The concerns that nobody has taken yet, whosoever they are: for the sweep."""
    found = Concern.objects.filter(state=ConcernState.OPEN)
    return found.select_related("cohort__scheme__unit__institution", "unit", "about__user", "about_staff")


def readers_of(concern: Concern, today: date) -> list[User]:
    """Who reads a concern today, without the person it is about."""
    found = readers(concern.cohort, concern.unit, today, raised_at=concern.raised_at, without_lead=concern.without_lead)
    return [reader for reader in found if reader.pk not in concern.about_keys]


def alert_states(concern: Concern) -> list[str]:
    """What became of the alerts of a concern."""
    alerts = Message.objects.filter(
        letter="concerns.alert", object_type=Concern._meta.label_lower, object_id=str(concern.pk)
    )
    return list(alerts.values_list("state", flat=True))


def next_after(concern: Concern, today: date) -> list[User]:
    """Whom a concern reaches when those who read it do not take it: the scheme lead, else the administrators.

    Both, where nobody can read it. Never somebody it is about, nor one who was alerted already as a reader.
    """
    found = readers_of(concern, today)
    without = {reader.pk for reader in found} | concern.about_keys
    lead = scheme_lead(concern.cohort.scheme, today)
    leads = [lead] if lead and lead.is_active and lead.pk not in without else []
    if leads and found:
        return leads
    others = administrators_of(concern.cohort.scheme.unit.institution)
    return list(dict.fromkeys([*leads, *(one for one in others if one.pk not in without)]))


def administrators_to_tell(concern: Concern) -> list[User]:
    """The administrators, who hear whenever somebody stands in for a safeguarding lead; not one it is about."""
    found = administrators_of(concern.cohort.scheme.unit.institution)
    return [one for one in found if one.pk not in concern.about_keys]


@dataclass(frozen=True)
class Untaken:
    """Concerns that somebody is asked to see to without reading them: how many, since when, whom to reach."""

    count: int = 0
    oldest: datetime | None = None
    readers: tuple[str, ...] = ()


def untaken_for(user: User, cohort: Cohort, now: datetime) -> Untaken:
    """What Today tells the next person about concerns that nobody has taken: no content, not even a kind.

    Those are the ones that were passed on to them. ``readers`` may read every one that is counted: nobody is to
    be reached for a concern that is about them.
    """
    today = timezone.localdate(now)
    passed_on = Message.objects.filter(letter="concerns.untaken", recipient=user, cohort=cohort)
    keys = [int(key) for key in passed_on.values_list("object_id", flat=True)]
    found = open_concerns().filter(pk__in=keys).order_by("raised_at", "pk") if keys else []
    waiting = [(each, readers_of(each, today)) for each in found if user in next_after(each, today)]
    if not waiting:
        return Untaken()
    shared = [one for one in waiting[0][1] if all(one in reading for _each, reading in waiting)]
    if not shared:  # nobody reads all of them: those with the oldest one's readers come first
        waiting = [pair for pair in waiting if pair[1] == waiting[0][1]]
        shared = waiting[0][1]
    return Untaken(len(waiting), waiting[0][0].raised_at, tuple(reader.full_name for reader in shared))


def administrators_of(institution: Institution) -> QuerySet[User]:
    """The institution's administrators."""
    return User.objects.filter(institution=institution, is_staff=True, is_active=True)
