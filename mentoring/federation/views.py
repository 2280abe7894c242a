"""Coming in by one's university: its doors, what they answer, and the administrators' page about them."""

import logging
import zlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.saml import views as saml
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from lxml.etree import LxmlError
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from requests import RequestException

from accounts.access import Access, SignedInRequest, gated, home_of, public, signed_in
from accounts.proving import proven_again
from accounts.services import WrongState
from mentoring.federation import services
from mentoring.federation.permissions import proposals_visible_to, schemes_to_appoint_in
from mentoring.federation.providers import AGAIN, NotLetIn, UniversityAdapter
from mentoring.federation.rules import Why
from mentoring.federation.selectors import institution_for, provider_named, providers_of, refusals
from mentoring.federation.trying import faults_of
from mentoring.federation.wording import asked_of, described, explained
from mentoring.identity import Provider
from mentoring.lib.notices import say
from mentoring.messaging.links import absolute
from schemes.permissions import administrators_only
from schemes.roles import Capability

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
LARGEST_ANSWER = 512 * 1024  # bytes of an assertion
# What a provider that is down, a stranger's garbage or a late answer makes the libraries raise.
BROKEN = (
    PermissionDenied,
    ImproperlyConfigured,
    RequestException,
    OneLogin_Saml2_Error,
    OneLogin_Saml2_ValidationError,
    LxmlError,
    zlib.error,
    KeyError,
    ValueError,
    OSError,
)
COMING_IN = public("signing in at one's own university; nobody is let in but by its rules")


def _page(request: HttpRequest, provider: Provider, why: Why, address: str = "") -> HttpResponse:
    context = {"provider": provider, "told": explained(why, provider, address), "why": why}
    return render(request, "federation/refused.html", context, status=403)


def answered(view: View) -> View:
    """Whatever is wrong with an answer, its person gets a page that says what to do, and the log says what it was."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        provider = provider_named(next(iter(named.values())))
        if institution_for(provider) is None:
            raise Http404
        try:
            return view(request, **named)
        except NotLetIn as refused:
            log.warning("sign-in by %s refused: %s", provider.id, refused)
            return _page(request, provider, refused.why, refused.address)
        except SocialApp.DoesNotExist as gone:
            raise Http404 from gone
        except BROKEN as error:
            log.warning("sign-in by %s failed: %s", provider.id, type(error).__name__)
            return _page(request, provider, Why.UNREADABLE)

    return guarded


@COMING_IN
@answered
def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the university; GET asks first."""
    answer: HttpResponse = OAuth2LoginView.adapter_view(UniversityAdapter(request, provider_id))(request)
    return answer


@require_GET
@COMING_IN
@answered
def oidc_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the university."""
    adapter = UniversityAdapter(request, provider_id)
    issuer = request.GET.get("iss")
    if issuer and issuer != adapter.openid_config["issuer"]:  # RFC 9207
        raise NotLetIn(Why.UNREADABLE, "the answer is another provider's")
    answer: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    return answer


@COMING_IN
@answered
def saml_login(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Lead to the university; GET asks first."""
    answer: HttpResponse = saml.login(request, organization_slug=organization_slug)
    return answer


@csrf_exempt
@require_POST
@COMING_IN
@answered
def saml_acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """The university's answer, which it has the browser post from its own pages. Too long a one is not kept."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_ANSWER:
        raise BadRequest
    answer: HttpResponse = saml.acs(request, organization_slug=organization_slug)
    return answer


@require_GET
@COMING_IN
@answered
def saml_finish_acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Read the answer, now that our own cookie is here."""
    answer: HttpResponse = saml.finish_acs(request, organization_slug=organization_slug)
    return answer


@require_GET
@COMING_IN
@answered
def saml_metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """What the university's side needs to know of us."""
    answer: HttpResponse = saml.metadata(request, organization_slug=organization_slug)
    return answer


