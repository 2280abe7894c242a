"""The demo's doors and its outbox. Both exist only while DEBUG is on and the data is the demo's own."""

import csv

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public
from accounts.held_forms import held_for
from mentoring.demo.seeding.names import LATE_COMERS
from mentoring.demo.selectors import AWAY, doors, is_demo, letter_parts, person_behind, sent_letters, tour
from mentoring.lib.framed import mail_page, shows_mail

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
A_YEAR = 365 * 24 * 3600
WHY = "the demo is for looking around; it holds invented people only"


@public(WHY)
@require_POST
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as somebody of the cast, with one tap."""
    person = person_behind(key)
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    if held_for(request, person, timezone.now()):
        return redirect("held_form")
    wanted = request.GET.get("next", "")
    return redirect(wanted if url_has_allowed_host_and_scheme(wanted, None) else "home")


@public(WHY)
@require_safe
def tour_page(request: HttpRequest) -> HttpResponse:
    """The tour: five steps, and how far one has come."""
    if not is_demo():
        raise Http404
    made = tour()
    return render(request, "demo/tour.html", {"tour": made, "done": sum(step["is_done"] for step in made)})


@public(WHY)
@require_POST
def tour_shown(request: HttpRequest) -> HttpResponse:
    """Put the tour away from Today, or take it up again; remembered in this browser."""
    if not is_demo():
        raise Http404
    answer = redirect("home" if request.POST.get("away") else "demo:tour")
    if request.POST.get("away"):
        answer.set_cookie(AWAY, "1", max_age=A_YEAR, httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(AWAY, samesite="Lax")
    return answer


@public(WHY)
@require_safe
def new_students(request: HttpRequest) -> HttpResponse:
    """The file of the tour's first step."""
    if not is_demo():
        raise Http404
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="new-students.csv"'
    csv.writer(answer).writerows(LATE_COMERS)
    return answer


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
