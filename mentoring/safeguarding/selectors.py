"""Reads about emergencies and grants."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.selectors import administrators_of
from mentoring.matching.selectors import swaps_kept_from
from mentoring.participation.models import Participant
from mentoring.safeguarding.models import Grant, Opening
from mentoring.safeguarding.permissions import openings_to_review, schemes_to_open_in
from mentoring.safeguarding.sources import SOURCES, Confidence, name_of
from mentoring.safeguarding.states import GrantState, ReviewState
from schemes.models import Appointment, Scheme
from schemes.roles import STUDENTS_ROLES, Capability, roles_with
from schemes.selectors import holders, scheme_lead
from schemes.states import Role

READ = "break-glass read"
REPLACED_WITHIN = timedelta(days=30)
APPOINTED_WITHIN = timedelta(days=7)


def subject_of(user: User, words: str, today: date) -> Participant | None:
    """The one participant of the user's schemes with this address or student number; not the user themself.

    The newest cohort's, where somebody takes part in several.
    """
    known_by = Q(user__email__iexact=words.strip()) | Q(user__student_number__iexact=words.strip())
    found = Participant.objects.filter(known_by, cohort__scheme__in=schemes_to_open_in(user, today))
    found = found.exclude(user=user).select_related("user", "cohort__scheme__unit__institution")
    return found.order_by("-cohort__starts_on", "pk").first()


@dataclass(frozen=True)
class Opened:
    """One kind of what was opened."""

    label: str
    confidences: list[Confidence]


def confidences_of(opening: Opening) -> list[Opened]:
    """Everything that the opening opens, by kind; a kind without anything is there as well.

    What the subject kept from the very person who opens is not among it: another lead may open it.
    """
    kept = _kept_from(opening.opened_by)
    return [
        Opened(str(source.label), _once(source.find(opening.subject, opening.scheme), kept))
        for source in SOURCES.values()
    ]


def _once(found: Any, kept: set[str]) -> list[Confidence]:
    each_once = {each.name: each for each in found if each.name not in kept}
    return sorted(each_once.values(), key=lambda each: each.told_at)


def _kept_from(user: User) -> set[str]:
    """What does not exist for a person, as the trail calls it: wishes for another mentor that leave them out."""
    return {name_of(swap) for swap in swaps_kept_from(user).only("pk")}


@dataclass(frozen=True)
class Look:
    """One look at what was opened, from the trail: when, and how many of each kind."""

    at: datetime
    kinds: list[tuple[str, int]]


def looks_of(opening: Opening, reader: User) -> list[Look]:
    """What was read of an opening, and when; from the audit trail, which nobody can change.

    Without what is kept from the reader: not even its count.
    """
    kept = _kept_from(reader)
    entries = AuditEntry.objects.filter(
        object_type=opening._meta.label_lower, object_id=str(opening.pk), verb=READ
    ).order_by("at", "pk")
    shown = [(entry.at, [name.split()[0] for name in entry.fields if name not in kept]) for entry in entries]
    return [Look(at, sorted(Counter(kinds).items())) for at, kinds in shown]


def other_leads(opening: Opening, today: date) -> list[User]:
    """The scheme's other safeguarding leads: who is alerted, and who reviews."""
    found = holders(opening.scheme, Role.SAFEGUARDING_LEAD, today)
    return [one for one in dict.fromkeys(found) if one.pk not in {opening.opened_by_id, opening.subject_id}]


def to_alert(opening: Opening, today: date) -> list[User]:
    """Who hears at once that something was opened: the other safeguarding leads; without any, the administrators."""
    without = {opening.opened_by_id, opening.subject_id}
    return other_leads(opening, today) or administrators_of(opening.scheme.unit.institution, without=without)


def to_escalate(opening: Opening, today: date) -> list[User]:
    """Who hears that a review is late: who could close it, the scheme's lead, and the administrators."""
    without = {opening.opened_by_id, opening.subject_id}
    lead = scheme_lead(opening.scheme, today)
    leads = [lead] if lead is not None and lead.pk not in without else []
    others = administrators_of(opening.scheme.unit.institution, without=without)
    return list(dict.fromkeys([*other_leads(opening, today), *leads, *others]))


def untold() -> QuerySet[Opening]:
    """Openings whose subject has not been told."""
    return Opening.objects.filter(told_at=None).select_related("subject", "scheme__unit__institution")


def overdue_reviews(today: date) -> QuerySet[Opening]:
    """Openings whose review should have been closed, and of which nobody has been told yet."""
    late = Opening.objects.filter(state=ReviewState.WAITING, review_due_on__lt=today, escalated_at=None)
    return late.select_related("scheme__unit__institution")


def told_openings(person: User) -> QuerySet[Opening]:
    """What a person may know of: openings about them of which they have been told."""
    return Opening.objects.filter(subject=person, told_at__isnull=False).select_related("scheme")


@dataclass(frozen=True)
class Reviews:
    """What Today says: how many reviews wait, since when the oldest, by when the first is due."""

    count: int = 0
    oldest: datetime | None = None
    due_on: date | None = None


def reviews_for(user: User, scheme: Scheme, now: datetime) -> Reviews:
    """The reviews that wait for this reader in a scheme; one query."""
    found = list(openings_to_review(user, timezone.localdate(now)).filter(scheme=scheme))
    if not found:
        return Reviews()
    return Reviews(len(found), min(each.opened_at for each in found), min(each.review_due_on for each in found))


