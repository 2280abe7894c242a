"""Pages that belong to no step of the year: home, health, and the errors."""

import sys

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from accounts import held_forms, services
from accounts.access import SignedInRequest, public, signed_in
from accounts.languages import OWN_NAMES, other_language
from accounts.models import Institution
from accounts.registry import RULES, Category
from accounts.sessions import touch
from mentoring.lib.maintenance import back_soon
from mentoring.lib.notices import say
from schemes.permissions import appointments_with, is_administrator, oversees
from schemes.roles import Capability
from schemes.speech import speaking
from schemes.words import PRODUCT


@public("monitoring; says only that web and database answer")
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers. While the site is closed, ``mentoring.lib.maintenance`` answers in its place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})


@public("leads each person to their own first page, and an empty installation to its beginning")
def home(request: HttpRequest) -> HttpResponse:
    """Staff to Today, who only oversees to the numbers, administrators to set-up, students to their own pages."""
    if not request.user.is_authenticated:
        return redirect("account_login" if Institution.objects.exists() else "schemes:start")
    today = timezone.localdate()
    if oversees(request.user, today):
        return redirect("console:overview")
    if appointments_with(request.user, Capability.SEE_TODAY, today):
        return redirect("console:today")
    if appointments_with(request.user, Capability.SEE_FIGURES, timezone.localdate()):
        return redirect("console:from_outside")
    if is_administrator(request.user):
        return redirect("schemes:setup")
    return redirect("portal:home")


@require_POST
@signed_in("one's own session")
def stay(request: SignedInRequest) -> HttpResponse:
    """A page says for its reader, who is writing, that they are still here."""
    touch(request.session, timezone.now().timestamp())  # noqa: TID251  (a request begins here)
    return HttpResponse(status=204)


@require_GET
@signed_in("one's own address")
def own_address(request: SignedInRequest) -> HttpResponse:
    """The address is the university's: it is shown, and changed only as `mentoring.credentials` has it."""
    return redirect("mfa_index")


@public("where to find help")
def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to ask, and the emergency numbers."""
    return render(request, "help.html", {"institution": Institution.objects.first()})


@public("privacy notice")
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, generated from the registry's purposes: one text, in no scheme's own words."""
    with speaking(PRODUCT):
        kept = {(str(rule.purpose), str(rule.retention)) for rule in RULES if rule.category != Category.NONE}
        context = {"institution": Institution.objects.first(), "purposes": sorted(kept)}
        return render(request, "privacy.html", context)


@public("accessibility statement")
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "accessibility.html", {"institution": Institution.objects.first()})


@public("choice of language")
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the choice in this browser, and on the person who is signed in; lead back to the same page.

    GET asks. It is there for the page of what does not exist, which may not say what was asked for.
    """
    if request.method != "POST":
        return render(request, "language.html", {"languages": OWN_NAMES, "next": _page_before(request)})
    answer = set_language(request)
    if request.user.is_authenticated:
        language = request.POST.get("language", "")
        now = timezone.now()  # noqa: TID251  (a request begins here)
        services.choose_language(person=request.user, language=language, by=request.user, now=now)
    return answer


def _page_before(request: HttpRequest) -> str:
    """Where the reader came from, if that was here."""
    before = request.META.get("HTTP_REFERER", "")
    is_ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    return before if is_ours else "/"


@signed_in("what they themselves sent after their session's end")
@require_http_methods(["GET", "HEAD", "POST"])
def held_form(request: SignedInRequest) -> HttpResponse:
    """What somebody sent too late, to be sent now. POST throws it away."""
    held = held_forms.held_for(request, request.user, timezone.now())  # noqa: TID251  (a request begins here)
    if request.method == "POST":
        held_forms.drop(request)
        say(request, _("Thrown away. Nothing was sent."))
        return redirect("home")
    return render(request, "held_form.html", {"held": held}) if held else redirect("home")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What could not be read."""
    return _plain_page(request, "400.html", 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something that we did not foresee; or the database is away, and then one may come back soon."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return back_soon(60)
    return _plain_page(request, "500.html", 500)


def _plain_page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page that asks nothing of the database or the session: they may be what failed.

    What failed may also have come before the language was chosen; then the browser's is.
    """
    with override(getattr(request, "LANGUAGE_CODE", "") or get_language_from_request(request)):
        context = {"request": request, "csrf_token": get_token(request), "shell": {"language": other_language()}}
        return HttpResponse(render_to_string(template, context), status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, said kindly; offered again to who signed in again in another tab."""
    now = timezone.now()  # noqa: TID251  (a request begins here)
    if held_forms.is_from_before(request) and held_forms.hold(request, now):
        return redirect("held_form")
    return render(request, "403_csrf.html", status=403)
