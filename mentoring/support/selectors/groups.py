"""Groups, their people and their meetings."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from mentoring.participation.models import Participant, ParticipantQuerySet
from mentoring.participation.selectors import participants_visible_to
from mentoring.participation.states import ParticipantState
from mentoring.support.models import Meeting, SupportGroup, Theme
from schemes.models import Appointment, Cohort, Unit
from schemes.permissions import appointments_with, within_reach
from schemes.roles import Capability, roles_with


def groups_visible_to(user: Any, today: date) -> QuerySet[SupportGroup]:
    """The groups that staff see: those they arrange, and the one they facilitate."""
    where = {"scheme": "cohort__scheme", "unit": "unit"}
    facilitates = within_reach(user, Capability.FACILITATE_SUPPORT, today, **where)
    arranges = facilitates & within_reach(user, Capability.SEE_PEOPLE, today, **where)
    found = SupportGroup.objects.filter(arranges | (facilitates & Q(facilitator=user)))
    return found.select_related("facilitator", "unit", "cohort__scheme__unit__institution")


def with_sizes(groups: QuerySet[SupportGroup]) -> QuerySet[SupportGroup]:
    """The same groups with ``size``: how many members still take part."""
    stays = ~Q(members__state=ParticipantState.LEFT) & Q(members__isnull=False)
    return groups.annotate(size=Count("members", filter=stays, distinct=True)).order_by("name")


def groups_of(user: User) -> QuerySet[SupportGroup]:
    """The groups in which a mentor is."""
    mine = Participant.objects.filter(user=user).exclude(state=ParticipantState.LEFT)
    found = SupportGroup.objects.filter(members__in=mine).distinct()
    return found.select_related("facilitator", "unit", "cohort__scheme__unit__institution")


def people_of(group: SupportGroup) -> QuerySet[Participant]:
    """A group's members who still take part, by name."""
    members = group.members.exclude(state=ParticipantState.LEFT).select_related("user", "programme__unit")
    return members.order_by("user__given_name", "user__family_name", "pk")


def meetings_of(group: SupportGroup) -> QuerySet[Meeting]:
    """A group's meetings that were not called off, the first one first."""
    found = Meeting.objects.filter(group=group, event__cancelled_at=None)
    return found.select_related("event__cohort__scheme__unit__institution").order_by("event__starts_at")


def units_to_arrange_for(user: Any, cohort: Cohort, today: date) -> QuerySet[Unit]:
    """The units of a cohort's scheme for which somebody may arrange groups."""
    reach = Q(pk__in=[])
    roles = roles_with(Capability.FACILITATE_SUPPORT, student_led=cohort.is_student_led)
    for one in appointments_with(user, Capability.SEE_PEOPLE, today, cohort=cohort):
        if one.role in roles:
            reach |= Q(path__startswith=one.unit.path)
    return Unit.objects.filter(reach)


def facilitators_for(cohort: Cohort, today: date) -> QuerySet[User]:
    """Everyone whose appointment lets them facilitate a group of this scheme."""
    appointments = Appointment.objects.in_force(today).filter(
        scheme=cohort.scheme_id,
        role__in=roles_with(Capability.FACILITATE_SUPPORT, student_led=cohort.is_student_led),
    )
    return User.objects.filter(pk__in=appointments.values("user"), is_active=True).order_by("given_name", "pk")


def mentors_to_choose(user: Any, cohort: Cohort, today: date, group: SupportGroup | None = None) -> ParticipantQuerySet:
    """The mentors whom a reader may put into a group: those without one first in mind, and its own members."""
    mentors = participants_visible_to(user, today).filter(cohort=cohort).mentors()
    mentors = mentors.exclude(state=ParticipantState.LEFT)
    elsewhere = SupportGroup.objects.filter(cohort=cohort).exclude(pk=group.pk if group else 0)
    taken = Participant.objects.filter(support_groups__in=elsewhere)
    return mentors.exclude(pk__in=taken.values("pk")).order_by("user__given_name", "user__family_name", "pk")


def own_themes(group: SupportGroup) -> QuerySet[Theme]:
    """A group's themes, the newest first."""
    return Theme.objects.filter(group=group).select_related("action_owner")
