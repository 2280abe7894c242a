"""A mentee's own pages: ask for a different mentor, take that back; signed in or by signed link."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import by_link, signed_in
from accounts.models import User
from mentoring.lib.notices import say
from mentoring.matching.forms import SwapForm
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.selectors import SWAP_LINK, my_match, open_swap_of
from mentoring.matching.services import ask_for_swap, withdraw_swap
from mentoring.matching.states import SwapState
from mentoring.matching.views.loading import attempt
from mentoring.messaging.links import DeadLink, WhyDead, read_token
from mentoring.messaging.views import dead_link
from schemes.speech import page_of

LINK_LIVES = timedelta(days=365)


@require_http_methods(["GET", "POST"])
@signed_in("a mentee's own match")
def swap_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a different mentor; when that has been asked, what happens next."""
    user: Any = request.user
    match = my_match(user, timezone.localdate())
    if match is None:
        return render(request, "matching/swap_none.html")
    return _ask(request, match, user, reverse("matching:swap_withdraw"))


@require_POST
@signed_in("a mentee's own match")
def swap_withdraw(request: HttpRequest) -> HttpResponse:
    """Keep the mentor after all."""
    user: Any = request.user
    match = my_match(user, timezone.localdate())
    if match is None:
        raise Http404
    if waiting := open_swap_of(match):
        _withdraw(request, waiting, user)
    return redirect("matching:swap_ask")


def _linked(token: str) -> SwapRequest:
    """The request of a signed link. Raises ``DeadLink``, too when the match is over."""
    grant = read_token(SWAP_LINK, token, max_age=LINK_LIVES)
    own = Match.objects.known().filter(mentee__user=grant.person).with_people()
    with suppress(ValidationError):  # of an earlier release, which named the match
        if found := SwapRequest.objects.filter(public_key=grant.object_id, match__in=own).first():
            found.match = own.get(pk=found.match_id)
            return found
    raise DeadLink(WhyDead.EXPIRED)


@require_http_methods(["GET", "POST"])
@by_link(SWAP_LINK)
def swap_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same by the signed link to a request, without signing in. GET changes nothing."""
    try:
        swap = _linked(token)
    except DeadLink as error:
        return dead_link(request, error)
    is_open = swap.state == SwapState.ASKED
    withdraw_url = reverse("matching:swap_link_withdraw", args=[token]) if is_open else ""
    return _ask(request, swap.match, None, withdraw_url, linked=swap)


@require_POST
@by_link(SWAP_LINK)
def swap_link_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the mentor after all, by signed link."""
    try:
        swap = _linked(token)
    except DeadLink as error:
        return dead_link(request, error)
    if swap.state == SwapState.ASKED:
        _withdraw(request, swap, None)
    return redirect("matching:swap_link", token=token)


def _ask(
    request: HttpRequest, match: Match, by: User | None, withdraw_url: str, *, linked: SwapRequest | None = None
) -> HttpResponse:
    """The request that waits, with the way to take it back where there is one; else the form. ``linked`` is the one
    that a link is for: it takes back no other."""
    match, is_linked = page_of(match), linked is not None
    waiting = linked if linked and linked.state == SwapState.ASKED else open_swap_of(match)
    if waiting is not None:
        context = {"swap": waiting, "mentor": match.mentor, "withdraw_url": withdraw_url, "is_linked": is_linked}
        return render(request, "matching/swap_asked.html", context)
    form = SwapForm(request.POST or None, match=match, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        with attempt(request):
            ask_for_swap(
                match=match,
                reasons=form.cleaned_data["reasons"],
                handler=form.handlers[form.cleaned_data["handler"]],
                excluded=form.left_out,
                by=by,
                now=timezone.now(),
            )
        return redirect(request.path)
    days = match.cohort.policy.swap_promise_days
    context = {"form": form, "match": match, "mentor": match.mentor, "days": days, "is_linked": is_linked}
    return render(request, "matching/swap_ask.html", context)


def _withdraw(request: HttpRequest, swap: SwapRequest, by: User | None) -> None:
    with attempt(request):
        withdraw_swap(swap=swap, by=by, now=timezone.now())
        kept = _("You keep %(name)s. Nobody was told.") % {"name": swap.match.mentor.user.first_name}
        say(request, _("You keep your mentor. Nobody was told.") if by is None else kept)
