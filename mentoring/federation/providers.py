"""allauth's OIDC and SAML providers, stricter: what is asked, and what an answer must hold before it counts.

Besides what allauth and its libraries check (state, PKCE, issuer, audience, dates, XML signatures): an ID token's
signature and nonce, one use of each assertion, an audience and an end in it, no subject that lasts one visit only.
Nothing that a provider says of a person is kept beyond the subject identifier.
"""

from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from allauth.socialaccount.providers.saml.utils import build_auth
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.dateparse import parse_datetime
from lxml import etree

from mentoring.federation.rules import Said, Why
from mentoring.federation.selectors import provider_named

AGAIN = "redirect"  # allauth's process that comes back without signing anybody in: here, to show oneself again
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY = 60  # seconds that two clocks may differ
REMEMBERED = 24 * 3600
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
SAML = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion"}
LONGEST_SUBJECT = 191


class NotLetIn(Exception):
    """The sign-in ends here; ``why`` is for the person's page and the administrator's."""

    def __init__(self, why: Why, detail: str = "", *, address: str = "") -> None:
        super().__init__(detail or why)
        self.why, self.address = why, address


def texts(value: Any) -> tuple[str, ...]:
    """A claim as a list of texts; truth is "true" or "false"."""
    if value is None:
        return ()
    if isinstance(value, list | tuple | set):
        return tuple(text for each in value for text in texts(each))
    return (str(value).lower() if isinstance(value, bool) else str(value),)


def first(claims: Mapping[str, tuple[str, ...]], *names: str) -> str:
    """The first value of the first of these claims that is there."""
    return next((value for name in names for value in claims.get(name, ()) if value), "")


def used_once(kind: str, value: str) -> None:
    """Raise ``NotLetIn`` when this was shown before."""
    if not value or not cache.add(f"federation:{kind}:{value}", True, timeout=REMEMBERED):
        raise NotLetIn(Why.REPLAYED)


def _seconds() -> float:
    return timezone.now().timestamp()  # noqa: TID251  (a request begins here)


