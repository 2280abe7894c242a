"""Adverts and their numbers."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from mentoring.participation.models import Participant
from mentoring.recruitment.models import Advert, Application, Invitation
from mentoring.recruitment.states import ApplicationState
from schemes.models import Cohort
from schemes.permissions import schemes_held_whole, within_reach
from schemes.roles import Capability
from schemes.selectors import cohorts_visible_to


def adverts_visible_to(user: Any, today: date) -> QuerySet[Advert]:
    """The adverts of the schemes in which somebody decides about applications, the newest first."""
    reach = within_reach(user, Capability.DECIDE_APPLICATIONS, today, scheme="cohort__scheme")
    return Advert.objects.filter(reach).select_related("cohort__scheme__unit__institution", "cohort__grew_from")


def cohorts_to_recruit_for(user: Any, today: date) -> QuerySet[Cohort]:
    """The cohorts that are not over, of the schemes for the whole of which somebody recruits."""
    whole = schemes_held_whole(user, Capability.DECIDE_APPLICATIONS, today)
    visible = cohorts_visible_to(user, Capability.DECIDE_APPLICATIONS, today)
    return visible.filter(scheme__in=whole, ends_on__gte=today)


@dataclass(frozen=True)
class Numbers:
    """What became of an advert's applications, as far as the reader sees them."""

    waiting: int = 0
    accepted: int = 0
    reserve: int = 0
    declined: int = 0
    withdrawn: int = 0
    invited: int = 0
    places: int = 0

    @property
    def applied(self) -> int:
        return self.waiting + self.accepted + self.reserve + self.declined


def numbers_of(applications: QuerySet[Application], adverts: list[Advert]) -> dict[int, Numbers]:
    """The numbers of each advert, from the applications that the reader sees; three queries."""
    counts: Counter[tuple[int, str]] = Counter(
        applications.filter(advert__in=adverts).values_list("advert", "state").order_by()
    )
    accepted = applications.filter(advert__in=adverts, state=ApplicationState.ACCEPTED).order_by()
    places = dict(accepted.values("advert").annotate(n=Sum("places_offered")).values_list("advert", "n"))
    invited = Counter(Invitation.objects.filter(advert__in=adverts).values_list("advert", flat=True))
    return {
        advert.pk: Numbers(
            waiting=counts[advert.pk, ApplicationState.SUBMITTED],
            accepted=counts[advert.pk, ApplicationState.ACCEPTED],
            reserve=counts[advert.pk, ApplicationState.RESERVE],
            declined=counts[advert.pk, ApplicationState.DECLINED],
            withdrawn=counts[advert.pk, ApplicationState.WITHDRAWN],
            invited=invited[advert.pk],
            places=places.get(advert.pk, 0),
        )
        for advert in adverts
    }


def interested_in(user: Any, cohort: Cohort, mentors: QuerySet[Participant], today: date) -> int:
    """How many people took an interest: who applied and did not withdraw, and who mentors without applying (R18).

    Applications count as far as the reader sees people.
    """
    reach = within_reach(user, Capability.SEE_PEOPLE, today, scheme="advert__cohort__scheme", unit="programme__unit")
    applied = Application.objects.filter(reach, advert__cohort=cohort).exclude(state=ApplicationState.WITHDRAWN)
    return len({*applied.values_list("applicant", flat=True), *mentors.values_list("user", flat=True)})
