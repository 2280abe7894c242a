"""What the lists share: their filters as addresses, and choosing rows to do something to them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.access import SignedInRequest
from mentoring.console.permissions import deeds_of
from mentoring.console.states import Deed
from mentoring.lib.keys import keys_from
from mentoring.participation.models import Participant
from schemes.models import Cohort, Programme
from schemes.permissions import within_reach
from schemes.roles import Capability

FILTERS = ("cohort", "show", "course", "year", "q")
"""The address's parameters that say which list it is."""


def filter_links(
    request: SignedInRequest, labels: Mapping[str, str], counts: Mapping[str, int] | None = None
) -> list[dict[str, Any]]:
    """The named filters as links that keep everything else the address asks for."""
    shown, links = request.GET.get("show", ""), []
    for key, label in labels.items():
        asked = request.GET.copy()
        asked.pop("page", None)
        asked.pop("show", None)
        if key:
            asked["show"] = key
        url = f"{request.path}?{asked.urlencode()}" if asked else request.path
        links.append({"label": label, "url": url, "current": shown == key, "count": (counts or {}).get(key)})
    return links


def kept(request: SignedInRequest, *names: str) -> dict[str, str]:
    """Those of the address's parameters that travel along unseen."""
    return {name: value for name in names if (value := request.GET.get(name, ""))}


def courses_in_reach(request: SignedInRequest, cohort: Cohort, capability: Capability) -> Any:
    """The courses of a cohort's people within the reader's reach, by name."""
    reach = within_reach(
        request.user, capability, timezone.localdate(), scheme="cohort__scheme", unit="programme__unit"
    )
    here = Participant.objects.filter(reach, cohort=cohort, programme=OuterRef("pk"))
    return Programme.objects.filter(Exists(here)).order_by("name", "pk")


def course_asked(request: SignedInRequest) -> int | None:
    """The key of the course that the address names; 0, which is no course, for what is no key."""
    asked = request.GET.get("course", "")
    return next(iter(keys_from([asked])), 0) if asked else None


def choosing(request: SignedInRequest, deeds: tuple[Deed, ...], cohort: Cohort) -> dict[str, Any]:
    """What the form around a list needs: what may be done, and the filters that "all" stands for."""
    offered = deeds_of(request.user, deeds, cohort, timezone.localdate())
    return {"deeds": offered, "asked": kept(request, *FILTERS)}
