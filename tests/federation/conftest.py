"""What the tests of the universities' own sign-in share: providers that are set for one test."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from mentoring import identity
from mentoring.identity import Provider
from tests.factories import NOW
from tests.federation.peers import MAIL, OIDCPeer, asked_in, certificate, oidc_peer, request_id, saml_answer

HOST = "http://testserver"
NAMED = {"host": "testserver"}  # a browser always says it; the test client does not


@pytest.fixture(scope="session")
def peer() -> Iterator[OIDCPeer]:
    with oidc_peer() as peer:
        yield peer


@pytest.fixture
def use(settings: Any) -> Callable[..., None]:
    """Set these providers, as the file would."""

    def use(*providers: Provider) -> None:
        settings.SIGN_IN_PROVIDERS = providers
        settings.SOCIALACCOUNT_PROVIDERS = identity.allauth_apps(providers)

    return use


class OIDC:
    """Somebody's browser, and their university's OIDC provider."""

    def __init__(self, provider: Provider, peer: OIDCPeer, use: Callable[..., None]) -> None:
        self.provider, self.peer, self.use = provider, peer, use
        self.agree()

    def agree(self, **terms: Any) -> None:
        """Other terms from now on."""
        self.provider = dataclasses.replace(self.provider, **terms)
        self.use(self.provider)

    def leave(self, client: Client, **sent: str) -> dict[str, str]:
        """Press the button: what the provider is asked."""
        answer = client.post(reverse("openid_connect_login", args=[self.provider.id]), sent)
        assert answer.status_code == 302, answer.content.decode()
        return asked_in(answer["Location"])

    def back(self, client: Client, asked: dict[str, str], code: str, **more: str) -> HttpResponse:
        told = {"code": code, "state": asked["state"], **more}
        return client.get(reverse("openid_connect_callback", args=[self.provider.id]), told)

    def come(self, client: Client, email: str | None, *, sent: dict[str, str] | None = None, **claims: Any) -> Any:
        """The whole way, with these claims."""
        asked = self.leave(client, **(sent or {}))
        told = {"email": email, "email_verified": True, **claims}
        now = told.pop("now", NOW.timestamp())
        return self.back(client, asked, self.peer.grant(asked, now=now, **told))


class SAML:
    """The same over SAML."""

    def __init__(self, provider: Provider, use: Callable[..., None]) -> None:
        self.provider, self.use = provider, use
        self.acs = HOST + reverse("saml_acs", args=[provider.id])
        self.us = HOST + reverse("saml_metadata", args=[provider.id])
        self.agree()

    def agree(self, **terms: Any) -> None:
        self.provider = dataclasses.replace(self.provider, **terms)
        self.use(self.provider)

    def leave(self, client: Client, **sent: str) -> str:
        answer = client.post(reverse("saml_login", args=[self.provider.id]), sent, headers=NAMED)
        assert answer.status_code == 302, answer.content.decode()
        return request_id(answer["Location"])

    def back(self, client: Client, answer: str, **sent: str) -> HttpResponse:
        first = client.post(self.acs.removeprefix(HOST), {"SAMLResponse": answer, **sent}, headers=NAMED)
        assert first.status_code == 302
        return client.get(first["Location"], headers=NAMED)

    def answer(self, email: str | None, **told: Any) -> str:
        defaults = {"to": self.acs, "audience": self.us, "now": NOW}
        attributes = {**({MAIL: email} if email else {}), **told.pop("attributes", {})}
        return saml_answer(**{**defaults, "attributes": attributes, **told})

    def come(self, client: Client, email: str | None, *, sent: dict[str, str] | None = None, **told: Any) -> Any:
        asked = self.leave(client, **(sent or {}))
        return self.back(client, self.answer(email, in_response_to=asked, **told))


@pytest.fixture
def oidc(northfield: Any, peer: OIDCPeer, use: Callable[..., None]) -> OIDC:
    provider = Provider(
        id="northfield",
        kind="oidc",
        name="University of Northfield",
        issuer=peer.issuer,
        client_id="peer-mentoring",
        secret="made-up",
    )
    return OIDC(provider, peer, use)


@pytest.fixture
def saml(northfield: Any, use: Callable[..., None]) -> SAML:
    provider = Provider(
        id="northfield-saml",
        kind="saml",
        name="University of Northfield",
        entity_id="https://idp.northfield.ac.uk",
        sso_url="https://idp.northfield.ac.uk/sso",
        certificate=certificate("own"),
        addresses_are_verified=True,
    )
    return SAML(provider, use)