def late_reviews_for(user: User, scheme: Scheme, now: datetime) -> Reviews:
    """For the scheme's lead: reviews that are late, without a word of what they are about; one query."""
    late = Opening.objects.filter(scheme=scheme, state=ReviewState.WAITING, review_due_on__lt=timezone.localdate(now))
    found = list(late.exclude(subject=user).exclude(opened_by=user))
    if not found:
        return Reviews()
    return Reviews(len(found), min(each.opened_at for each in found), min(each.review_due_on for each in found))


def due_grants(now: datetime) -> QuerySet[Grant]:
    """Approved grants whose day of waiting is over."""
    due = Grant.objects.filter(state=GrantState.APPROVED, begins_at__lte=now)
    return due.select_related("scheme__unit__institution", "person", "second_by")


def to_tell_of_resigning(appointment: Appointment, today: date) -> list[User]:
    """Who hears that a safeguarding lead went by themself: those who stay, and the scheme's lead."""
    lead = scheme_lead(appointment.scheme, today)
    stay = holders(appointment.scheme, Role.SAFEGUARDING_LEAD, today)
    return [one for one in dict.fromkeys([*stay, *([lead] if lead else [])]) if one.pk != appointment.user_id]


def replaced_leads(today: date) -> QuerySet[Appointment]:
    """The scheme leads of the last weeks in whose place somebody else was appointed, but for those who did so."""
    later = Appointment.objects.filter(scheme=OuterRef("scheme"), role=Role.LEAD, pk__gt=OuterRef("pk"))
    ended = Appointment.objects.filter(role=Role.LEAD, ends_on__gte=today - REPLACED_WITHIN)
    others = later.exclude(user=OuterRef("user")).exclude(appointed_by=OuterRef("user"))
    return ended.filter(Exists(others)).select_related("user", "scheme").order_by("pk")


OPENING = roles_with(Capability.SEE_PEOPLE) | roles_with(Capability.HANDLE_SWAPS)
"""Roles that open records of single people, by themselves or by whom their holder appoints."""


def new_readers(now: datetime) -> QuerySet[Appointment]:
    """Appointments of the last days that open people's records, or more: a scheme lead reads concerns where there is
    no safeguarding lead, a student's role what is closed to staff where students lead. Those that the product itself
    made are left out; those that ended since are not, for whoever had it for a minute could read for a minute.
    """
    made = Appointment.objects.filter(
        role__in=OPENING, appointed_at__gte=now - APPOINTED_WITHIN, appointed_by__isnull=False
    )
    return made.select_related("user", "appointed_by", "scheme__unit__institution").order_by("pk")


def opens_confidences(appointment: Appointment, today: date) -> bool:
    """Whether what is confidential may come to be read: by a scheme lead, or by a student where students lead."""
    is_led = appointment.scheme.cohorts.filter(student_led_since__isnull=False, ends_on__gte=today).exists()
    return appointment.role == Role.LEAD or (is_led and appointment.role in STUDENTS_ROLES)


def to_tell_of_reader(appointment: Appointment, today: date) -> list[User]:
    """Who hears of it. Of what opens confidences: the safeguarding leads, the administrators, who leads a year of
    students already. Of any other role: who leads and who manages the scheme, or the administrators where there is
    nobody else. Not who appointed them, nor who was appointed, who hears of that anyway."""
    scheme = appointment.scheme
    administrators = administrators_of(scheme.unit.institution, without=set())
    if opens_confidences(appointment, today):
        leading = [one for role in STUDENTS_ROLES for one in holders(scheme, role, today)]
        beside = leading if appointment.role in STUDENTS_ROLES else []
        return _others([*holders(scheme, Role.SAFEGUARDING_LEAD, today), *beside, *administrators], appointment)
    heads = [one for role in (Role.LEAD, Role.MANAGER) for one in holders(scheme, role, today)]
    return _others(heads, appointment) or _others(administrators, appointment)


def _others(found: list[User], appointment: Appointment) -> list[User]:
    """Each of them once, without who appointed and who was appointed."""
    concerned = {appointment.appointed_by_id, appointment.user_id}
    return [one for one in dict.fromkeys(found) if one.pk not in concerned]


def newly_appointed(now: datetime) -> QuerySet[Appointment]:
    """What somebody else gave to people in the last days, and has not taken away again."""
    given = Appointment.objects.filter(appointed_at__gte=now - APPOINTED_WITHIN, appointed_by__isnull=False)
    given = given.exclude(appointed_by=F("user")).exclude(ends_on__lt=timezone.localdate(now))
    return given.select_related("user", "scheme").order_by("pk")


def to_tell_of_grant(grant: Grant, today: date) -> list[User]:
    """Who hears that somebody may become safeguarding lead, or may go: the present ones (who may go as well), the
    scheme's lead, the administrators."""
    lead = scheme_lead(grant.scheme, today)
    present = holders(grant.scheme, Role.SAFEGUARDING_LEAD, today)
    others = administrators_of(grant.scheme.unit.institution, without=set())
    return list(dict.fromkeys([*present, *([lead] if lead else []), *others]))