class UniversityAdapter(OpenIDConnectOAuth2Adapter):
    """OIDC as allauth speaks it; the provider's own description is kept for a while, an ID token is read whole."""

    @property
    def openid_config(self) -> dict[str, Any]:
        told: dict[str, Any] | None = cache.get(self._place)
        return self.ask() if told is None else told

    @property
    def _place(self) -> str:
        return f"federation:description:{self.provider_id}"

    def ask(self) -> dict[str, Any]:
        """The provider's description as it is now."""
        told = dict(super().openid_config)
        cache.set(self._place, told, 3600)
        return told

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        claims = self.read(str(kwargs["response"].get("id_token") or ""), app.client_id)
        nonce = str(claims.get("nonce") or "")
        asks = not claims.get("email") and "userinfo_endpoint" in self.openid_config
        more = self._fetch_user_info(token.token) if asks else {}
        if more and more.get("sub") != claims["sub"]:  # OpenID Connect Core 5.3.2
            raise NotLetIn(Why.UNREADABLE, "the user's details are of another subject")
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, {"id_token": {**more, **claims}})
        login.nonce = nonce
        return login

    def read(self, token: str, client_id: str) -> dict[str, Any]:
        """An ID token's claims: signed by a key of the provider, for us, now. Raises ``NotLetIn``."""
        try:
            header = jwt.get_unverified_header(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key=self._key(header),
                algorithms=ALGORITHMS,
                audience=client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": ["iss", "aud", "exp", "iat", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise NotLetIn(Why.UNREADABLE, f"ID token: {error}") from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client_id:
            raise NotLetIn(Why.UNREADABLE, "ID token: for several, and not for us")
        return claims

    def _key(self, header: Mapping[str, Any]) -> Any:
        """The provider's key that the header names; where it names none, the only one of its algorithm."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        name, algorithm = header.get("kid"), header.get("alg")
        if algorithm not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError(f"{algorithm} is not taken")
        fitting = [key for key in keys if key.key_id == name] if name else keys
        if len(fitting) != 1:
            raise jwt.InvalidKeyError("no key of this name")
        return fitting[0].key


class UniversityOIDC(OpenIDConnectProvider):
    """OIDC: always PKCE and a nonce; what is asked for is ours to say, never the address line's."""

    package = "allauth.socialaccount.providers.openid_connect"
    pkce_enabled_default = True
    oauth2_adapter_class = UniversityAdapter

    def get_auth_params_from_request(self, request: HttpRequest, action: Any) -> dict[str, str]:
        return dict(self.get_auth_params())

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        scope: list[str] = self.get_scope()
        return scope

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        nonce = get_random_string(32)
        asked = {**(kwargs.pop("auth_params", None) or {}), "nonce": nonce}
        if process == AGAIN:
            asked |= {"prompt": "login", "max_age": "0"}
        told = {**kwargs, "nonce": nonce, "asked_at": _seconds(), "auth_params": asked}
        answer: HttpResponse = super().redirect(request, process, next_url, data, **told)
        return answer

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        return {}

    def extract_uid(self, data: Any) -> str:
        return _lasting(str(data["id_token"]["sub"]))

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> SocialLogin:
        login: SocialLogin = super().sociallogin_from_response(request, response)
        told = {name: texts(value) for name, value in response["id_token"].items()}
        ours = provider_named(self.app.provider_id)
        shown_at = response["id_token"].get("auth_time")
        login.said = Said(
            subject=login.account.uid,
            address=first(told, *(ours.address_from or ("email",))),
            claims=told,
            methods=frozenset([*told.get("acr", ()), *told.get("amr", ())]),
            shown_at=float(shown_at) if isinstance(shown_at, int | float) else None,
            given_name=first(told, *(ours.given_name_from or ("given_name",))),
            family_name=first(told, *(ours.family_name_from or ("family_name",))),
        )
        return login


class UniversitySAML(SAMLProvider):
    """SAML: requests of ours only, each assertion once, and only such as say for whom and until when."""

    package = "allauth.socialaccount.providers.saml"

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """As allauth's, but whoever is to show themselves again is not waved through."""
        auth = build_auth(request, self)
        target = auth.login(return_to="", force_authn=process == AGAIN)
        told = {**kwargs, "asked_at": _seconds()}
        self.stash_redirect_state(request, process, next_url, data, state_id=auth.get_last_request_id(), **told)
        return HttpResponseRedirect(target)

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        return {}

    def extract_uid(self, data: Any) -> str:
        found = self._extract(data).get("uid")
        if not found and data.get_nameid_format() == TRANSIENT:
            raise NotLetIn(Why.NO_SUBJECT)
        return _lasting(str(found or data.get_nameid() or ""))

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> SocialLogin:
        seen = etree.fromstring(response.get_last_response_xml().encode(), _parser())
        if not seen.xpath("//saml:AudienceRestriction/saml:Audience", namespaces=SAML):
            raise NotLetIn(Why.UNREADABLE, "an assertion for nobody in particular")
        if response.get_last_assertion_not_on_or_after() is None:
            raise NotLetIn(Why.UNREADABLE, "an assertion without an end")
        used_once("assertion", f"{self.app.client_id}:{response.get_last_assertion_id() or ''}")
        login: SocialLogin = super().sociallogin_from_response(request, response)
        login.said = self._said(response, login.account.uid, seen)
        return login

    def _said(self, response: Any, subject: str, seen: Any) -> Said:
        found = self._extract(response)
        claims = {name: texts(values) for name, values in response.get_attributes().items()}
        instants = [parse_datetime(each) for each in seen.xpath("//saml:AuthnStatement/@AuthnInstant", namespaces=SAML)]
        return Said(
            subject=subject,
            address=str(found.get("email") or ""),
            claims=claims,
            methods=frozenset(response.get_last_authn_contexts() or ()),
            shown_at=instants[0].timestamp() if instants and instants[0] else None,
            given_name=str(found.get("first_name") or ""),
            family_name=str(found.get("last_name") or ""),
        )


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _lasting(subject: str) -> str:
    if not subject or len(subject) > LONGEST_SUBJECT:
        raise NotLetIn(Why.NO_SUBJECT)
    return subject
