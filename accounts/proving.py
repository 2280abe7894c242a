"""Showing once more who one is, before a door opens to other people's details (trust.md §5).

allauth asks for a password or a second step. Whoever has neither, because their university's own sign-in is all
that they use, it waves through; here they are sent to show themselves there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows, suspend_request
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

View = Callable[..., HttpResponse]


def _only_elsewhere(request: HttpRequest) -> bool:
    """Whether the person can show themselves at their university alone, and has not done so just now."""
    user = request.user
    if not user.is_authenticated or get_reauthentication_flows(user):
        return False
    if not get_adapter(request).get_reauthentication_methods(user):
        return False
    shown = [each["at"] for each in get_authentication_records(request, user) if each.get("reauthenticated")]
    now = timezone.now().timestamp()  # noqa: TID251  (a request begins here)
    return not shown or bool(now - shown[-1] >= app_settings.REAUTHENTICATION_TIMEOUT)


def proven_again(view: View) -> View:
    """Let a POST through only from somebody who has shown within five minutes who they are; it is kept meanwhile."""
    known_here = reauthentication_required(allow_get=True)(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET" and _only_elsewhere(request):
            return suspend_request(request, reverse("account_reauthenticate"))
        answer: HttpResponse = known_here(request, *args, **kwargs)
        return answer

    return guarded
