"""Small identity providers for the tests, with real keys: one speaks OIDC on this machine, one signs SAML answers."""

import base64
import datetime as dt
import hashlib
import json
import threading
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.utils import OneLogin_Saml2_Utils

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key by name, made once a run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def pem(name: str) -> str:
    kind = serialization.PrivateFormat.PKCS8
    return key(name).private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


@cache
def certificate(name: str) -> str:
    """A certificate of that key, by itself."""
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key(name).public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1))  # noqa: DTZ001
        .not_valid_after(dt.datetime(2040, 1, 1))  # noqa: DTZ001
        .sign(key(name), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


class OIDCPeer:
    """An OIDC provider. `grant` is what its sign-in page would do: a code for these claims."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.tokens: dict[str, str] = {}
        self.challenges: dict[str, str] = {}
        self.details: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []

    def grant(self, asked: dict[str, str], *, now: float, signed_by: str = "own", **claims: Any) -> str:
        """A code for an ID token with these claims; `None` leaves one out."""
        told = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "sub": "subject-1",
            "iat": int(now),
            "exp": int(now) + 300,
            "nonce": asked.get("nonce"),
            **claims,
        }
        told = {name: value for name, value in told.items() if value is not None}
        code = uuid.uuid4().hex
        self.tokens[code] = jwt.encode(told, key(signed_by), algorithm="RS256", headers={"kid": "own"})
        self.challenges[code] = asked.get("code_challenge", "")
        return code

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "auth", "token_endpoint": "token", "userinfo_endpoint": "me"}
            places["jwks_uri"] = "jwks"
            told = {name: f"{self.issuer}/{place}" for name, place in places.items()}
            return 200, {"issuer": self.issuer, "token_endpoint_auth_methods_supported": ["client_secret_post"], **told}
        if path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key("own").public_key()))
            return 200, {"keys": [{**public, "kid": "own", "alg": "RS256", "use": "sig"}]}
        if path == "/me":
            return 200, self.details
        if path == "/token" and form.get("code") in self.tokens:
            self.asked.append(form)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenges[form["code"]]:
                return 400, {"error": "invalid_grant"}
            return 200, {"access_token": "made-up", "token_type": "Bearer", "id_token": self.tokens.pop(form["code"])}
        return 400, {"error": "invalid_request"}


@contextmanager
def oidc_peer() -> Iterator[OIDCPeer]:
    """One that answers on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self._reply({name: values[0] for name, values in parse_qs(sent).items()})

        def _reply(self, form: dict[str, str]) -> None:
            status, told = peer.answer(urlsplit(self.path).path, form)
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    peer = OIDCPeer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def asked_in(location: str) -> dict[str, str]:
    """What we asked a provider, by the address that the browser is led to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def request_id(location: str) -> str:
    """The id of a SAML request."""
    packed = base64.b64decode(asked_in(location)["SAMLRequest"])
    return zlib.decompress(packed, -15).decode().split('ID="')[1].split('"')[0]


def _stamp(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def saml_answer(
    *,
    to: str,
    audience: str,
    now: dt.datetime,
    in_response_to: str = "",
    entity_id: str = "https://idp.northfield.ac.uk",
    subject: str = "subject-1",
    format: str = PERSISTENT,
    attributes: dict[str, str] | None = None,
    signed_by: str | None = "own",
    lasts: dt.timedelta = dt.timedelta(minutes=5),
    context: str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
    shown_at: dt.datetime | None = None,
    forge: tuple[str, str] | None = None,
) -> str:
    """A SAML response in base64, its assertion signed. ``forge``: text that is exchanged after signing."""
    answering = f' InResponseTo="{in_response_to}"' if in_response_to else ""
    rows = "".join(
        f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
        for name, value in (attributes or {}).items()
    )
    restricted = f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>"
    begin, end = _stamp(now - dt.timedelta(seconds=30)), _stamp(now + lasts)
    assertion = (
        f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{uuid.uuid4().hex}" Version="2.0" '
        f'IssueInstant="{_stamp(now)}"><saml:Issuer>{entity_id}</saml:Issuer>'
        f'<saml:Subject><saml:NameID Format="{format}">{subject}</saml:NameID>'
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f'<saml:SubjectConfirmationData Recipient="{to}" NotOnOrAfter="{end}"{answering}/>'
        "</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{begin}" NotOnOrAfter="{end}">{restricted if audience else ""}</saml:Conditions>'
        f'<saml:AuthnStatement AuthnInstant="{_stamp(shown_at or now)}" SessionIndex="_1"><saml:AuthnContext>'
        f"<saml:AuthnContextClassRef>{context}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
        + (f"<saml:AttributeStatement>{rows}</saml:AttributeStatement>" if rows else "")
        + "</saml:Assertion>"
    )
    if signed_by:
        signed = OneLogin_Saml2_Utils.add_sign(assertion, pem(signed_by), certificate(signed_by))
        assertion = signed.decode() if isinstance(signed, bytes) else signed
        assertion = assertion.partition("?>\n")[2] or assertion if assertion.startswith("<?xml") else assertion
    response = (
        f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_{uuid.uuid4().hex}" Version="2.0" '
        f'IssueInstant="{_stamp(now)}" Destination="{to}"{answering}>'
        f'<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{entity_id}</saml:Issuer>'
        '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
        f"{assertion}</samlp:Response>"
    )
    if forge:
        assert forge[0] in response
        response = response.replace(*forge)
    return base64.b64encode(response.encode()).decode()
