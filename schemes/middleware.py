"""What holds at every door of staff: nobody works with other people's details on one step of signing in,
nor on a session that was left alone."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import held_forms
from accounts.access import declaration_of
from accounts.models import User
from accounts.sessions import (
    SECOND_STEP_ELSEWHERE,
    Limits,
    Standing,
    standing,
    times_of,
    touch,
)
from schemes.permissions import works_for_others

STAFF_DOORS = frozenset({"capability", "administrator"})


class SecondStep:
    """Staff, interns and administrators set up a second step before any page of their work (trust.md §5).

    It asks at the doors of staff alone: their own pages as a student, help and signing in stay open. Whoever
    holds no appointment goes on to the view, which answers as for what does not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        access = declaration_of(view)
        if not settings.SECOND_STEP_DEMANDED or access is None or access.kind not in STAFF_DOORS:
            return None
        user = request.user
        if not user.is_authenticated or not works_for_others(user, timezone.localdate()):
            return None
        if is_mfa_enabled(user) or request.session.get(SECOND_STEP_ELSEWHERE) is True:
            return None
        messages.warning(request, _("Set up a second step first. Your work opens other people’s details."))
        return redirect("mfa_index")


def limits_for(user: Any) -> Limits:
    """How long this person stays signed in: who works for others less long, and not while they are away."""
    if works_for_others(user, timezone.localdate()):
        return Limits(age=settings.STAFF_SESSION_HOURS * 3600, idle=settings.STAFF_IDLE_MINUTES * 60)
    return Limits(age=settings.SESSION_HOURS * 3600)


class SessionLimits:
    """Sign out whoever was away too long, or signed in too long ago; what they were sending is kept for them.

    A page that asks by itself, without its reader, does not count as being here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or request.path == reverse("account_logout"):
            return self.get_response(request)
        now = timezone.now().timestamp()  # noqa: TID251  (a request begins here)
        began, seen = times_of(request.session, now)
        limits = limits_for(user)
        stands = standing(began=began, seen=seen, now=now, limits=limits)
        if stands != Standing.GOOD and _is_open_to_all(request):
            logout(request)
            vars(request)["session_ran_out"] = True
            return self.get_response(request)
        if stands != Standing.GOOD:
            return self._sign_out(request, stands, limits)
        if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
            touch(request.session, now)
        return self.get_response(request)

    def _sign_out(self, request: HttpRequest, stands: Standing, limits: Limits) -> HttpResponse:
        person = request.user if isinstance(request.user, User) else None
        logout(request)
        vars(request)["session_ran_out"] = True  # nobody asked for the browser to be emptied
        kept = held_forms.hold(request, timezone.now(), person)  # noqa: TID251  (a request begins here)
        messages.info(request, f"{_why(stands, limits)} {_what_becomes_of_it(request, kept)}".strip())
        if kept:
            return redirect_to_login(reverse("held_form"))
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def _is_open_to_all(request: HttpRequest) -> bool:
    """Whether the page needs nobody to be signed in: a signed link works whatever became of a session."""
    try:
        access = declaration_of(resolve(request.path_info).func)
    except Resolver404:
        return False
    return access is not None and access.kind in {"public", "link"}


def _why(stands: Standing, limits: Limits) -> str:
    if stands == Standing.IDLE:
        minutes = limits.idle // 60
        return _("You were away for %(minutes)s minutes, so we signed you out.") % {"minutes": minutes}
    return _("You had been signed in for %(hours)s hours, so we signed you out.") % {"hours": limits.age // 3600}


def _what_becomes_of_it(request: HttpRequest, kept: bool) -> str:
    if kept:
        return _("Nothing is lost: what you were sending is kept for an hour. Sign in and carry on.")
    if request.method == "POST":
        return _("What you were sending could not be kept. Sign in and send it again.")
    return _("Sign in and carry on where you were.")