@require_GET
@COMING_IN
@answered
def saml_sls(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """The university says that somebody signed out there. Unsigned, it could be anybody."""
    if not request.GET.get("Signature"):
        raise BadRequest
    answer: HttpResponse = saml.sls(request, organization_slug=organization_slug)
    return answer


@require_GET
@public("nothing was done")
def cancelled(request: HttpRequest) -> HttpResponse:
    """Somebody turned back at the university's page."""
    say(request, _("You turned back before you had signed in. Nothing was changed."), level=messages.INFO)
    return redirect("account_login")


@require_GET
@public("where to sign in instead")
def only(request: HttpRequest, provider_id: str) -> HttpResponse:
    """A code or a password does not open the door where the university's own sign-in is the only one."""
    return render(request, "federation/only.html", _doorway(provider_id, get_next_redirect_url(request)))


@require_GET
@public("after signing out")
def signed_out(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Signed out here, and perhaps not there."""
    return render(request, "federation/signed_out.html", {"provider": provider_named(provider_id)})


@require_GET
@signed_in("showing once more who one is")
def again(request: SignedInRequest, provider_id: str) -> HttpResponse:
    """Before a door opens: sign in at the university once more."""
    onward = get_next_redirect_url(request) or reverse("home")
    target = f"{reverse('federation:resume')}?{urlencode({'next': onward})}"
    context = _doorway(provider_id, target) | {"process": AGAIN}
    return render(request, "federation/again.html", context)


def _doorway(provider_id: str, onward: str | None) -> dict[str, Any]:
    provider = provider_named(provider_id)
    return {"provider": provider, "door": door_of(provider), "next": onward or ""}


def door_of(provider: Provider) -> str:
    """Where signing in by this provider begins."""
    name = "openid_connect_login" if provider.kind == "oidc" else "saml_login"
    return reverse(name, args=[provider.id])


@require_http_methods(["GET", "POST"])
@signed_in("what one was doing when one was asked to show oneself again")
def resume(request: SignedInRequest) -> HttpResponse:
    """Shown again: POST carries on with what was kept."""
    if request.method == "POST":
        answer: HttpResponse | None = resume_request(request)
        return answer or redirect("home")
    return render(request, "federation/resume.html", {"next": get_next_redirect_url(request) or reverse("home")})


@require_GET
@administrators_only
def overview(request: SignedInRequest) -> HttpResponse:
    """What is set, what to tell the university's IT, who was not let in lately."""
    institution = home_of(request)
    context = {
        "institution": institution,
        "providers": [
            {"provider": each, "rows": described(each), "addresses": asked_of(each, absolute), "door": door_of(each)}
            for each in providers_of(institution)
        ],
        "refusals": [(each.at, explained(each.why)) for each in refusals(institution)],
        "file": settings.SIGN_IN_FILE.name,
        "waiting": proposals_visible_to(request.user, timezone.localdate()).count(),
    }
    return render(request, "federation/overview.html", context)


@require_POST
@administrators_only
def try_out(request: SignedInRequest, provider_id: str) -> HttpResponse:
    """Ask the provider for its description, now, and say what is wrong with it."""
    provider = next((each for each in providers_of(home_of(request)) if each.id == provider_id), None)
    if provider is None:
        raise Http404
    faults = faults_of(provider, request)
    for fault in faults:
        say(request, fault, level=messages.ERROR)
    if not faults:
        say(request, _("%(university)s answers, and what it says fits.") % {"university": provider.name})
    return redirect("federation:overview")


def _appoints(request: SignedInRequest) -> bool:
    return schemes_to_appoint_in(request.user, timezone.localdate()).exists()


appointing = gated(Access("capability", Capability.APPOINT), _appoints)


@require_GET
@appointing
def proposals(request: SignedInRequest) -> HttpResponse:
    """Roles that the university's sign-in proposes."""
    waiting = proposals_visible_to(request.user, timezone.localdate())
    return render(request, "federation/proposals.html", {"waiting": waiting})


@require_POST
@appointing
@proven_again
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the role."""
    proposal = get_object_or_404(proposals_visible_to(request.user, timezone.localdate()), pk=pk)
    try:
        services.confirm(proposal=proposal, by=request.user, now=timezone.now())
    except WrongState as error:
        say(request, str(error), level=messages.ERROR)
    else:
        say(request, _("%(who)s appointed.") % {"who": proposal.person.full_name})
    return redirect("federation:proposals")


@require_POST
@appointing
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Do not give it."""
    proposal = get_object_or_404(proposals_visible_to(request.user, timezone.localdate()), pk=pk)
    services.decline(proposal=proposal, by=request.user, now=timezone.now())
    say(request, _("Declined. It will not be proposed again."))
    return redirect("federation:proposals")
