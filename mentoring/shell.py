"""What the page shell needs on every page: navigation, the reader's name, the way home."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.languages import other_language
from accounts.marks import mark_of
from mentoring.demo.selectors import AWAY, doors, is_demo, tour
from schemes.middleware import limits_for
from schemes.permissions import appointments_with, oversees, works_and_takes_part, works_here
from schemes.roles import Capability

# The work of the year, which is reached from Set-up.
UNDER_SET_UP = tuple(
    f"/admin/{part}/"
    for part in (
        "import",
        "recruitment",
        "training",
        "matching",
        "swaps",
        "support-groups",
        "agreements",
        "reports",
        "overview",
        "year",
    )
)


def _link(name: str, label: str, path: str) -> dict[str, Any] | None:
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    inside = path == url if name == "console:today" else path.startswith(url)
    return {"url": url, "label": label, "current": inside}


def _staff_links(user: Any, path: str) -> list[dict[str, Any]]:
    today = timezone.localdate()
    entries = [
        (Capability.SEE_TODAY, "console:today", _("Today")),
        (Capability.SEE_PEOPLE, "console:people", _("People")),
        (Capability.SEE_MATCHES, "console:pairs", _("Pairs")),
        (Capability.SEE_EVENTS, "events:staff_list", _("Events")),
        (Capability.SEE_MESSAGES, "messaging:log", _("Messages")),
        (Capability.READ_CONCERNS, "concerns:inbox", _("Concerns")),
    ]
    links = [_link(n, label, path) for c, n, label in entries if appointments_with(user, c, today)]
    if oversees(user, today):
        links.append(_link("console:reports", _("Reports"), path.replace("/admin/overview/", "/admin/reports/")))
    if not links and appointments_with(user, Capability.SEE_FIGURES, today):
        links = [_link("console:from_outside", _("Who can read what"), path)]
    set_up = _link("schemes:setup", _("Set-up"), path) if works_here(user, today) else None
    shown = [link for link in [*links, set_up] if link]
    if set_up and path.startswith(UNDER_SET_UP) and not any(link["current"] for link in shown):
        set_up["current"] = True
    return shown


def shell(request: HttpRequest) -> dict[str, Any]:
    """The ``shell`` of the base template. Nothing in it depends on the object a page is about."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    demo = is_demo()
    return {
        "shell": {
            "nav": _staff_links(user, request.path) if signed_in else [],
            "idle_seconds": limits_for(user).idle if signed_in else 0,
            "user_first_name": user.first_name if user and signed_in else "",
            "mark": mark_of(user, "outbox") if user and signed_in else "",
            "home_url": "/",
            "takes_part": signed_in and works_and_takes_part(user, timezone.localdate()),
            "language": other_language(),
            "demo": demo,
            "tour": SimpleLazyObject(tour) if demo and signed_in and not request.COOKIES.get(AWAY) else [],
            "doors": doors() if demo and not signed_in else [],
        },
    }
