"""The universities' own sign-in, as told in a file: which provider, for which addresses, and what it may decide.

The file is TOML, one ``[[provider]]`` for each; ``docs/sign-in.md`` describes every line. Secrets come from the
environment. Read once at start, before any app: a line that cannot be meant stops the start.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

CALLED = "sign-in.toml"
MAIL = ("urn:oid:0.9.2342.19200300.100.1.3", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress")
SUBJECT = ("urn:oasis:names:tc:SAML:attribute:subject-id", "urn:oasis:names:tc:SAML:attribute:pairwise-id")
GIVEN = ("urn:oid:2.5.4.42", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname")
FAMILY = ("urn:oid:2.5.4.4", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname")
HERE = {"localhost", "127.0.0.1", "::1"}


class Unreadable(ValueError):
    """The file says something that cannot be meant; the message says what and where."""


@dataclass(frozen=True)
class RoleRule:
    """Who shows this value of this claim is proposed for a role; somebody who may appoint decides."""

    claim: str
    value: str
    role: str
    scheme: str
    unit: str = ""


@dataclass(frozen=True)
class Provider:
    """One identity provider of one university. ``domains`` empty: all that its institution vouches for."""

    id: str
    kind: Literal["oidc", "saml"]
    name: str
    institution: str = ""
    domains: tuple[str, ...] = ()
    # OIDC
    issuer: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)
    # SAML
    entity_id: str = ""
    sso_url: str = ""
    certificate: str = ""
    metadata_url: str = ""
    signed: Literal["assertion", "response"] = "assertion"
    # Whom it names
    subject_from: tuple[str, ...] = ()
    address_from: tuple[str, ...] = ()
    given_name_from: tuple[str, ...] = ()
    family_name_from: tuple[str, ...] = ()
    verified_claim: str = "email_verified"
    addresses_are_verified: bool = False
    require: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # What it may decide
    second_step: tuple[str, ...] = ()
    new_people: bool = False
    only: bool = False
    roles: tuple[RoleRule, ...] = ()
    # Where its pages are
    origins: tuple[str, ...] = ()
    sign_out_url: str = ""

    @property
    def places(self) -> tuple[str, ...]:
        """The origins that a browser is led through, for the page's security policy."""
        first = origin(self.issuer or self.sso_url or self.metadata_url)
        return tuple(dict.fromkeys([first, *map(origin, self.origins)]))


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def secrets_from(text: str) -> dict[str, str]:
    """``id=secret`` pairs, separated by blanks. Raises ``Unreadable``."""
    pairs = [each.partition("=") for each in text.split()]
    if any(not name or not secret for name, _equals, secret in pairs):
        raise Unreadable("SIGN_IN_SECRETS holds pairs of id=secret, separated by blanks")
    return {name: secret for name, _equals, secret in pairs}


def read(path: Path, secrets: Mapping[str, str]) -> tuple[Provider, ...]:
    """The providers that the file tells of; none without the file. Raises ``Unreadable``."""
    if not path.is_file():
        return ()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path.name}: {error}") from error
    if extra := set(told) - {"provider"}:
        raise Unreadable(f"{path.name}: unknown part {sorted(extra)}")
    found = tuple(_provider(each, secrets, path.parent) for each in told.get("provider", []))
    if len({each.id for each in found}) != len(found):
        raise Unreadable(f"{path.name}: two providers have the same id")
    return found


def _provider(told: Mapping[str, Any], secrets: Mapping[str, str], folder: Path) -> Provider:
    where = f"provider {told.get('id', '?')!r}"
    known = {each.name for each in fields(Provider)} - {"secret", "roles"} | {"role", "certificate_file"}
    if unknown := set(told) - known:
        raise Unreadable(f"{where}: unknown line {sorted(unknown)}")
    given: dict[str, Any] = {name: _tidied(value) for name, value in told.items() if name not in {"role", "require"}}
    if name := given.pop("certificate_file", ""):
        given["certificate"] = _content(folder / name, where)
    given["require"] = {claim: _several(value) for claim, value in told.get("require", {}).items()}
    given["secret"] = secrets.get(str(told.get("id", "")), "")
    try:
        given["roles"] = tuple(RoleRule(**each) for each in told.get("role", ()))
        provider = Provider(**given)
    except TypeError as error:
        raise Unreadable(f"{where}: {error}") from error
    if faults := list(_faults(provider)):
        raise Unreadable(f"{where}: {'; '.join(faults)}")
    return provider


