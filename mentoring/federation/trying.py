"""Asking a provider for its own description, so that its settings can be tried without signing anybody in."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.saml.utils import build_saml_config
from django.http import HttpRequest
from django.utils.translation import gettext as _
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from requests import RequestException

from mentoring.federation.providers import UniversityAdapter
from mentoring.identity import Provider, origin

NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri", "issuer")


def faults_of(provider: Provider, request: HttpRequest) -> list[str]:
    """What is wrong with the provider's description; empty when it fits."""
    try:
        return _faults_of_oidc(provider, request) if provider.kind == "oidc" else _faults_of_saml(provider, request)
    except (RequestException, OSError) as error:
        return [_("It does not answer: %(error)s") % {"error": type(error).__name__}]
    except Exception as error:  # whatever a library says of a description is what we want to show
        return [_("Its description cannot be read: %(error)s") % {"error": str(error)[:300]}]


def _faults_of_oidc(provider: Provider, request: HttpRequest) -> list[str]:
    told: dict[str, Any] = UniversityAdapter(request, provider.id).ask()
    faults = [_("It does not say its %(what)s.") % {"what": name} for name in NEEDED if not told.get(name)]
    if faults:
        return faults
    if told["issuer"].rstrip("/") != provider.issuer.partition("/.well-known/")[0].rstrip("/"):
        faults.append(
            _("It calls itself %(issuer)s. That must be the issuer in the file.") % {"issuer": told["issuer"]}
        )
    place = origin(told["authorization_endpoint"])
    if place not in provider.places:
        faults.append(_("Its page is on %(place)s. Add that to origins in the file.") % {"place": place})
    with get_adapter().get_requests_session() as session:
        session.get(told["jwks_uri"]).raise_for_status()
    return faults


def _faults_of_saml(provider: Provider, request: HttpRequest) -> list[str]:
    app = get_adapter().get_app(request, provider="saml", client_id=provider.id)
    told = OneLogin_Saml2_Settings(settings=build_saml_config(request, app.settings, provider.id))
    place = origin(told.get_idp_sso_url())
    if place not in provider.places:
        return [_("Its page is on %(place)s. Add that to origins in the file.") % {"place": place}]
    return []
