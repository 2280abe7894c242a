"""Changes to accounts: what waits, asking for one, a second yes, stopping one, confirming a new address."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest, by_link, home_of, signed_in
from accounts.proving import proven_again
from accounts.services import NotAllowed, WrongState
from mentoring.credentials import services
from mentoring.credentials.forms import AskForm
from mentoring.credentials.letters import PURPOSE
from mentoring.credentials.models import AccountChange
from mentoring.credentials.permissions import can_be_second, changes_visible_to
from mentoring.credentials.rules import GIVEN_UP_AFTER
from mentoring.lib.notices import say
from mentoring.messaging.links import DeadLink, WhyDead, read_token
from mentoring.messaging.views import dead_link
from schemes.permissions import administrators_only


@require_GET
@administrators_only
def changes(request: SignedInRequest) -> HttpResponse:
    """What waits, and what this administrator can do about it."""
    return _list(request, "credentials/changes.html")


@require_GET
@signed_in("changes to one's own account, and those that one watches over")
def mine(request: SignedInRequest) -> HttpResponse:
    """What waits and can be stopped."""
    return _list(request, "credentials/mine.html")


def _list(request: SignedInRequest, template: str) -> HttpResponse:
    visible = changes_visible_to(request.user, timezone.localdate())
    rows = [(each, can_be_second(request.user, each)) for each in visible]
    return render(request, template, {"rows": rows})


@require_http_methods(["GET", "POST"])
@administrators_only
@proven_again
def ask(request: SignedInRequest) -> HttpResponse:
    """Ask for a change to somebody's account. Nothing happens at once."""
    form = AskForm(request.POST or None, institution=home_of(request))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            services.ask(
                person=told["email"], kind=told["kind"], new_address=told["new_address"], by=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except WrongState as refusal:
            form.add_error("kind", str(refusal))
        else:
            say(request, _("Asked for. Everybody who could stop it is told."))
            return redirect("credentials:changes")
    return render(request, "credentials/ask.html", {"form": form})


def _visible(request: SignedInRequest, pk: int) -> AccountChange:
    return get_object_or_404(changes_visible_to(request.user, timezone.localdate()), pk=pk)


@require_POST
@administrators_only
@proven_again
def agree(request: SignedInRequest, pk: int) -> HttpResponse:
    """A second administrator's yes."""
    try:
        services.agree(change=_visible(request, pk), by=request.user, now=timezone.now())
    except NotAllowed as refusal:
        raise Http404 from refusal
    except WrongState as refusal:
        say(request, str(refusal), level=messages.WARNING)
    else:
        say(request, _("Agreed."))
    return redirect("credentials:changes")


@require_POST
@signed_in("whoever sees a change to an account may stop it")
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """It does not happen. This asks for no proof: stopping must be easy."""
    try:
        services.stop(change=_visible(request, pk), by=request.user, now=timezone.now())
    except WrongState as refusal:
        say(request, str(refusal), level=messages.WARNING)
    else:
        say(request, _("Stopped. Nothing was changed."))
    return redirect("credentials:mine")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(PURPOSE)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Who reads the new address says that it is theirs. It signs nobody in."""
    try:
        grant = read_token(PURPOSE, token, max_age=GIVEN_UP_AFTER)
        change = AccountChange.objects.filter(pk=grant.object_id, person=grant.person).first()
        if change is None:
            raise DeadLink(WhyDead.UNKNOWN)
        if request.method == "POST":
            services.confirm_address(change=change, now=timezone.now())
            return redirect("credentials:confirm", token=token)
    except DeadLink as error:
        return dead_link(request, error)
    except WrongState:
        return dead_link(request, DeadLink(WhyDead.REVOKED))
    if change.state == "stopped":
        return dead_link(request, DeadLink(WhyDead.REVOKED))
    return render(request, "credentials/confirm.html", {"change": change})
