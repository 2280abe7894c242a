"""Pages that belong to no step of the year: home, health, and the errors."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import public
from accounts.models import Institution
from accounts.registry import RULES, Category
from schemes.permissions import appointments_with, is_administrator
from schemes.roles import Capability


@public("monitoring; says only that web and database answer")
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})


@public("leads each person to their own first page, and an empty installation to its beginning")
def home(request: HttpRequest) -> HttpResponse:
    """Staff to Today, administrators to set-up, students to their own pages."""
    if not request.user.is_authenticated:
        return redirect("account_login" if Institution.objects.exists() else "schemes:start")
    if appointments_with(request.user, Capability.SEE_TODAY, timezone.localdate()):
        return redirect("console:today")
    if is_administrator(request.user):
        return redirect("schemes:setup")
    return redirect("portal:home")


@public("where to find help")
def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to ask, and the emergency numbers."""
    return render(request, "help.html", {"institution": Institution.objects.first()})


@public("privacy notice")
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, generated from the registry's purposes."""
    purposes = sorted({(str(rule.purpose), str(rule.retention)) for rule in RULES if rule.category != Category.NONE})
    return render(request, "privacy.html", {"institution": Institution.objects.first(), "purposes": purposes})


@public("accessibility statement")
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "accessibility.html", {"institution": Institution.objects.first()})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, said kindly."""
    return render(request, "403_csrf.html", status=403)
