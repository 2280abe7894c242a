"""Who takes part, as far as somebody may see it."""

from datetime import date
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from accounts.models import User
from mentoring.participation.models import Participant, ParticipantQuerySet
from mentoring.participation.states import ParticipantState
from schemes.models import Scheme
from schemes.permissions import appointments_of, is_administrator, within_reach
from schemes.roles import STUDENTS_ROLES, Capability
from schemes.speech import shared_words
from schemes.words import OwnWords


def participants_visible_to(user: Any, today: date) -> ParticipantQuerySet:
    """The participants whom staff may see: those of their schemes, in their unit and below (R90).

    Students see nobody by it; their own rows come from ``my_participations``.
    """
    reach = within_reach(user, Capability.SEE_PEOPLE, today, scheme="cohort__scheme", unit="programme__unit")
    return Participant.objects.filter(reach).with_person()


def my_participations(user: User) -> QuerySet[Participant]:
    """Everything a student takes or took part in, the newest cohort first."""
    return (
        Participant.objects.filter(user=user)
        .select_related("user", "programme__unit", "cohort__scheme__unit__institution")
        .order_by("-cohort__starts_on", "role")
    )


def current_participations(user: User, today: date) -> QuerySet[Participant]:
    """What a student takes part in now or soon, stopped ones included (they may come back), those last."""
    stopped_last = Case(When(state=ParticipantState.LEFT, then=Value(1)), default=Value(0))
    return (
        my_participations(user)
        .filter(cohort__ends_on__gte=today)
        .order_by(stopped_last, "cohort__starts_on", "-cohort_id", "role")
    )


def my_participation(user: User, role: str, today: date) -> Participant | None:
    """The participation that a student's pages are about today, in a role: a running one before a coming."""
    return current_participations(user, today).filter(role=role).first()


def words_of_person(user: Any, today: date) -> OwnWords:
    """What the schemes of a person call things, where they agree; else the product's words.

    Who works in a scheme reads its words. One query, for those who may take part in one as students.
    """
    held = appointments_of(user, today)
    knobs = [appointment.scheme.knobs for appointment in held]
    if not is_administrator(user) and all(appointment.role in STUDENTS_ROLES for appointment in held):
        taken_part = Scheme.objects.filter(
            cohorts__in=Participant.objects.filter(user=user, cohort__ends_on__gte=today).values("cohort")
        )
        knobs += taken_part.values_list("knobs", flat=True)
    return shared_words(knobs)
