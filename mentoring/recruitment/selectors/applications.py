"""Applications, and what is known about who applies."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from mentoring.recruitment.models import Advert, Application
from mentoring.recruitment.rules import Candidate
from schemes.models import Cohort, Programme, Scheme
from schemes.permissions import within_reach
from schemes.roles import Capability


def applications_visible_to(user: Any, today: date) -> QuerySet[Application]:
    """The applications that a coordinator decides about: of their schemes, in their unit and below."""
    reach = within_reach(
        user, Capability.DECIDE_APPLICATIONS, today, scheme="advert__cohort__scheme", unit="programme__unit"
    )
    return Application.objects.filter(reach).select_related(
        "applicant", "programme__unit", "advert__cohort__scheme__unit", "decided_by", "participant"
    )


def application_of(user: User, advert: Advert) -> Application | None:
    """A person's own application to an advert."""
    return Application.objects.filter(applicant=user, advert=advert).select_related("programme__unit").first()


def programmes_of(scheme: Scheme) -> QuerySet[Programme]:
    """The courses of the scheme's units: the ones a mentor may study (R8)."""
    return Programme.objects.filter(unit__path__startswith=scheme.unit.path).order_by("name")


def mentee_past(user: User, cohort: Cohort) -> Participant | None:
    """The mentee somebody was in the cohort this one grew from, else in the latest before it (R15)."""
    past = (
        Participant.objects.mentees()
        .filter(user=user, cohort__scheme=cohort.scheme_id, cohort__starts_on__lt=cohort.starts_on)
        .select_related("cohort", "programme")
        .order_by("-cohort__starts_on", "-pk")
    )
    return past.filter(cohort=cohort.grew_from_id).first() or past.first()


def candidate_for(user: User, advert: Advert, programme: Programme, year_of_study: int) -> Candidate:
    """The facts that eligibility looks at."""
    scheme = advert.cohort.scheme
    mentors = Participant.objects.mentors().exclude(state=ParticipantState.LEFT)
    return Candidate(
        year_of_study=year_of_study,
        is_of_university=user.institution_id == scheme.unit.institution_id,
        is_on_course_of_scheme=scheme.unit.covers(programme.unit),
        is_mentor_already=mentors.filter(cohort=advert.cohort_id, user=user).exists(),
    )
