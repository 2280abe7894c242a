"""Stop, pause, come back. Two taps, no reason asked, at once (R2).

A signed link stops, and takes that back for as long as it can be undone; whatever else its page leads to asks to sign
in. It names nobody, not even its reader, for it can be forwarded (trust.md §1, 7).
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, by_link, signed_in
from accounts.models import User
from accounts.services import WrongState
from mentoring.lib.notices import say
from mentoring.messaging.links import DeadLink, WhyDead, read_token
from mentoring.messaging.views import dead_link
from mentoring.participation.models import Participant
from mentoring.participation.services import pause_nudges, resume_nudges
from mentoring.participation.states import ParticipantState
from mentoring.portal.letters import STOP
from mentoring.portal.selectors import mentor_match_of, stoppable, stopped_together, undo_until
from mentoring.portal.services import rest, start_again, stop
from schemes.speech import page_of, speak_for

LINK_AGE = timedelta(days=365)
QUIET = "quiet"
OWN = "each person's own taking part"


@dataclass(frozen=True)
class Asked:
    """What a request is about: the person, what they take part in and mean now, and where the buttons lead.

    Without further words it is all that they take part in; ``?only=`` names one. ``linked`` is the
    participation of a signed link.
    """

    user: User
    everything: list[Participant]
    meant: list[Participant]
    urls: dict[str, str]
    linked: Participant | None = None

    @property
    def by(self) -> User | None:
        return None if self.linked else self.user

    @property
    def active(self) -> list[Participant]:
        """What of it can be stopped. A link whose own part has stopped already shows the receipt first."""
        if self.linked and self.linked in self.meant and self.linked.state == ParticipantState.LEFT:
            return []
        return [one for one in self.meant if one.state != ParticipantState.LEFT]

    @property
    def stopped(self) -> list[Participant]:
        """What was stopped in the same tap as the link's own part, or as the latest one."""
        of = [self.linked] if self.linked in self.meant else self.meant
        moments = [one.left_at for one in of if one and one.left_at and one.state == ParticipantState.LEFT]
        together = stopped_together(self.user, max(moments, default=None))
        return [one for one in together if one in self.meant]


def _meant(request: HttpRequest, everything: list[Participant]) -> list[Participant]:
    """All of it, or the one of ``?only=``. 404 for what is not among it."""
    only = request.GET.get("only")
    found = [one for one in everything if only is None or str(one.pk) == only]
    if not found:
        raise Http404
    speak_for(*(one.cohort.scheme for one in found))
    return found


def _urls(request: HttpRequest, names: dict[str, str], **kwargs: str) -> dict[str, str]:
    only = request.GET.get("only")
    query = f"?{urlencode({'only': only})}" if only else ""
    return {key: reverse(name, kwargs=kwargs) + query for key, name in names.items()}


def _own(request: SignedInRequest) -> Asked:
    """The reader's own taking part. 404 without any."""
    everything = stoppable(request.user, timezone.localdate())
    names = {"stop": "portal:stop", "pause": "portal:pause", "back": "portal:undo_stop"}
    urls = _urls(request, names) | {"swap": reverse("matching:swap_ask"), "all": reverse("portal:stop")}
    return Asked(request.user, everything, _meant(request, everything), urls)


def _by_token(request: HttpRequest, token: str) -> Asked:
    """What a signed link permits its person without signing in: to stop, and to undo that. Raises ``DeadLink``."""
    linked = _linked(STOP, token)
    everything = stoppable(linked.user, timezone.localdate(), linked=linked)
    names = {"stop": "portal:stop_link", "back": "portal:undo_stop_link"}
    urls = _urls(request, names, token=token) | {
        "all": reverse("portal:stop_link", kwargs={"token": token}),
        "swap": reverse("matching:swap_ask"),
    }
    return Asked(linked.user, everything, _meant(request, everything), urls, linked)


def _linked(purpose: str, token: str) -> Participant:
    """The participation that a link is about. Raises ``DeadLink``."""
    grant = read_token(purpose, token, max_age=LINK_AGE)
    found = Participant.objects.with_person().filter(pk=grant.object_id, user=grant.person).first()
    if found is None:
        raise DeadLink(WhyDead.UNKNOWN)
    return page_of(found)


