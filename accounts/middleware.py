"""What holds for every request: readable addresses, the reader's own time and tongue, no shared private page."""

from collections.abc import Callable
from datetime import tzinfo
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from accounts import held_forms
from accounts.access import declaration_of
from accounts.languages import ASKED_BY_LINK, is_spoken, remember
from accounts.models import Institution

METHODS = ("GET", "HEAD", "POST")


class ReadableAddresses:
    """400 for an address with a NUL in its question: PostgreSQL takes no such text, SQLite does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
            raise BadRequest
        return self.get_response(request)


class KnownMethods:
    """405 for a method that no form and no link sends, at every address alike: a view that declares none would
    answer PUT or TRACE as it answers GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            refusal = HttpResponseNotAllowed(METHODS)
            refusal["Cache-Control"] = "no-store"
            return refusal
        return self.get_response(request)


class LocalTime:
    """Every page tells the time of the reader's institution; of the only one, to who is not signed in.

    A signed link tells it of its person's: ``messaging.links.read_token``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_zone_for(request)):
            return self.get_response(request)


def _zone_for(request: HttpRequest) -> tzinfo:
    institution = request.user.institution if request.user.is_authenticated else None
    if institution is None:
        few = list(Institution.objects.order_by("pk")[:2])
        institution = few[0] if len(few) == 1 else None
    return institution.zone if institution else timezone.get_default_timezone()


class OwnLanguage:
    """Whoever is signed in reads the language that they chose, on whichever device.

    A visitor who follows a link in a letter reads the letter's, as long as this browser knows no choice of theirs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else ""
        has_cookie = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        by_link = "" if is_spoken(chosen) or has_cookie else request.GET.get(ASKED_BY_LINK, "")
        language = by_link or chosen
        if is_spoken(language):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if is_spoken(by_link) and settings.LANGUAGE_COOKIE_NAME not in response.cookies:
            remember(response, by_link)  # or the next page would be in another
        return response


class SignInFirst(LoginRequiredMiddleware):
    """Whoever is not signed in is asked to. A form that they sent meanwhile is held until they are."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        if not held_forms.hold(request, timezone.now()):  # noqa: TID251  (a request begins here)
            return redirect_to_login(held_forms.page_before(request), reverse("account_login"))
        messages.info(request, _("You were signed out meanwhile. What you entered is kept: sign in, and send it."))
        return redirect_to_login(reverse("held_form"), reverse("account_login"))


class OwnRefusals:
    """What a view does not show is our own page also in debug mode, which the demonstration runs in; and whoever opens
    the address of a form, from the history or with Back, is told so and not shown an empty page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page_not_found(request, exception) if isinstance(exception, Http404) else None


class PrivatePages:
    """``Cache-Control: no-store`` on every answer to a signed-in person, and to whoever holds a link; signing out
    empties the browser's stores."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        held_before = request.session.get(held_forms.KEY, "") if was_signed_in else ""
        response = self.get_response(request)
        is_private = request.user.is_authenticated or _is_by_link(request)
        if is_private and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        ran_out = getattr(request, "session_ran_out", False)
        if was_signed_in and not ran_out and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "storage"'
        if not ran_out:
            held_forms.remember_person(request, response, was_signed_in=was_signed_in)
        held_forms.drop_sent(request, response, held_before)
        return response


def _is_by_link(request: HttpRequest) -> bool:
    """Whether the address is that of a signed link, be it dead or alive."""
    found = request.resolver_match
    access = declaration_of(found.func) if found else None
    return access is not None and access.kind == "link"