def _content(path: Path, where: str) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{where}: its certificate {path.name} cannot be read") from error


def _tidied(value: Any) -> Any:
    return tuple(map(str, value)) if isinstance(value, list) else value


def _several(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _faults(provider: Provider) -> Iterable[str]:
    """What is missing or unsafe. Only this machine is spoken to without TLS."""
    if not provider.id or not set(provider.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-"):
        yield "id is made of small letters, digits and hyphens"
    if provider.kind == "oidc":
        yield from (f"{name} is missing" for name in ("issuer", "client_id") if not getattr(provider, name))
        if not provider.secret:
            yield "its secret is missing from SIGN_IN_SECRETS"
    elif provider.kind == "saml":
        yield from ("entity_id is missing" for _ in [0] if not provider.entity_id)
        if not provider.metadata_url and not (provider.sso_url and provider.certificate):
            yield "either metadata_url, or sso_url with a certificate"
        if provider.signed not in {"assertion", "response"}:
            yield 'signed is "assertion" or "response"'
    else:
        yield 'kind is "oidc" or "saml"'
    if (
        provider.kind == "oidc"
        and provider.address_from not in {(), ("email",)}
        and not provider.addresses_are_verified
    ):
        yield "address_from is not e-mail, so nothing says that it is verified: set addresses_are_verified"
    for name in ("domains", "second_step", "origins", "subject_from", "address_from"):
        if not isinstance(getattr(provider, name), tuple):
            yield f"{name} is a list"
    urls = (provider.issuer, provider.sso_url, provider.metadata_url, provider.sign_out_url, *provider.origins)
    for url in filter(None, urls):
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in HERE:
            yield f"{url} is not https"


def allauth_apps(providers: Iterable[Provider]) -> dict[str, dict[str, Any]]:
    """The same as allauth's ``SOCIALACCOUNT_PROVIDERS``, with our stricter classes."""
    oidc: list[dict[str, Any]] = []
    saml: list[dict[str, Any]] = []
    for each in providers:
        (oidc if each.kind == "oidc" else saml).append(_oidc(each) if each.kind == "oidc" else _saml(each))
    folder = "mentoring.federation.providers"
    return {
        "openid_connect": {"provider_class": f"{folder}.UniversityOIDC", "APPS": oidc, "OAUTH_PKCE_ENABLED": True},
        "saml": {"provider_class": f"{folder}.UniversitySAML", "APPS": saml},
    }


def _oidc(provider: Provider) -> dict[str, Any]:
    return {
        "provider_id": provider.id,
        "name": provider.name,
        "client_id": provider.client_id,
        "secret": provider.secret,
        "settings": {"server_url": provider.issuer, "fetch_userinfo": True},
    }


def _saml(provider: Provider) -> dict[str, Any]:
    idp: dict[str, Any] = {"entity_id": provider.entity_id}
    if provider.metadata_url:
        idp["metadata_url"] = provider.metadata_url
    else:
        idp |= {"sso_url": provider.sso_url, "x509cert": provider.certificate}
    return {
        "provider_id": provider.id,
        "name": provider.name,
        "client_id": provider.id,
        "settings": {
            "attribute_mapping": {
                "uid": list(provider.subject_from or SUBJECT),
                "email": list(provider.address_from or MAIL),
                "first_name": list(provider.given_name_from or GIVEN),
                "last_name": list(provider.family_name_from or FAMILY),
            },
            "idp": idp,
            "advanced": {
                "strict": True,
                "want_assertion_signed": provider.signed == "assertion",
                "want_message_signed": provider.signed == "response",
                "reject_deprecated_algorithm": True,
                "reject_idp_initiated_sso": True,
                "want_attribute_statement": False,
                "allow_single_label_domains": True,
                "allow_repeat_attribute_name": True,
            },
        },
    }
