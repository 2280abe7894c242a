"""The page of a link that no longer works."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mentoring.messaging.links import DeadLink, WhyDead


def dead_link(request: HttpRequest, error: DeadLink) -> HttpResponse:
    """Say kindly that a link no longer works, and what to do instead (410)."""
    context = {"is_expired": error.reason == WhyDead.EXPIRED}
    return render(request, "messaging/dead_link.html", context, status=410)
