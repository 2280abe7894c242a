"""What holds at every door of staff: nobody works with other people's details on one step of signing in."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import declaration_of
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
        if not user.is_authenticated or not works_for_others(user, timezone.localdate()) or is_mfa_enabled(user):
            return None
        messages.warning(request, _("Set up a second step first. Your work opens other people’s details."))
        return redirect("mfa_index")
