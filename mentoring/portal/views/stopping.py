"""Stop, pause, come back; signed in or by signed link. Two taps, no reason asked, at once (R2)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, by_link, signed_in
from accounts.services import WrongState
from mentoring.lib.notices import say
from mentoring.matching.selectors import swap_link
from mentoring.messaging.links import DeadLink, WhyDead, read_token
from mentoring.messaging.views import dead_link
from mentoring.participation.models import Participant
from mentoring.participation.rules import is_undo_open, undo_ends_at
from mentoring.participation.selectors import current_participations
from mentoring.participation.services import pause_nudges, resume_nudges
from mentoring.participation.states import ParticipantState
from mentoring.portal.letters import STOP
from mentoring.portal.selectors import mentor_match_of
from mentoring.portal.services import rest, start_again, stop

LINK_AGE = timedelta(days=365)
QUIET = "quiet"
OWN = "each person's own taking part"


def _own(request: SignedInRequest) -> Participant:
    """The reader's participation, stopped ones last; ``?as=`` chooses a role. 404 without one."""
    user = request.user
    found = current_participations(user, timezone.localdate())
    if role := request.GET.get("as"):
        found = found.filter(role=role)
    participant = found.first()
    if participant is None:
        raise Http404
    return participant


def _linked(purpose: str, token: str) -> Participant:
    """The participation that a link is about. Raises ``DeadLink``."""
    grant = read_token(purpose, token, max_age=LINK_AGE)
    found = Participant.objects.with_person().filter(pk=grant.object_id, user=grant.person).first()
    if found is None:
        raise DeadLink(WhyDead.UNKNOWN)
    return found


def _page(request: HttpRequest, participant: Participant, urls: dict[str, str]) -> HttpResponse:
    """The question, or the receipt once it is done."""
    context: dict[str, Any] = {"participant": participant, "urls": urls}
    if participant.state == ParticipantState.LEFT and participant.left_at is not None:
        days = participant.cohort.policy.opt_out_undo_days
        context["undo_until"] = undo_ends_at(participant.left_at, days)
        context["is_undo"] = is_undo_open(participant.left_at, timezone.now(), days)
        return render(request, "portal/stopped.html", context)
    match = None if participant.is_mentor else mentor_match_of(participant)
    context["match"] = match
    if match is not None:
        urls.setdefault("swap", swap_link(match))
    return render(request, "portal/stop.html", context)


def _own_urls(participant: Participant) -> dict[str, str]:
    role = f"?as={participant.role}"
    names = {"stop": "portal:stop", "pause": "portal:pause", "back": "portal:undo_stop"}
    return {key: reverse(name) + role for key, name in names.items()} | {"swap": reverse("matching:swap_ask")}


def _link_urls(token: str) -> dict[str, str]:
    names = {"stop": "portal:stop_link", "pause": "portal:pause_link", "back": "portal:undo_stop_link"}
    return {key: reverse(name, kwargs={"token": token}) for key, name in names.items()}


@signed_in(OWN)
def stop_page(request: SignedInRequest) -> HttpResponse:
    """Ask once; POST stops. Sent again it changes nothing."""
    participant = _own(request)
    urls = _own_urls(participant)
    if request.method == "POST":
        stop(participant=participant, by=participant.user, now=timezone.now())
        return redirect(urls["stop"])
    return _page(request, participant, urls)


@by_link(STOP)
def stop_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same without signing in."""
    try:
        participant = _linked(STOP, token)
    except DeadLink as error:
        return dead_link(request, error)
    urls = _link_urls(token)
    if request.method == "POST":
        stop(participant=participant, by=None, now=timezone.now())
        return redirect(urls["stop"])
    return _page(request, participant, urls)


def _come_back(request: HttpRequest, participant: Participant, *, is_own: bool) -> None:
    try:
        restored = start_again(participant=participant, by=participant.user if is_own else None, now=timezone.now())
    except WrongState as error:
        say(request, str(error), level=messages.WARNING)
        return
    if restored and not participant.is_mentor:
        name = restored[0].mentor.user.first_name
        say(request, _("Welcome back. %(name)s is your mentor, as before.") % {"name": name})
    else:
        say(request, _("Welcome back. You are taking part again."))


@require_POST
@signed_in(OWN)
def undo_stop(request: SignedInRequest) -> HttpResponse:
    """Take part again; where it can be, everything is as before."""
    _come_back(request, _own(request), is_own=True)
    return redirect("portal:home")


@require_POST
@by_link(STOP)
def undo_stop_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same without signing in."""
    try:
        participant = _linked(STOP, token)
    except DeadLink as error:
        return dead_link(request, error)
    _come_back(request, participant, is_own=False)
    return render(request, "portal/back.html", {"participant": participant})


@require_POST
@signed_in(OWN)
def pause(request: SignedInRequest) -> HttpResponse:
    """Rest for a while; the match stays."""
    participant = _own(request)
    _pause(request, participant, is_own=True)
    return redirect("portal:home")


@require_POST
@by_link(STOP)
def pause_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same without signing in."""
    try:
        participant = _linked(STOP, token)
    except DeadLink as error:
        return dead_link(request, error)
    _pause(request, participant, is_own=False)
    return render(request, "portal/paused.html", {"participant": participant, "urls": _link_urls(token)})


def _pause(request: HttpRequest, participant: Participant, *, is_own: bool) -> None:
    try:
        rest(participant=participant, by=participant.user if is_own else None, now=timezone.now())
    except WrongState as error:
        say(request, str(error), level=messages.WARNING)
    else:
        say(request, _("You are pausing. Nobody will nudge you; come back with one tap."))


@csrf_exempt
@by_link(QUIET)
def quiet_link(request: HttpRequest, token: str) -> HttpResponse:
    """No more nudges; taking part goes on. Mail programs may POST here unasked-for buttons (RFC 8058):
    the token alone permits it, and it does nothing else.
    """
    try:
        participant = _linked(QUIET, token)
    except DeadLink as error:
        return dead_link(request, error)
    if request.method == "POST":
        pause_nudges(participant=participant, by=None, now=timezone.now())
    return render(request, "portal/quiet.html", {"participant": participant, "token": token})


@require_POST
@by_link(QUIET)
def loud_link(request: HttpRequest, token: str) -> HttpResponse:
    """Nudges again."""
    try:
        participant = _linked(QUIET, token)
    except DeadLink as error:
        return dead_link(request, error)
    resume_nudges(participant=participant, by=None, now=timezone.now())
    return render(request, "portal/quiet.html", {"participant": participant, "token": token})
