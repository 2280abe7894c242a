"""Filters under a name: one's own, and those that colleagues of the scheme share."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from mentoring.console.models import SavedFilter
from mentoring.console.permissions import OF_CONTACTS, SEES_LIST
from mentoring.console.states import ListPage
from schemes.permissions import appointments_with
from schemes.roles import Capability

ADDRESSES = {
    ListPage.PEOPLE: "console:people",
    ListPage.PAIRS: "console:pairs",
    ListPage.GROUPS: "console:groups",
    ListPage.EVENTS: "events:staff_list",
    ListPage.MESSAGES: "messaging:log",
}


def filters_visible_to(user: Any, today: date) -> QuerySet[SavedFilter]:
    """One's own and the shared ones, of the lists that one reads in each scheme; those that tell of contacts for who
    sees contacts there."""
    seen = Q(pk__in=[])
    for page, capability in SEES_LIST.items():
        schemes = {a.scheme_id for a in appointments_with(user, capability, today)}
        if schemes:
            seen |= Q(page=page, scheme__in=schemes)
    sees = {a.scheme_id for a in appointments_with(user, Capability.SEE_CONTACTS, today)}
    tells = Q(pk__in=[])
    for page, keys in OF_CONTACTS.items():
        for key in keys:
            tells |= Q(page=page, query__contains=f"show={key}")
    mine_or_shared = Q(owner=user.pk) | Q(is_shared=True)
    found = SavedFilter.objects.filter(seen & mine_or_shared, removed_at=None).exclude(tells & ~Q(scheme__in=sees))
    return found.select_related("owner", "scheme")


def own_filters(user: Any, today: date) -> QuerySet[SavedFilter]:
    """One's own, those removed included: what one may change, remove and bring back."""
    schemes = {a.scheme_id for capability in SEES_LIST.values() for a in appointments_with(user, capability, today)}
    return SavedFilter.objects.filter(owner=user.pk, scheme__in=schemes).select_related("owner", "scheme")
