"""Pages of links in letters: of one that no longer works, and of the choice of a language."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.i18n import set_language

from accounts.access import by_link
from accounts.languages import OWN_NAMES, is_spoken
from accounts.services import choose_language
from mentoring.messaging.languages import LANGUAGE_LINK
from mentoring.messaging.links import DeadLink, WhyDead, read_token

LINK_AGE = timedelta(days=365)


def dead_link(request: HttpRequest, error: DeadLink) -> HttpResponse:
    """Say kindly that a link no longer works, and what to do instead (410)."""
    context = {"is_expired": error.reason == WhyDead.EXPIRED}
    return render(request, "messaging/dead_link.html", context, status=410)


@by_link(LANGUAGE_LINK)
def language_link(request: HttpRequest, token: str) -> HttpResponse:
    """The language of somebody's letters and pages, chosen from a letter that came in both."""
    try:
        person = read_token(LANGUAGE_LINK, token, max_age=LINK_AGE).person
    except DeadLink as error:
        return dead_link(request, error)
    wanted = request.POST.get("language", "")
    if request.method == "POST" and is_spoken(wanted):
        choose_language(person=person, language=wanted, by=None, now=timezone.now())
        return set_language(request)  # so that this browser remembers it too
    return render(request, "language.html", {"person": person, "languages": OWN_NAMES, "next": request.path})
