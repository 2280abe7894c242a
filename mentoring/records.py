"""The way into Django's records: our own sign-in, with its limits and second factor, and no other."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.access import public


@public("sends whoever is signed out to our own sign-in; for everybody else there is nothing here")
def sign_in(request: HttpRequest) -> HttpResponse:
    """In place of Django's own form, which asks for a password alone."""
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
