"""This year's mentees who could be next year's mentors (R15)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from mentoring.recruitment.models import Advert, Application, Invitation
from mentoring.recruitment.rules import years_to_invite
from schemes.models import Cohort
from schemes.permissions import within_reach
from schemes.roles import Capability


def source_cohorts(advert: Advert) -> QuerySet[Cohort]:
    """The earlier cohorts of the advert's scheme, the latest first."""
    cohort = advert.cohort
    return Cohort.objects.filter(scheme=cohort.scheme_id, starts_on__lt=cohort.starts_on).exclude(pk=cohort.pk)


def invitable(user: Any, advert: Advert, source: Cohort, today: date) -> QuerySet[Participant]:
    """The mentees of ``source`` whom somebody may invite: old enough next year, and never invited before.

    Whoever has applied, or mentors in the advert's cohort already, is left out.
    """
    scheme = advert.cohort.scheme_id
    reach = within_reach(user, Capability.DECIDE_APPLICATIONS, today, scheme="cohort__scheme", unit="programme__unit")
    invited = Invitation.objects.filter(advert__cohort__scheme=scheme).values("mentee__user")
    applied = Application.objects.filter(advert__cohort=advert.cohort_id).values("applicant")
    mentors = Participant.objects.mentors().filter(cohort=advert.cohort_id).exclude(state=ParticipantState.LEFT)
    mentees = Participant.objects.filter(reach, cohort=source).mentees().enrolled()
    return (
        mentees.filter(year_of_study__in=years_to_invite(advert.cohort.policy.mentor_years))
        .exclude(user__in=invited)
        .exclude(user__in=applied)
        .exclude(user__in=mentors.values("user"))
        .select_related("user", "programme")
        .order_by("user__given_name", "user__family_name", "pk")
    )
