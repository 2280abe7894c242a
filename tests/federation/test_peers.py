"""Coming in by identity providers that others wrote: oidc-provider and samlify, on this machine.

They come from npm: `npm ci` in tests/federation/npm fetches what its lock file names, by hash; IDENTITY_PEERS names
another folder that holds their node_modules. Without node or without them these tests are skipped, also with
REQUIRE_REAL=1, which asks for databases and brokers; IDENTITY_PEERS=required makes it a failure.
"""

import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from mentoring.identity import Provider
from tests.devservices import free_port
from tests.factories import Northfield
from tests.federation.conftest import HOST, NAMED
from tests.federation.peers import asked_in, certificate, pem

pytestmark = pytest.mark.real_clock
HERE = Path(__file__).parent / "npm"
ASKED = os.environ.get("IDENTITY_PEERS", "")


def _folder() -> Path:
    """Where the scripts and their packages are together. Skips, or fails if they were asked for."""
    packages = (Path(ASKED) if ASKED not in {"", "required"} else HERE) / "node_modules"
    if shutil.which("node") and (packages / "oidc-provider").is_dir() and (packages / "samlify").is_dir():
        return packages
    if ASKED:
        pytest.fail("IDENTITY_PEERS asks for node, and for `npm ci` in tests/federation/npm.")
    pytest.skip("no identity providers from npm (tests/federation/test_peers.py says how to get them)")


@contextmanager
def _running(script: str, folder: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A script beside its packages, once it says that it is ready."""
    for each in HERE.glob("*.mjs"):
        shutil.copy(each, folder)
    (folder / "node_modules").symlink_to(_folder(), target_is_directory=True)
    process = subprocess.Popen(
        ["node", str(folder / script), *arguments],
        env={"PATH": os.environ["PATH"], "NODE_NO_WARNINGS": "1", **environment},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.strip() == "ready", line + (process.stderr.read() if process.stderr else "")
        yield process
    finally:
        process.kill()
        process.communicate()


def _through_its_pages(url: str, stop: str) -> str:
    """Somebody signs in on the provider's own pages; the address of ours that they are led back to."""
    jar = http.cookiejar.CookieJar()

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: Any) -> None:
            return None

    opener = urllib.request.build_opener(Stay, urllib.request.HTTPCookieProcessor(jar))
    data = None
    for _step in range(12):
        try:
            with opener.open(urllib.request.Request(url, data=data), timeout=10) as answer:  # noqa: S310
                page = answer.read().decode()
        except urllib.error.HTTPError as redirect:
            with redirect:
                url, data = urljoin(url, redirect.headers["Location"]), None
            if url.startswith(stop):
                return url
            continue
        action = re.search(r'<form[^>]*action="([^"]+)"', page)
        assert action, page
        prompt = re.search(r'name="prompt" value="(\w+)"', page)
        told = {"prompt": prompt[1] if prompt else "login", "login": "aisha", "password": "made-up"}
        url, data = urljoin(url, action[1]), urlencode(told).encode()
    raise AssertionError("it never led back")


def test_oidc_provider_brings_somebody_in(northfield: Northfield, use: Any, tmp_path: Path) -> None:
    _folder()
    port = free_port()
    back = HOST + reverse("openid_connect_callback", args=["real"])
    place = {"PORT": str(port), "REDIRECT": back, "MAIL": northfield.aisha.email}
    with _running("oidc.mjs", tmp_path, **place):
        use(
            Provider(
                id="real", kind="oidc", name="oidc-provider", issuer=f"http://127.0.0.1:{port}",
                client_id="peer-mentoring", secret="made-up-for-the-tests",
            )
        )  # fmt: skip
        client = Client()
        asked = client.post(reverse("openid_connect_login", args=["real"]))
        url = _through_its_pages(asked["Location"], back)
        answer = client.get(url.removeprefix(HOST))
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert get_user(client) == northfield.aisha
        assert Client().get(url.removeprefix(HOST)).status_code == 401
        # Showing oneself again: it asks for the password although it knows the browser, and says when.
        again = client.post(
            reverse("openid_connect_login", args=["real"]), {"process": "redirect", "next": "/my/data/"}
        )
        url = _through_its_pages(again["Location"], back)
        assert client.get(url.removeprefix(HOST))["Location"] == "/my/data/"


def test_samlify_brings_somebody_in(northfield: Northfield, use: Any, tmp_path: Path) -> None:
    _folder()
    use(
        Provider(
            id="real", kind="saml", name="samlify", entity_id="https://idp.northfield.ac.uk",
            sso_url="https://idp.northfield.ac.uk/sso", certificate=certificate("own"), addresses_are_verified=True,
        )
    )  # fmt: skip
    client = Client()
    (tmp_path / "sp.xml").write_bytes(client.get(reverse("saml_metadata", args=["real"]), headers=NAMED).content)
    (tmp_path / "key.pem").write_text(pem("own"))
    (tmp_path / "certificate.pem").write_text(certificate("own"))
    files = [str(tmp_path / name) for name in ("sp.xml", "key.pem", "certificate.pem")]
    with _running("saml.mjs", tmp_path, *files) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked = asked_in(client.post(reverse("saml_login", args=["real"]), headers=NAMED)["Location"])
        process.stdin.write(json.dumps({"request": asked["SAMLRequest"], "mail": northfield.aisha.email}) + "\n")
        process.stdin.flush()
        told = process.stdout.readline()
        assert told, process.stderr.read() if process.stderr else ""
        sent = {"SAMLResponse": json.loads(told)["answer"]}
        finish = client.post(reverse("saml_acs", args=["real"]), sent, headers=NAMED)
        answer = client.get(finish["Location"], headers=NAMED)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/")
        assert get_user(client) == northfield.aisha
