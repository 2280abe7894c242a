"""Reads of matches and groups, as far as somebody may see them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from mentoring.matching.models import Match, MatchQuerySet, SwapRequest
from mentoring.messaging.links import absolute, make_token
from mentoring.participation.models import Participant
from schemes.models import Cohort, Unit
from schemes.permissions import within_reach
from schemes.roles import Capability

SWAP_LINK = "swap"


def matches_visible_to(user: Any, today: date) -> MatchQuerySet:
    """The matches, ended ones included, that staff may see: by the mentee's unit (R90)."""
    reach = within_reach(user, Capability.SEE_MATCHES, today, scheme="cohort__scheme", unit="mentee__programme__unit")
    return Match.objects.filter(reach).with_people()


def my_matches(user: Any) -> QuerySet[Match]:
    """A student's own matches of which both have been told, from either side."""
    own = Match.objects.known().filter(Q(mentor__user=user) | Q(mentee__user=user))
    return own.with_people().order_by("introduced_at", "pk")


@dataclass(frozen=True)
class Group:
    """A mentor's live matches."""

    mentor: Participant
    matches: list[Match]


def groups_of(cohort: Cohort, unit: Unit | None = None) -> list[Group]:
    """The groups of a cohort (of a unit: by the mentee's), by mentor's name; one query."""
    found = Match.objects.live().filter(cohort=cohort).with_people()
    if unit is not None:
        found = found.filter(mentee__programme__unit__path__startswith=unit.path)
    groups: dict[int, Group] = {}
    order = ("mentor__user__family_name", "mentor__user__given_name", "mentor", "mentee__user__given_name", "pk")
    for match in found.order_by(*order):
        groups.setdefault(match.mentor_id, Group(match.mentor, [])).matches.append(match)
    return list(groups.values())


def history_of(mentee: Participant) -> QuerySet[Match]:
    """Every match that a mentee has or had, the newest first; undone publications are not history."""
    return mentee.matches_as_mentee.exclude(end_reason="undone").with_people().order_by("-made_at", "-pk")


def swap_link(swap: SwapRequest) -> str:
    """The mentee's signed link to one request for another mentor, as a full address."""
    token = make_token(purpose=SWAP_LINK, person=swap.match.mentee.user, object_id=str(swap.public_key))
    return absolute(reverse("matching:swap_link", kwargs={"token": token}))