def _page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The question, or the receipt once it is done."""
    return _question(request, asked) if asked.active else _receipt(request, asked)


def _receipt(request: HttpRequest, asked: Asked) -> HttpResponse:
    stopped = asked.stopped
    until = undo_until(stopped)
    context = {
        "urls": asked.urls,
        "stopped": stopped,
        "still": [one for one in asked.everything if one.state != ParticipantState.LEFT],
        "undo_until": until,
        "is_undo": until is not None and timezone.now() <= until,
        "is_linked": asked.linked is not None,
    }
    return render(request, "portal/stopped.html", context)


def _question(request: HttpRequest, asked: Asked) -> HttpResponse:
    matches = [mentor_match_of(one) for one in asked.active if not one.is_mentor]
    mentors = [match for match in matches if match]
    context = {
        "person": asked.user,
        "urls": asked.urls,
        "active": asked.active,
        "others": [one for one in asked.everything if one not in asked.meant and one.state != ParticipantState.LEFT],
        "matches": mentors,
        "named": [] if asked.linked else mentors,
        "is_linked": asked.linked is not None,
        "has_mentees": any(one.is_mentor for one in asked.active),
        "can_pause": any(one.state == ParticipantState.ENROLLED for one in asked.active),
    }
    return render(request, "portal/stop.html", context)


@signed_in(OWN)
def stop_page(request: SignedInRequest) -> HttpResponse:
    """Ask once; POST stops all of it. Sent again it changes nothing."""
    return _stop(request, _own(request))


@by_link(STOP)
def stop_link(request: HttpRequest, token: str) -> HttpResponse:
    """Stop without signing in."""
    try:
        asked = _by_token(request, token)
    except DeadLink as error:
        return dead_link(request, error)
    return _stop(request, asked)


def _stop(request: HttpRequest, asked: Asked) -> HttpResponse:
    if request.method == "POST":
        stop(participants=asked.active, by=asked.by, now=timezone.now())
        return redirect(asked.urls["stop"])
    return _page(request, asked)


def _come_back(request: HttpRequest, asked: Asked) -> None:
    paused = [one for one in asked.meant if one.state == ParticipantState.PAUSED and asked.linked is None]
    try:
        restored = start_again(participants=asked.stopped or paused, by=asked.by, now=timezone.now())
    except WrongState as error:
        say(request, str(error), level=messages.WARNING)
        return
    mentors = [match.mentor.user.first_name for match in restored if match.mentee.user_id == asked.user.pk]
    if mentors and asked.linked:
        say(request, _("Welcome back. You have your mentor as before."))
    elif mentors:
        name = get_text_list(mentors, _("and"))
        say(request, _("Welcome back. %(name)s is your mentor, as before.") % {"name": name})
    else:
        say(request, _("Welcome back. You are taking part again."))


@require_POST
@signed_in(OWN)
def undo_stop(request: SignedInRequest) -> HttpResponse:
    """Take part again; where it can be, everything is as before."""
    _come_back(request, _own(request))
    return redirect("portal:home")


@require_POST
@by_link(STOP)
def undo_stop_link(request: HttpRequest, token: str) -> HttpResponse:
    """Undo a stop without signing in, while it can be undone; later, coming back asks to sign in."""
    try:
        asked = _by_token(request, token)
    except DeadLink as error:
        return dead_link(request, error)
    until = undo_until(asked.stopped)
    if until is None or timezone.now() > until:
        return redirect(asked.urls["stop"])
    _come_back(request, asked)
    return render(request, "portal/back.html")


@require_POST
@signed_in(OWN)
def pause(request: SignedInRequest) -> HttpResponse:
    """Rest for a while; matches stay."""
    _pause(request, _own(request))
    return redirect("portal:home")


def _pause(request: HttpRequest, asked: Asked) -> None:
    try:
        rest(participants=asked.active or asked.meant, by=asked.by, now=timezone.now())
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
