"""Who decides about proposed roles: those who appoint in the scheme."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from mentoring.federation.models import RoleProposal
from mentoring.federation.states import ProposalState
from schemes.models import Scheme
from schemes.permissions import is_administrator, schemes_held_whole
from schemes.roles import Capability


def schemes_to_appoint_in(user: Any, today: date) -> QuerySet[Scheme]:
    """The schemes in which the user appoints."""
    if is_administrator(user):
        return Scheme.objects.filter(unit__institution=user.institution_id)
    return Scheme.objects.filter(pk__in=schemes_held_whole(user, Capability.APPOINT, today))


def proposals_visible_to(user: Any, today: date) -> QuerySet[RoleProposal]:
    """Roles that wait for this user's decision."""
    found = RoleProposal.objects.filter(scheme__in=schemes_to_appoint_in(user, today), state=ProposalState.WAITING)
    return found.select_related("person", "scheme__unit__institution", "unit").order_by("proposed_at", "pk")
