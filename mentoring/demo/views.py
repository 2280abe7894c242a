"""The demo's doors and its outbox. Both exist only while DEBUG is on and the data is the demo's own."""

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public
from mentoring.demo.selectors import doors, is_demo, letter_parts, person_behind, sent_letters
from mentoring.lib.framed import mail_page, shows_mail

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WHY = "the demo is for looking around; it holds invented people only"


@public(WHY)
@require_POST
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as somebody of the cast, with one tap."""
    person = person_behind(key)
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    return redirect("home")


@public(WHY)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every message the demo has sent."""
    if not is_demo():
        raise Http404
    words = request.GET.get("q", "").strip()
    return render(request, "demo/outbox.html", {"letters": sent_letters(words), "search": words, "doors": doors()})


@public(WHY)
@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One message, as its reader sees it; its links are live."""
    parts = letter_parts(name) if is_demo() else None
    if parts is None:
        raise Http404
    found, _html, text = parts
    return render(request, "demo/letter.html", {"letter": found, "text": text})


@public(WHY)
@require_safe
@shows_mail
def letter_body(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, for the frame of its page."""
    parts = letter_parts(name) if is_demo() else None
    if parts is None:
        raise Http404
    return mail_page(parts[1])
