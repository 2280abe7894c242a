"""The file that describes the providers: what it may say, and what stops the start."""

from pathlib import Path

import pytest

from mentoring import identity
from mentoring.federation.checks import only_low_roles_are_proposed
from mentoring.identity import RoleRule, Unreadable, read, secrets_from
from tests.federation.peers import certificate

OIDC = """
[[provider]]
id = "northfield"
kind = "oidc"
name = "University of Northfield"
issuer = "https://login.example.org/tenant/v2.0"
client_id = "abc"
"""
SAML = """
[[provider]]
id = "northfield-saml"
kind = "saml"
name = "University of Northfield"
entity_id = "https://idp.example.org"
sso_url = "https://idp.example.org/sso"
certificate_file = "idp.pem"
"""
SECRETS = {"northfield": "made=up"}


def _file(tmp_path: Path, text: str) -> Path:
    (tmp_path / "idp.pem").write_text(certificate("own"))
    path = tmp_path / "sign-in.toml"
    path.write_text(text)
    return path


def test_no_file_means_no_provider(tmp_path: Path):
    assert read(tmp_path / "sign-in.toml", {}) == ()


def test_both_kinds_are_read(tmp_path: Path):
    text = OIDC + (
        'domains = ["northfield.ac.uk"]\nsecond_step = ["mfa"]\norigins = ["https://adfs.northfield.ac.uk/x"]\n'
        'require = {hd = "northfield.ac.uk", acct = [0]}\n'
        '[[provider.role]]\nclaim = "groups"\nvalue = "interns"\nrole = "intern"\nscheme = "plus"\n'
    )
    oidc, saml = read(_file(tmp_path, text + SAML), SECRETS)
    assert oidc.secret == "made=up"
    assert "made=up" not in repr(oidc)
    assert oidc.require == {"hd": ("northfield.ac.uk",), "acct": ("0",)}
    assert oidc.roles == (RoleRule("groups", "interns", "intern", "plus"),)
    assert oidc.places == ("https://login.example.org", "https://adfs.northfield.ac.uk")
    assert saml.certificate == certificate("own")
    assert saml.places == ("https://idp.example.org",)
    apps = identity.allauth_apps([oidc, saml])
    assert apps["saml"]["APPS"][0]["settings"]["advanced"]["want_assertion_signed"] is True
    assert apps["openid_connect"]["APPS"][0]["client_id"] == "abc"


WRONG = {
    "not TOML": ("[[provider", "sign-in.toml"),
    "an unknown part": ("[provider2]\n", "unknown part"),
    "a misspelt line": (OIDC + 'domain = ["x"]\n', "unknown line"),
    "no name": (OIDC.replace('name = "University of Northfield"\n', ""), "name"),
    "an odd id": (OIDC.replace('"northfield"', '"North field"'), "small letters"),
    "an odd kind": (OIDC.replace('"oidc"', '"ldap"'), 'kind is "oidc" or "saml"'),
    "no TLS": (OIDC.replace("https://login", "http://login"), "is not https"),
    "a list that is none": (OIDC + 'domains = "northfield.ac.uk"\n', "domains is a list"),
    "the same id twice": (OIDC + OIDC, "the same id"),
    "no secret": (OIDC.replace('"northfield"', '"other"'), "secret is missing"),
    "another address that nobody verifies": (OIDC + 'address_from = ["upn"]\n', "addresses_are_verified"),
    "no certificate": (SAML.replace('certificate_file = "idp.pem"', ""), "certificate"),
    "a certificate that is not there": (SAML.replace("idp.pem", "other.pem"), "cannot be read"),
    "half a role": (OIDC + '[[provider.role]]\nclaim = "groups"\n', "missing"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_meant_is_said(tmp_path: Path, name: str):
    text, said = WRONG[name]
    with pytest.raises(Unreadable, match=said):
        read(_file(tmp_path, text), SECRETS)


def test_secrets_are_pairs():
    assert secrets_from("a=b=c  d=e") == {"a": "b=c", "d": "e"}
    for text in ("a", "=b", "a="):
        with pytest.raises(Unreadable):
            secrets_from(text)


def test_a_directory_that_would_make_coordinators_stops_the_start(tmp_path: Path, settings):
    rule = '[[provider.role]]\nclaim = "groups"\nvalue = "staff"\nrole = "%s"\nscheme = "plus"\n'
    settings.SIGN_IN_PROVIDERS = read(_file(tmp_path, OIDC + rule % "coordinator"), SECRETS)
    assert [each.id for each in only_low_roles_are_proposed()] == ["federation.E001"]
    settings.SIGN_IN_PROVIDERS = read(_file(tmp_path, OIDC + rule % "intern"), SECRETS)
    assert only_low_roles_are_proposed() == []
