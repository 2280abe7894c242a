"""Who is proposed as safeguarding lead or to be none any more, and the administrators' yes or no."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Access, SignedInRequest, gated
from accounts.proving import proven_again
from accounts.selectors import administrators_of
from accounts.services import NotAllowed, WrongState
from mentoring.lib.notices import say
from mentoring.safeguarding import services
from mentoring.safeguarding.forms import ProposeForm
from mentoring.safeguarding.models import Grant
from mentoring.safeguarding.permissions import (
    can_approve,
    can_ask_for_grant,
    can_resign,
    can_stop,
    grants_visible_to,
    leads_visible_to,
    sees_grants,
)
from schemes.models import Appointment
from schemes.permissions import administrators_only
from schemes.roles import Capability
from schemes.selectors import schemes_to_set_up
from schemes.speech import speak_for


def _sees(request: SignedInRequest) -> bool:
    return sees_grants(request.user, timezone.localdate())


concerned = gated(Access("capability", Capability.APPOINT), _sees)


@require_GET
@concerned
def grants(request: SignedInRequest) -> HttpResponse:
    """The proposals under way, and what can be done about each."""
    today = timezone.localdate()
    visible = list(grants_visible_to(request.user, today))
    rows = [(each, can_approve(request.user, each), can_stop(request.user, each)) for each in visible]
    own = [each for each in schemes_to_set_up(request.user, today) if can_ask_for_grant(request.user, each, today)]
    institution = request.user.institution
    few = institution is not None and len(administrators_of(institution, without=set())) < 2
    proposable = {each.pk for each in own}
    leads = [
        (each, each.scheme_id in proposable, can_resign(request.user, each, today))
        for each in leads_visible_to(request.user, today)
    ]
    context = {"rows": rows, "schemes": own, "few_administrators": few, "leads": leads}
    return render(request, "safeguarding/grants.html", context)


@require_http_methods(["GET", "POST"])
@concerned
@proven_again
def propose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Propose somebody. Alone it does nothing."""
    today = timezone.localdate()
    scheme = get_object_or_404(schemes_to_set_up(request.user, today).select_related("unit__institution"), pk=pk)
    if not can_ask_for_grant(request.user, scheme, today):
        raise Http404
    speak_for(scheme)
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.ask_for_grant(scheme=scheme, by=request.user, now=timezone.now(), **form.cleaned_data)
        except WrongState as refusal:
            form.add_error("email", str(refusal))
        else:
            say(request, _("%(who)s is proposed. Two administrators decide.") % {"who": made.person.full_name})
            return redirect("safeguarding:grants")
    return render(request, "safeguarding/propose.html", {"form": form, "scheme": scheme})


def _lead(request: SignedInRequest, pk: int) -> Appointment:
    return get_object_or_404(leads_visible_to(request.user, timezone.localdate()), pk=pk)


@require_POST
@concerned
@proven_again
def propose_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Propose that somebody is no safeguarding lead any more. Alone it does nothing."""
    lead = _lead(request, pk)
    try:
        services.ask_for_end(appointment=lead, by=request.user, now=timezone.now())
    except NotAllowed as refusal:
        raise Http404 from refusal
    except WrongState as refusal:
        say(request, str(refusal), level=30)
    else:
        say(request, _("Proposed. %(who)s is told. Two administrators decide.") % {"who": lead.user.full_name})
    return redirect("safeguarding:grants")


@require_POST
@concerned
@proven_again
def resign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give up one's own role, while another safeguarding lead stays."""
    try:
        services.resign(appointment=_lead(request, pk), by=request.user, now=timezone.now())
    except NotAllowed as refusal:
        raise Http404 from refusal
    except WrongState as refusal:
        say(request, str(refusal), level=30)
        return redirect("safeguarding:grants")
    say(request, _("You are no longer safeguarding lead. The others are told."))
    return redirect("home")


def _visible(request: SignedInRequest, pk: int) -> Grant:
    return get_object_or_404(grants_visible_to(request.user, timezone.localdate()), pk=pk)


@require_POST
@administrators_only
@proven_again
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """One administrator's yes."""
    try:
        done = services.approve(grant=_visible(request, pk), by=request.user, now=timezone.now())
    except NotAllowed as refusal:
        raise Http404 from refusal
    except WrongState as refusal:
        say(request, str(refusal), level=30)
    else:
        words = _("Approved. It begins in a day, unless somebody stops it.")
        say(request, words if done.begins_at else _("Approved. One more administrator is needed."))
    return redirect("safeguarding:grants")


@require_POST
@concerned
@proven_again
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop it before it begins."""
    try:
        services.stop_grant(grant=_visible(request, pk), by=request.user, now=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except WrongState as refusal:
        say(request, str(refusal), level=30)
    else:
        say(request, _("Stopped. It can be proposed again."))
    return redirect("safeguarding:grants")
